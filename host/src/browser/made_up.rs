//! Made-up texts in place of those that belong to somebody: of the same shape, and the same wherever the same is found.
//!
//! Two texts are the same if their letters and digits are, whatever the case and what stands between them; so a number
//! that an operation writes in another way than the page is still the same number. Made-up container numbers have a check
//! digit that is as right, or as wrong, as that of the one they replace.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::{Match, Regex};

/// What is found by its shape: addresses of mail first, since what is inside of one is not looked at again.
static MAIL: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
});
/// Four letters and seven digits (ISO 6346), wherever they begin.
static CONTAINER: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"[A-Za-z]{4}[ -]?[0-9]{6}[ -]?[0-9]"));
/// With a country's code, or as they are written in North America.
static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r"\+[0-9][0-9 ().-]{8,16}[0-9]|(?:\([0-9]{3}\) ?|[0-9]{3}[ .-])[0-9]{3}[ .-][0-9]{4}")
});
/// Longer than any number that people use: a token. As in `trace.rs`.
static KEY: LazyLock<Regex> = LazyLock::new(|| compiled(r"[A-Za-z0-9_+=.-]{32,}"));
/// What may be known already, without the signs in it.
static WORD: LazyLock<Regex> = LazyLock::new(|| compiled(r"[A-Za-z0-9]{4,}"));

/// Tries to make up a text that is not there yet. Those of few characters run out.
const TRIES: usize = 1_000;

/// Where a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// From outside: the page or the caller.
    Outside,
    /// From the operation: what looks like a key may be part of its own code.
    Operation,
}

/// What is looked for, in this order; between two findings of one the next is looked for.
const LOOKS: [Look; 6] = [
    Look::Mail,
    Look::Given,
    Look::Container,
    Look::Phone,
    Look::Key,
    Look::Word,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Mail,
    Given,
    Container,
    Phone,
    Key,
    Word,
}

/// What was made up, in place of what.
#[derive(Default)]
pub(crate) struct MadeUp {
    given: Option<Regex>,
    known: HashMap<String, String>,
    taken: HashSet<String>,
}

impl MadeUp {
    /// Replaces these texts, whole words of them, beside what is found by its shape.
    pub(crate) fn instead_of(given: &[String]) -> Self {
        let mut given: Vec<String> = given
            .iter()
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
            .map(regex::escape)
            .collect();
        given.sort_by_key(|text| std::cmp::Reverse(text.len()));
        let any = (!given.is_empty()).then(|| compiled(&format!("(?i){}", given.join("|"))));
        Self {
            given: any,
            ..Self::default()
        }
    }

    /// The text with all that belongs to somebody replaced.
    pub(crate) fn replaced(&mut self, text: &str, from: From) -> String {
        self.looked_through(text, from, &LOOKS)
    }

    fn looked_through(&mut self, text: &str, from: From, looks: &[Look]) -> String {
        let Some((&look, others)) = looks.split_first() else {
            return text.to_owned();
        };
        let Some(pattern) = self.pattern(look) else {
            return self.looked_through(text, from, others);
        };
        let (mut replaced, mut done) = (String::with_capacity(text.len()), 0);
        for found in pattern.find_iter(text) {
            if self.is_meant(look, text, &found, from) {
                let before = &text[done..found.start()];
                replaced += &self.looked_through(before, from, others);
                replaced += &self.made_up(look, found.as_str());
                done = found.end();
            }
        }
        replaced += &self.looked_through(&text[done..], from, others);
        replaced
    }

    fn pattern(&self, look: Look) -> Option<Regex> {
        match look {
            Look::Mail => Some(MAIL.clone()),
            Look::Given => self.given.clone(),
            Look::Container => Some(CONTAINER.clone()),
            Look::Phone => Some(PHONE.clone()),
            Look::Key => Some(KEY.clone()),
            Look::Word => Some(WORD.clone()),
        }
    }

    fn is_meant(&self, look: Look, text: &str, found: &Match<'_>, from: From) -> bool {
        let before = text[..found.start()].chars().next_back();
        let after = text[found.end()..].chars().next();
        let stands_alone = ![before, after]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric);
        let is_known = || self.known.contains_key(&letters_and_digits(found.as_str()));
        match look {
            Look::Mail => true,
            Look::Given | Look::Phone => stands_alone,
            Look::Container => !after.is_some_and(|next| next.is_ascii_digit()),
            Look::Key => {
                let has_digit = found.as_str().bytes().any(|byte| byte.is_ascii_digit());
                has_digit && (from == From::Outside || is_known())
            }
            Look::Word => stands_alone && is_known(),
        }
    }

    fn made_up(&mut self, look: Look, found: &str) -> String {
        let real = letters_and_digits(found);
        let made_up = match self.known.get(&real) {
            Some(made_up) => made_up.clone(),
            None => self.invent(look, real),
        };
        let mut made_up = made_up.chars();
        let in_shape = found.chars().map(|real| {
            if !real.is_alphanumeric() {
                return real;
            }
            let made_up = made_up.next().unwrap_or('x');
            if real.is_uppercase() {
                made_up.to_ascii_uppercase()
            } else {
                made_up
            }
        });
        in_shape.collect()
    }

    fn invent(&mut self, look: Look, real: String) -> String {
        let mut made_up = String::new();
        for _ in 0..TRIES {
            made_up = if look == Look::Container {
                container_like(&real)
            } else {
                real.chars().map(like).collect()
            };
            let is_free = made_up != real
                && !self.known.contains_key(&made_up)
                && !self.taken.contains(&made_up);
            if is_free {
                break;
            }
        }
        self.taken.insert(made_up.clone());
        self.known.insert(real, made_up.clone());
        made_up
    }
}

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a right one")
}

