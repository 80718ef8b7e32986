//! Names and passwords, the lock after five wrong ones, and the ledger of attempts.
//!
//! Owns: the attempts. Never: opens a session.

use std::collections::HashMap;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::config::Account;

/// How many wrong passwords in a row lock an account.
pub const WRONG_PASSWORDS_MAX: u32 = 5;

/// How an attempt to sign in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttemptResult {
    /// Signed in.
    SignedIn,
    /// Wrong name or password.
    Wrong,
    /// The account is locked, whatever the password.
    Locked,
    /// The challenge was not satisfied; the password was not looked at.
    ChallengeOpen,
}

/// One submitted login form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The name as typed.
    pub username: String,
    /// The browser, as far as an anonymous cookie tells.
    pub visitor: String,
    /// When, in milliseconds since the portal started.
    pub at_ms: u64,
    /// How it ended.
    pub result: AttemptResult,
}

#[derive(Debug)]
pub(crate) struct Accounts {
    known: Vec<Account>,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    attempts: Vec<Attempt>,
    wrong_in_a_row: HashMap<String, u32>,
}

impl Accounts {
    pub(crate) fn new(known: Vec<Account>) -> Self {
        Self {
            known,
            book: Mutex::default(),
        }
    }

    /// The place of an account in the configuration; its containers go by it.
    pub(crate) fn index(&self, username: &str) -> Option<usize> {
        self.known
            .iter()
            .position(|account| account.username == username)
    }

    pub(crate) fn known(&self) -> &[Account] {
        &self.known
    }

    /// Judges an attempt and writes it down.
    pub(crate) fn attempt(
        &self,
        typed: &Account,
        challenge_met: bool,
        visitor: &str,
        at_ms: u64,
    ) -> AttemptResult {
        let mut book = self.book.lock().expect("no holder of this lock panics");
        let result = if challenge_met {
            judge(&self.known, typed, &mut book.wrong_in_a_row)
        } else {
            AttemptResult::ChallengeOpen
        };
        book.attempts.push(Attempt {
            username: typed.username.clone(),
            visitor: visitor.to_owned(),
            at_ms,
            result,
        });
        result
    }

    pub(crate) fn attempts(&self) -> Vec<Attempt> {
        self.book
            .lock()
            .expect("no holder of this lock panics")
            .attempts
            .clone()
    }

    pub(crate) fn unlock(&self, username: &str) {
        let mut book = self.book.lock().expect("no holder of this lock panics");
        book.wrong_in_a_row.remove(username);
    }
}

fn judge(
    known: &[Account],
    typed: &Account,
    wrong_in_a_row: &mut HashMap<String, u32>,
) -> AttemptResult {
    let Some(account) = known
        .iter()
        .find(|account| account.username == typed.username)
    else {
        return AttemptResult::Wrong;
    };
    let wrong = wrong_in_a_row.entry(account.username.clone()).or_default();
    if *wrong >= WRONG_PASSWORDS_MAX {
        return AttemptResult::Locked;
    }
    if account.password == typed.password {
        *wrong = 0;
        return AttemptResult::SignedIn;
    }
    *wrong += 1;
    if *wrong == WRONG_PASSWORDS_MAX {
        AttemptResult::Locked
    } else {
        AttemptResult::Wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_wrong_passwords_lock_and_a_right_one_starts_the_count_anew() {
        let accounts = Accounts::new(Account::invented(1));
        let right = Account::invented(1).remove(0);
        let wrong = Account {
            password: "battery".to_owned(),
            ..right.clone()
        };
        let attempt = |typed: &Account| accounts.attempt(typed, true, "v", 0);
        for _ in 0..4 {
            assert_eq!(attempt(&wrong), AttemptResult::Wrong);
        }
        assert_eq!(attempt(&right), AttemptResult::SignedIn);
        for _ in 0..4 {
            assert_eq!(attempt(&wrong), AttemptResult::Wrong);
        }
        assert_eq!(attempt(&wrong), AttemptResult::Locked);
        assert_eq!(attempt(&right), AttemptResult::Locked);
        accounts.unlock(&right.username);
        assert_eq!(attempt(&right), AttemptResult::SignedIn);
    }
}
