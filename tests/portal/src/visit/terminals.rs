//! The wizard's list of terminals, the same in every portal.
//!
//! Owns: the list. Names are invented; dashes stand with and without spaces, and some
//! names contain others, on purpose.

use crate::visit::{FormShape, Terminal};

/// What is special about a terminal.
#[derive(Clone, Copy, PartialEq)]
enum Trait {
    /// The own-chassis switch shows YES at first.
    Chassis,
    Pin,
    /// DROP EMPTY asks for line and size.
    LineDrop,
    /// PICK EMPTY asks for line and size, not for a booking.
    LinePick,
    /// No capacity: the one spelling.
    Full,
    /// No capacity: the other.
    FullLoud,
    Note,
    Collapses,
}

use Trait::{Chassis, Collapses, Full, FullLoud, LineDrop, LinePick, Note, Pin};

const TERMINALS: [(&str, &str, &[Trait]); 24] = [
    ("BNLPC", "Rail Head West", &[]),
    ("BNLP2", "Rail Head West - Annex", &[Chassis]),
    ("CBQ1", "Cobble Quay LLC - Oakland", &[Pin]),
    ("CBQ2", "Cobble Quay LLC-Long Beach", &[Chassis, Note]),
    ("ETSLAX", "Salt Harbor - Los Angeles", &[LineDrop]),
    ("FLT", "Fog Light Terminal", &[Collapses]),
    ("GRB", "Green Buoy LLC -Seattle", &[Chassis, Pin]),
    ("ITS", "Granite Basin - Long Beach", &[Pin, Note]),
    ("LPCHI", "Prairie Yard", &[Full]),
    ("LPCH2", "Prairie Yard- Chicago Heights", &[FullLoud]),
    ("MSP", "Moss Pier", &[LinePick]),
    ("OXB", "Oxbow Depot", &[LineDrop, LinePick]),
    ("PCT", "Mariner's Point LLC-Los Angeles", &[Chassis]),
    ("PLBA", "Blue Anchor - Los Angeles", &[Collapses, Note]),
    ("PNCT", "Reed Island LLC", &[Pin, Chassis]),
    ("QDK", "Quiet Dock & Sons", &[]),
    ("SLK", "South Lock", &[LineDrop, Chassis]),
    ("TRP1", "Outer Mole - Berth 1", &[]),
    ("TRP11", "Outer Mole - Berth 11", &[Pin]),
    ("TTI", "TTI", &[Note]),
    ("TTI2", "TTI Lantern Pier LLC - Long Beach", &[Chassis]),
    (
        "TTIE",
        "Lantern Pier Empty Depot (TTI)",
        &[LineDrop, LinePick, Chassis],
    ),
    ("VITNI", "North Lock", &[Full, Chassis]),
    ("WXY", "Wexley Wharf LLC - Los Angeles", &[Collapses]),
];

/// All terminals, in the order of the list.
pub(crate) fn all() -> Vec<Terminal> {
    TERMINALS.iter().map(terminal).collect()
}

fn terminal((code, name, traits): &(&str, &str, &[Trait])) -> Terminal {
    let has = |wanted| traits.contains(&wanted);
    let line_if = |is_line, other| if is_line { FormShape::Line } else { other };
    let no_appointments = match (has(Full), has(FullLoud)) {
        (true, _) => Some("No Appointments Available"),
        (_, true) => Some("No Appointments Available!"),
        _ => None,
    };
    let note = "Check-in must be completed within 60 minutes after the start of the appointment";
    Terminal {
        code: (*code).to_owned(),
        name: (*name).to_owned(),
        pick_full: FormShape::Container,
        drop_full: FormShape::Booking,
        pick_empty: line_if(has(LinePick), FormShape::Booking),
        drop_empty: line_if(has(LineDrop), FormShape::Container),
        own_chassis: has(Chassis),
        asks_pin: has(Pin),
        no_appointments: no_appointments.map(str::to_owned),
        check_in_note: has(Note).then(|| note.to_owned()),
        collapses: has(Collapses),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_different_and_some_contain_others() {
        let all = all();
        for (place, terminal) in all.iter().enumerate() {
            assert!(all[..place].iter().all(|other| other.name != terminal.name));
        }
        let holds_tti = all.iter().filter(|each| each.name.contains("TTI"));
        assert_eq!(holds_tti.count(), 3);
    }
}