fn letters_and_digits(text: &str) -> String {
    let kept = text.chars().filter(|sign| sign.is_alphanumeric());
    kept.map(|sign| sign.to_ascii_lowercase()).collect()
}

fn like(sign: char) -> char {
    let of = |first: u8, count: u8| char::from(first + rand::random_range(0..count));
    if sign.is_numeric() {
        of(b'0', 10)
    } else {
        of(b'a', 26)
    }
}

/// Four letters, of which the last says what kind of equipment it is, six digits and the one that checks them.
fn container_like(real: &str) -> String {
    let kind = real.chars().nth(3).unwrap_or('u');
    let given = real.chars().last().and_then(|digit| digit.to_digit(10));
    let off = given.unwrap_or_default() + 10 - check_digit(real);
    let owner: String = real.chars().take(3).map(like).collect();
    let serial: String = real.chars().skip(4).take(6).map(like).collect();
    let ten = format!("{owner}{kind}{serial}");
    let digit = (check_digit(&ten) + off) % 10;
    format!("{ten}{digit}")
}

/// The digit that belongs behind the first ten characters (ISO 6346, annex A): letters count from 10 and leave out the
/// multiples of eleven.
fn check_digit(number: &str) -> u32 {
    let value = |sign: char| match sign.to_digit(36).unwrap_or_default() {
        digit @ 0..=9 => digit,
        10 => 10,
        letter @ 11..=20 => letter + 1,
        letter @ 21..=30 => letter + 2,
        letter => letter + 3,
    };
    let signs = number.chars().take(10).enumerate();
    let sum: u32 = signs.map(|(place, sign)| value(sign) << place).sum();
    sum % 11 % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_given(given: &[&str]) -> MadeUp {
        let given: Vec<String> = given.iter().map(|&text| text.to_owned()).collect();
        MadeUp::instead_of(&given)
    }

    #[test]
    fn check_digits_are_those_of_the_standard() {
        for number in ["CSQU3054383", "MSKU6011672", "TOLU4734787"] {
            let given = number.chars().last().unwrap().to_digit(10).unwrap();
            assert_eq!(check_digit(number), given, "{number}");
        }
    }

    #[test]
    fn a_made_up_container_number_is_as_right_as_the_real_one() {
        for (real, off) in [("csqu3054383", 0), ("csqu3054385", 2)] {
            for _ in 0..200 {
                let made_up = container_like(real);
                assert_eq!(made_up.len(), 11);
                assert!(made_up[3..4] == *"u", "{made_up}");
                let digit = made_up[10..].parse::<u32>().unwrap();
                assert_eq!(digit, (check_digit(&made_up) + off) % 10, "{made_up}");
            }
        }
    }

    #[test]
    fn one_number_is_one_number_however_it_is_written() {
        let mut made_up = MadeUp::default();
        let plain = made_up.replaced("CSQU3054383", From::Outside);
        assert_ne!(plain, "CSQU3054383");
        let spaced = made_up.replaced("csqu 305438-3", From::Outside);
        assert_eq!(letters_and_digits(&plain), letters_and_digits(&spaced));
        assert_eq!(&spaced[4..5], " ");
        let inside = made_up.replaced("//td[.='CSQU3054383']/row_xCSQU3054383_", From::Operation);
        assert_eq!(inside, format!("//td[.='{plain}']/row_x{plain}_"));
        // Eight digits are something else.
        let longer = made_up.replaced("CSQU30543831", From::Outside);
        assert_eq!(longer, "CSQU30543831");
    }

    #[test]
    fn mail_and_telephone_keep_their_shape_and_nothing_else() {
        let mut made_up = MadeUp::default();
        let text = "Call +1 (555) 010-2030 or 555-010-2030, mail Jo.Doe@haul.example.com; 2026-11-30 10:15";
        let replaced = made_up.replaced(text, From::Outside);
        for gone in ["010-2030", "Jo", "Doe", "haul", "example"] {
            assert!(!replaced.contains(gone), "{replaced}");
        }
        let shape = |text: &str| -> String {
            let shape = text.chars().map(|sign| match sign {
                'a'..='z' => 'a',
                'A'..='Z' => 'A',
                '0'..='9' => '0',
                other => other,
            });
            shape.collect()
        };
        assert_eq!(shape(&replaced), shape(text));
        assert!(replaced.starts_with("Call +"));
        assert!(replaced.ends_with("; 2026-11-30 10:15"));
        // What the operation makes of the number is known by its digits.
        let digits = made_up.replaced("5550102030", From::Operation);
        assert!(digits != "5550102030" && digits.len() == 10);
    }

    #[test]
    fn given_texts_are_replaced_as_whole_words_in_any_case() {
        let mut made_up = of_given(&["office-7", "Ann Lee"]);
        let replaced = made_up.replaced("OFFICE-7 office-77 ann lee", From::Outside);
        assert!(replaced.contains("office-77"), "{replaced}");
        assert!(!replaced.to_lowercase().contains("ann lee"), "{replaced}");
        let first = replaced.split(' ').next().unwrap();
        assert!(first != "OFFICE-7" && first.contains('-') && first.len() == 8);
    }

    #[test]
    fn what_looks_like_a_key_is_one_unless_only_the_operation_says_it() {
        let key = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.abc";
        let mut made_up = MadeUp::default();
        assert_eq!(made_up.replaced(key, From::Operation), key);
        let replaced = made_up.replaced(key, From::Outside);
        assert_ne!(replaced, key);
        assert_eq!(made_up.replaced(key, From::Operation), replaced);
    }
}
