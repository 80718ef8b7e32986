//! The words of the wizard's lists: companies, plates, lines and sizes, all invented.
//!
//! Owns: nothing but lists. Never: a plate, company or line that belongs to somebody.

use crate::random::Random;

/// Lines the line form offers, and the sizes each of them has.
pub(crate) const SIZES_OF_LINES: [(&str, &[&str]); 6] = [
    ("QXLN", &["20GP", "40GP", "40HC"]),
    ("QXLN EAST", &["20GP", "40HC"]),
    ("ZQMA", &["40DH", "45DH"]),
    ("XQOC", &["20GP", "40DH", "40RH"]),
    ("QZSL", &["40HC"]),
    ("ZXPA", &["4310", "4510"]),
];

const PLATES: usize = 12;

/// The trucking companies of an account; the first is preselected.
pub(crate) fn companies(account: usize) -> Vec<String> {
    let number = account + 1;
    vec![
        format!("QX HAULAGE {number} LLC"),
        format!("QX HAULAGE {number} LLC - NIGHT"),
        format!("NOWHERE DRAYAGE {number} INC."),
    ]
}

/// The plates the wizard suggests to an account. The second is the first and one letter more.
pub(crate) fn plates(seed: u64, account: usize) -> Vec<String> {
    let mut random = Random::derived(seed, &format!("plates {account}"));
    let mut plates: Vec<String> = Vec::new();
    while plates.len() < PLATES {
        let plate = match plates.len() {
            1 => format!("{}B", plates[0]),
            _ => format!("ZZ{:04}Q", random.below(10_000)),
        };
        if !plates.contains(&plate) {
            plates.push(plate);
        }
    }
    plates
}

pub(crate) fn lines() -> Vec<&'static str> {
    SIZES_OF_LINES.iter().map(|(line, _)| *line).collect()
}

/// The sizes of a line; none for one that does not exist.
pub(crate) fn sizes(line: &str) -> &'static [&'static str] {
    SIZES_OF_LINES
        .iter()
        .find(|(name, _)| *name == line)
        .map_or(&[], |(_, sizes)| sizes)
}
