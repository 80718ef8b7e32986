//! How often a password may be typed: portals lock accounts (host-behaviour e.2). Pure.
//!
//! Counts by user name, since that is what is locked, whichever password was wrong. A sign-in that somebody asked
//! for is bounded by those that failed; one that nobody asked for, after a refresh, by all of its kind, and it waits
//! longer after each failure.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::config::limits;

/// Who wants a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// A caller.
    Asked,
    /// The refresh scheduler, of its own accord.
    Unasked,
}

/// How a sign-in ended, as far as it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Signed in.
    Well,
    /// The password was typed, and the portal did not let it in, or did not answer.
    BadlyTyped,
    /// It failed before the password was typed.
    BadlyUntyped,
}

/// No sign-in now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotNow {
    /// When to ask again.
    pub retry_after: Duration,
}

/// The attempts of all users.
#[derive(Debug, Default)]
pub struct Attempts(HashMap<String, History>);

#[derive(Debug, Default)]
struct History {
    /// Passwords typed that did not lead in, those under way included.
    failed: Vec<Instant>,
    /// Sign-ins that nobody asked for.
    unasked: Vec<Instant>,
    /// Failures in a row, of whatever cause, and the last.
    row: u32,
    last_failure: Option<Instant>,
}

impl Attempts {
    /// Whether somebody may sign this user in now. If so, the attempt counts until it has ended.
    pub fn begin(&mut self, username: &str, wish: Wish, now: Instant) -> Result<(), NotNow> {
        self.may(username, wish, now)?;
        let history = self.0.entry(username.to_owned()).or_default();
        history.failed.push(now);
        if wish == Wish::Unasked {
            history.unasked.push(now);
        }
        Ok(())
    }

    /// The attempt that was begun last has ended.
    pub fn end(&mut self, username: &str, how: Ended, now: Instant) {
        let Some(history) = self.0.get_mut(username) else {
            return;
        };
        match how {
            Ended::Well => {
                history.failed.clear();
                history.row = 0;
                history.last_failure = None;
            }
            Ended::BadlyTyped => history.note_failure(now),
            Ended::BadlyUntyped => {
                history.failed.pop();
                history.note_failure(now);
            }
        }
    }

    /// A person signed in: what failed before does not count any more.
    pub fn forgive(&mut self, username: &str) {
        self.0.remove(username);
    }

    /// Whether `begin` would be refused.
    pub fn may(&mut self, username: &str, wish: Wish, now: Instant) -> Result<(), NotNow> {
        let Some(history) = self.0.get_mut(username) else {
            return Ok(());
        };
        let wait = history.bound(wish, now);
        wait.map_or(Ok(()), |retry_after| Err(NotNow { retry_after }))
    }
}

impl History {
    fn bound(&mut self, wish: Wish, now: Instant) -> Option<Duration> {
        let mut wait = full_for(&mut self.failed, now);
        if wish == Wish::Unasked {
            wait = wait.max(full_for(&mut self.unasked, now));
            wait = wait.max(self.backing_off(now));
        }
        wait
    }

    fn backing_off(&self, now: Instant) -> Option<Duration> {
        let doublings = self.row.saturating_sub(1).min(16);
        let pause = (limits::SIGN_IN_BACK_OFF * 2_u32.pow(doublings)).min(limits::SIGN_IN_PAUSE);
        let left = pause.checked_sub(now.saturating_duration_since(self.last_failure?))?;
        (!left.is_zero()).then_some(left)
    }

    fn note_failure(&mut self, now: Instant) {
        self.row = self.row.saturating_add(1);
        self.last_failure = Some(now);
    }
}

/// How long there is no room for another one in this hour.
fn full_for(times: &mut Vec<Instant>, now: Instant) -> Option<Duration> {
    times.retain(|time| now.saturating_duration_since(*time) < limits::PASSWORD_WINDOW);
    if times.len() < limits::PASSWORD_ATTEMPTS {
        return None;
    }
    let leaves = times[times.len() - limits::PASSWORD_ATTEMPTS] + limits::PASSWORD_WINDOW;
    Some(leaves.saturating_duration_since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn fail(attempts: &mut Attempts, wish: Wish, now: Instant) -> Result<(), NotNow> {
        attempts.begin("someone", wish, now)?;
        attempts.end("someone", Ended::BadlyTyped, now);
        Ok(())
    }

    #[test]
    fn a_fourth_password_within_an_hour_is_not_typed_whoever_asks() {
        let (mut attempts, start) = (Attempts::default(), Instant::now());
        for minute in 0..3 {
            fail(&mut attempts, Wish::Asked, start + minute * MINUTE).unwrap();
        }
        let refused = fail(&mut attempts, Wish::Asked, start + 10 * MINUTE);
        assert_eq!(
            refused,
            Err(NotNow {
                retry_after: 50 * MINUTE
            })
        );
        assert!(fail(&mut attempts, Wish::Unasked, start + 10 * MINUTE).is_err());
        fail(&mut attempts, Wish::Asked, start + 60 * MINUTE).unwrap();
    }

    #[test]
    fn attempts_of_one_user_do_not_count_for_another() {
        let (mut attempts, now) = (Attempts::default(), Instant::now());
        for _ in 0..3 {
            fail(&mut attempts, Wish::Asked, now).unwrap();
        }
        assert_eq!(attempts.begin("another", Wish::Asked, now), Ok(()));
    }

    #[test]
    fn a_sign_in_that_worked_wipes_the_slate() {
        let (mut attempts, now) = (Attempts::default(), Instant::now());
        for _ in 0..20 {
            fail(&mut attempts, Wish::Asked, now).unwrap();
            attempts.begin("someone", Wish::Asked, now).unwrap();
            attempts.end("someone", Ended::Well, now);
        }
    }

    #[test]
    fn nobody_signs_in_unasked_more_than_three_times_an_hour_even_with_success() {
        let (mut attempts, start) = (Attempts::default(), Instant::now());
        for minute in 0..3 {
            let now = start + minute * MINUTE;
            attempts.begin("someone", Wish::Unasked, now).unwrap();
            attempts.end("someone", Ended::Well, now);
        }
        let now = start + 4 * MINUTE;
        assert!(attempts.begin("someone", Wish::Unasked, now).is_err());
        assert_eq!(attempts.begin("someone", Wish::Asked, now), Ok(()));
    }

    #[test]
    fn what_nobody_asked_for_waits_one_two_four_minutes_after_failures_up_to_thirty() {
        let (mut attempts, mut now) = (Attempts::default(), Instant::now());
        for wait in [1, 2, 4, 8, 16, 30, 30] {
            attempts.begin("someone", Wish::Unasked, now).unwrap();
            attempts.end("someone", Ended::BadlyUntyped, now);
            attempts.0.get_mut("someone").unwrap().unasked.clear();
            let refused = attempts.may("someone", Wish::Unasked, now);
            let retry_after = wait * MINUTE;
            assert_eq!(refused, Err(NotNow { retry_after }));
            now += retry_after;
        }
    }

    #[test]
    fn a_failure_before_the_password_was_typed_costs_no_attempt() {
        let (mut attempts, now) = (Attempts::default(), Instant::now());
        for _ in 0..10 {
            attempts.begin("someone", Wish::Asked, now).unwrap();
            attempts.end("someone", Ended::BadlyUntyped, now);
        }
        assert_eq!(attempts.may("someone", Wish::Asked, now), Ok(()));
    }
}
