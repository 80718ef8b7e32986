//! Icons whose name is written in the page as text ("ligatures"), and how to keep them out of
//! values.
//!
//! Owns: the selector of icon elements, and the list of names for icons that are not marked up as
//! such.

/// Selects icons. Only what is surely an icon: what it matches is taken out of the value.
pub const ICON: &str =
    ":is(mat-icon, .mat-icon, [class*='material-icons'], [class*='material-symbols'], svg, img)";

/// Names that were seen as text in the portal's pages.
const LIGATURES: [&str; 14] = [
    "keyboard_arrow_right",
    "keyboard_arrow_down",
    "arrow_drop_down",
    "arrow_drop_up",
    "arrow_downward",
    "arrow_upward",
    "calendar_month",
    "attach_money",
    "more_vert",
    "filter_alt",
    "swap_vert",
    "refresh",
    "cancel",
    "info",
];

/// The text without the names of these icons, which stand somewhere in it, perhaps glued to the rest.
#[must_use]
pub fn without_icons(text: &str, icons: &[&str]) -> String {
    let mut rest = text.to_owned();
    for icon in icons.iter().filter(|icon| !icon.is_empty()) {
        if let Some(at) = rest.find(icon) {
            rest.replace_range(at..at + icon.len(), " ");
        }
    }
    rest.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text without known icon names at either end, for icons that are not marked up as such. The
/// portal's own values are written in capitals, so a name in small letters is none of them.
#[must_use]
pub fn without_names(text: &str) -> String {
    let mut rest = text.trim();
    while let Some(shorter) = LIGATURES.iter().find_map(|name| without_name(rest, name)) {
        rest = shorter;
    }
    rest.to_owned()
}

fn without_name<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let in_a_word = |c: char| c.is_ascii_lowercase() || c == '_';
    if let Some(rest) = text.strip_prefix(name)
        && !rest.starts_with(in_a_word)
    {
        return Some(rest.trim());
    }
    let rest = text.strip_suffix(name)?;
    (!rest.ends_with(in_a_word)).then(|| rest.trim())
}

#[cfg(test)]
mod tests {
    use crate::icons::{without_icons, without_names};

    #[test]
    fn icon_of_the_page_is_taken_out_even_when_glued_to_the_value() {
        assert_eq!(without_icons("infoNO", &["info"]), "NO");
        assert_eq!(without_icons("paidYES", &["paid"]), "YES");
        assert_eq!(without_icons("YES paid", &["paid"]), "YES");
    }

    #[test]
    fn known_name_is_taken_out_at_either_end_even_if_it_was_no_icon_element() {
        assert_eq!(without_names("infoNO"), "NO");
        assert_eq!(without_names("N/A more_vert"), "N/A");
        assert_eq!(without_names("keyboard_arrow_right info YES"), "YES");
        assert_eq!(without_names("info"), "");
    }

    #[test]
    fn value_that_only_resembles_an_icon_is_kept() {
        assert_eq!(without_icons("INFO", &["info"]), "INFO");
        assert_eq!(without_names("INFO"), "INFO");
        assert_eq!(without_names("information"), "information");
    }

    #[test]
    fn white_space_is_folded() {
        assert_eq!(without_icons("  A   B\n C ", &[]), "A B C");
    }
}
