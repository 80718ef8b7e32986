//! Key names and the code points that stand for them (WebDriver §17.4.2, "Keyboard actions").

/// The code point of a named key; a single character stands for itself.
#[must_use]
pub fn key(name: &str) -> Option<char> {
    let mut characters = name.chars();
    if let (Some(character), None) = (characters.next(), characters.next()) {
        return Some(character);
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
}
