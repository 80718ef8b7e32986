//! Check digits of container numbers (ISO 6346).
//!
//! Owns: the arithmetic. Never: knows who owns a prefix.

/// The check digit for four letters and six digits, or `None` where the standard
/// advises against the number (the remainder is ten) or the text is not one.
pub(crate) fn check_digit(stem: &str) -> Option<u32> {
    if stem.len() != 10 {
        return None;
    }
    let mut sum = 0;
    for (place, letter) in stem.chars().enumerate() {
        let value = if place < 4 {
            letter_value(letter)?
        } else {
            letter.to_digit(10)?
        };
        sum += value << place;
    }
    Some(sum % 11).filter(|digit| *digit < 10)
}

/// Whether this is a container number with the right check digit.
#[must_use]
pub fn has_valid_check_digit(number: &str) -> bool {
    number.len() == 11
        && number.is_ascii()
        && check_digit(&number[..10]).is_some_and(|digit| number.ends_with(&digit.to_string()))
}

// Letters count from 10, leaving out the multiples of 11.
fn letter_value(letter: char) -> Option<u32> {
    if !letter.is_ascii_uppercase() {
        return None;
    }
    let index = u32::from(letter) - u32::from('A');
    Some(match index {
        0 => 10,
        1..=10 => index + 11,
        11..=20 => index + 12,
        _ => index + 13,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_valid() {
        assert_eq!(check_digit("CSQU305438"), Some(3));
        assert!(has_valid_check_digit("CSQU3054383"));
        assert!(!has_valid_check_digit("CSQU3054384"));
    }
}
