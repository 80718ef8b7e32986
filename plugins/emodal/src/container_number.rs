//! Container numbers by ISO 6346: four letters, six digits, a check digit.

use std::fmt;
use std::str::FromStr;

/// A container number whose check digit is right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerNumber(String);

/// Why a text is no container number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContainerNumberError {
    /// It is not four letters and seven digits.
    Form,
    /// The last digit does not fit the rest.
    CheckDigit {
        /// The digit that would fit.
        expected: u8,
    },
}

impl fmt::Display for ContainerNumberError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => write!(
                formatter,
                "an ISO 6346 container number: four letters and seven digits, such as CSQU3054383"
            ),
            Self::CheckDigit { expected } => write!(
                formatter,
                "an ISO 6346 container number: the check digit (the last one) of this one would be {expected}"
            ),
        }
    }
}

impl std::error::Error for ContainerNumberError {}

impl ContainerNumber {
    /// The number, in capitals.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContainerNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for ContainerNumber {
    type Err = ContainerNumberError;

    /// Takes small letters and outer white space, as a person may type them.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_uppercase();
        if !has_form(&text) {
            return Err(ContainerNumberError::Form);
        }
        let expected = check_digit(&text[..10]);
        if text.as_bytes()[10] - b'0' == expected {
            Ok(Self(text))
        } else {
            Err(ContainerNumberError::CheckDigit { expected })
        }
    }
}

/// Whether the text is four capital letters and seven digits, whatever the check digit. What the
/// portal shows is taken as it is.
#[must_use]
pub fn has_form(text: &str) -> bool {
    text.len() == 11
        && text.bytes().take(4).all(|byte| byte.is_ascii_uppercase())
        && text.bytes().skip(4).all(|byte| byte.is_ascii_digit())
}

/// The digit that belongs after four capital letters and six digits.
fn check_digit(ten: &str) -> u8 {
    let sum: u32 = ten
        .bytes()
        .enumerate()
        .map(|(place, byte)| value(byte) << place)
        .sum();
    u8::try_from(sum % 11 % 10).expect("a remainder by ten fits")
}

/// The letters count from 10 and leave out the multiples of eleven.
fn value(byte: u8) -> u32 {
    if byte.is_ascii_digit() {
        return u32::from(byte - b'0');
    }
    let from_ten = u32::from(byte - b'A') + 10;
    from_ten + (from_ten - 1) / 10
}

#[cfg(test)]
mod tests {
    use crate::container_number::{ContainerNumber, ContainerNumberError};

    #[test]
    fn number_with_its_check_digit_is_accepted_in_any_case() {
        for text in ["CSQU3054383", " csqu3054383 ", "MSKU0134200", "TEXU3070079"] {
            assert!(text.parse::<ContainerNumber>().is_ok(), "{text}");
        }
        assert_eq!(
            "csqu3054383".parse::<ContainerNumber>().unwrap().as_str(),
            "CSQU3054383"
        );
    }

    #[test]
    fn wrong_check_digit_is_refused_and_the_right_one_named() {
        assert_eq!(
            "CSQU3054384".parse::<ContainerNumber>(),
            Err(ContainerNumberError::CheckDigit { expected: 3 })
        );
    }

    #[test]
    fn remainder_of_ten_is_the_digit_zero() {
        // The weighted sum of MSKU000008 leaves ten.
        assert!("MSKU0000080".parse::<ContainerNumber>().is_ok());
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "CSQU305438",
            "CSQU30543833",
            "CSQ3054383",
            "1234567890A",
            "ÄSQU305438",
            "CSQU-305438",
        ] {
            assert_eq!(
                text.parse::<ContainerNumber>(),
                Err(ContainerNumberError::Form),
                "{text}"
            );
        }
    }
}
