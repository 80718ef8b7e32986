//! Words on the screen against words of a caller: when two texts are the same, and which of many is meant.
//!
//! Owns: that rule. White space, the sort of dash, the spacing around it, and case do not count.
//! Never: matches a part of a text, or picks one of several.

/// What tells two choices apart in a list for a person.
const BETWEEN: &str = " | ";

/// The most choices that go into a message.
const LISTED_MAX: usize = 60;

/// A text without outer white space, and with single spaces inside.
#[must_use]
pub fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as it is compared.
#[must_use]
pub fn normal(text: &str) -> String {
    let dashed: String = text
        .chars()
        .map(|c| if is_dash(c) { '-' } else { c })
        .collect();
    dashed
        .split('-')
        .map(folded)
        .collect::<Vec<_>>()
        .join("-")
        .to_lowercase()
}

fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

/// Whether two texts are the same.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    normal(one) == normal(other)
}

/// Which of the offered texts is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// This one, by its place.
    One(usize),
    /// None of them.
    Nothing,
    /// More than one, and none of them exactly.
    Several,
}

/// Finds the one text that is wanted. Of several that are the same, the one that is written as wanted.
#[must_use]
pub fn find<T: AsRef<str>>(wanted: &str, offered: &[T]) -> Match {
    let only = |is: &dyn Fn(&str) -> bool| {
        let mut places = (0..offered.len()).filter(|&place| is(offered[place].as_ref()));
        match (places.next(), places.next()) {
            (None, _) => Match::Nothing,
            (Some(place), None) => Match::One(place),
            (Some(_), Some(_)) => Match::Several,
        }
    };
    match only(&|text| is_same(wanted, text)) {
        Match::Several => match only(&|text| folded(text) == folded(wanted)) {
            Match::One(place) => Match::One(place),
            Match::Nothing | Match::Several => Match::Several,
        },
        other => other,
    }
}

/// Choices for a person. Long lists are cut, and say so.
#[must_use]
pub fn listed<T: AsRef<str>>(offered: &[T]) -> String {
    if offered.is_empty() {
        return "the portal offers nothing".to_owned();
    }
    let shown: Vec<&str> = offered.iter().take(LISTED_MAX).map(AsRef::as_ref).collect();
    let rest = offered.len() - shown.len();
    let more = if rest == 0 {
        String::new()
    } else {
        format!("{BETWEEN}and {rest} more")
    };
    format!("one of: {}{more}", shown.join(BETWEEN))
}

#[cfg(test)]
mod tests {
    use crate::words::{Match, find, is_same, listed};

    #[test]
    fn white_space_dashes_and_case_do_not_count() {
        for (one, other) in [
            ("Cobble Quay LLC - Oakland", "cobble quay llc-oakland"),
            (
                "Green Buoy LLC -Seattle",
                "Green  Buoy LLC \u{2013} Seattle",
            ),
            (" TTI\u{a0}", "tti"),
        ] {
            assert!(is_same(one, other), "{one} and {other}");
        }
        assert!(!is_same("Berth 1", "Berth 11"));
        assert!(!is_same("A-B", "AB"));
    }

    #[test]
    fn part_of_a_text_is_not_the_text() {
        let offered = ["TTI Lantern Pier", "Empty Depot (TTI)"];
        assert_eq!(find("TTI", &offered), Match::Nothing);
        assert_eq!(find("TTI", &["TTI Lantern Pier", "TTI"]), Match::One(1));
    }

    #[test]
    fn of_equal_texts_only_the_one_written_so_is_meant() {
        let offered = ["A - B", "A-B"];
        assert_eq!(find("A-B", &offered), Match::One(1));
        assert_eq!(find("a -b", &offered), Match::Several);
    }

    #[test]
    fn long_lists_say_that_they_are_cut() {
        let many: Vec<String> = (0..70).map(|n| n.to_string()).collect();
        assert!(listed(&many).ends_with("59 | and 10 more"));
        assert_eq!(listed::<&str>(&[]), "the portal offers nothing");
    }
}
