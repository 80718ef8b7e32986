//! The words containers are made of: codes that were seen, names that are invented.
//!
//! Owns: nothing but lists. Never: a name, plate or number that belongs to somebody.

/// Owner prefixes that no registry we know of assigns; two sets, see `generate`.
pub(crate) const PREFIXES: [[&str; 3]; 2] = [["QZXU", "XQZU", "QXZU"], ["ZQXU", "XZQU", "ZXQU"]];

/// Terminal codes, with the invented name an opened row shows.
pub(crate) const TERMINALS: [(&str, &str); 10] = [
    ("TTI", "LANTERN PIER TERMINAL"),
    ("TRP1", "OUTER MOLE TERMINAL"),
    ("ITS", "GRANITE BASIN TERMINAL"),
    ("ETSLAX", "SALT HARBOR TERMINAL"),
    ("PCT", "MARINER'S POINT TERMINAL"),
    ("VITNI", "NORTH LOCK TERMINAL"),
    ("PLBA", "BLUE ANCHOR TERMINAL"),
    ("PNCT", "REED ISLAND TERMINAL"),
    ("BNLPC", "RAIL HEAD WEST"),
    ("LPCHI", "PRAIRIE YARD"),
];

pub(crate) const LINES: [&str; 6] = ["QXLN", "ZQMA", "XQOC", "QZSL", "ZXPA", "XZNV"];

/// Vessel names with their codes; quotes and apostrophes on purpose.
pub(crate) const VESSELS: [(&str, &str); 8] = [
    ("NORTHERN LANTERN", "NLAN"),
    ("QUEEN'S HARBOR", "QHAR"),
    ("THE \"ECHO\" II", "ECHO"),
    ("PALE MERIDIAN", "PMER"),
    ("COPPER HERON", "CHER"),
    ("O'BRINE", "OBRI"),
    ("SEVEN & ONE TIDES", "SVTD"),
    ("GLASS CURRENT", "GCUR"),
];

pub(crate) const SIZES: [&str; 9] = [
    "40DH", "40HC", "40HC", "20GP", "40GP", "45DH", "40RH", "4310", "4510",
];

/// Tags a dispatcher might type; markup and quotes on purpose.
pub(crate) const TAGS: [&str; 6] = [
    "N/A",
    "rush",
    "driver's choice",
    "say \"hot\" first",
    "A & B <priority>",
    "week 42",
];

pub(crate) const DRIVERS: [&str; 5] = [
    "A. NOBODY",
    "B. O'NOWHERE",
    "C. SAMPLE",
    "D. EXAMPLE",
    "N/A",
];
