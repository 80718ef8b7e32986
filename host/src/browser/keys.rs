//! Key names: the code points that stand for them (WebDriver §17.4.2, "Keyboard actions"), and their key codes.

/// The code point of a named key; a single character that writes something stands for itself. A key has one spelling, so that
/// whoever guards `Enter` guards all of it.
#[must_use]
pub fn key(name: &str) -> Option<char> {
    let mut characters = name.chars();
    if let (Some(character), None) = (characters.next(), characters.next()) {
        return (!character.is_control() && !is_key(character)).then_some(character);
    }
    let code = match name {
        "Backspace" => '\u{E003}',
        "Tab" => '\u{E004}',
        "Enter" => '\u{E007}',
        "Shift" => '\u{E008}',
        "Control" => '\u{E009}',
        "Alt" => '\u{E00A}',
        "Escape" => '\u{E00C}',
        "PageUp" => '\u{E00E}',
        "PageDown" => '\u{E00F}',
        "End" => '\u{E010}',
        "Home" => '\u{E011}',
        "ArrowLeft" => '\u{E012}',
        "ArrowUp" => '\u{E013}',
        "ArrowRight" => '\u{E014}',
        "ArrowDown" => '\u{E015}',
        "Delete" => '\u{E017}',
        _ => return None,
    };
    Some(code)
}

/// Whether WebDriver takes this character for a key instead of writing it.
#[must_use]
pub fn is_key(character: char) -> bool {
    ('\u{E000}'..='\u{E05D}').contains(&character)
}

/// A key as the DevTools protocol wants to be told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stroke {
    /// Its virtual key code.
    pub(crate) code: u8,
    /// What it writes, if anything.
    pub(crate) text: Option<&'static str>,
}

/// The stroke of a key that writes nothing, or a line's end, by its name in UI Events.
pub(crate) fn stroke(name: &str) -> Option<Stroke> {
    let (code, text) = match name {
        "Backspace" => (8, None),
        "Tab" => (9, None),
        "Enter" => (13, Some("\r")),
        "Escape" => (27, None),
        "PageUp" => (33, None),
        "PageDown" => (34, None),
        "End" => (35, None),
        "Home" => (36, None),
        "ArrowLeft" => (37, None),
        "ArrowUp" => (38, None),
        "ArrowRight" => (39, None),
        "ArrowDown" => (40, None),
        "Delete" => (46, None),
        _ => return None,
    };
    Some(Stroke { code, text })
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn names_and_characters_are_keys_and_words_are_not() {
        assert_eq!(key("Escape"), Some('\u{E00C}'));
        assert_eq!(key("x"), Some('x'));
        assert_eq!(key("Return please"), None);
        assert_eq!(key(""), None);
    }

    #[test]
    fn a_key_has_no_second_spelling() {
        for other in [
            "\u{E006}", "\u{E007}", "\n", "\r", "\t", "\u{E00D}", "\u{8}",
        ] {
            assert_eq!(key(other), None, "{other:?}");
        }
    }
}
