//! A schedule: what happens to a pool, one step after another. Drawn at random, and made smaller when it fails.

use std::time::Duration;

use gantry::model::session::{LeaseKind, Refusal};
use gantry::pool::entry::Condition;
use proptest::collection::vec;
use proptest::strategy::Strategy;

/// What happens. Numbers choose among what there is then; where there is nothing, nothing happens.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Ask(Ask),
    /// A keep-alive that does not wait.
    Refresh(u8),
    /// Somebody who waits goes away, or somebody whose lease is on its way.
    Cancel(u8),
    /// Somebody has waited for long enough.
    GiveUp(u8),
    /// A lease ends, one that was given up included.
    Finish(u8, Condition),
    Launched(u8, Start),
    Closed(u8),
    Close {
        which: u8,
        force: bool,
    },
    Crash(u8),
    Pass(Duration),
    /// A browser has grown too large.
    Grow(u8),
    Adopt {
        user: u8,
        knows_password: bool,
    },
}

/// A request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask {
    pub(crate) user: u8,
    pub(crate) kind: LeaseKind,
    pub(crate) is_patient: bool,
    pub(crate) keep_alive: Option<bool>,
    /// Whether the session's id is named, if there is one.
    pub(crate) by_id: bool,
}

/// How a browser comes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    AsOrdered,
    /// The kept profile could not be used.
    Fresh,
    Fails,
}

/// A pool's size, what happens to it, and the order in which it ends.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    pub(crate) sessions: usize,
    pub(crate) steps: Vec<Step>,
    pub(crate) end: u64,
}

/// Accounts that ask.
pub(crate) const USERS: u8 = 5;

/// Schedules at random.
pub(crate) fn schedules() -> impl Strategy<Value = Schedule> {
    let step = (0_u8..100, 0_u8..=255, 0_u8..=255).prop_map(step);
    (1_usize..=3, vec(step, 0..80), 0..u64::MAX).prop_map(|(sessions, steps, end)| Schedule {
        sessions,
        steps,
        end,
    })
}

fn step((what, which, how): (u8, u8, u8)) -> Step {
    match what {
        0..28 => Step::Ask(ask(which, how)),
        28..33 => Step::Refresh(which),
        33..41 => Step::Cancel(which),
        41..45 => Step::GiveUp(which),
        45..64 => Step::Finish(which, condition(how)),
        64..77 => Step::Launched(which, start(how)),
        77..87 => Step::Closed(which),
        87..90 => Step::Close {
            which,
            force: how % 2 == 1,
        },
        90..92 => Step::Crash(which),
        92..98 => Step::Pass(pause(how)),
        98 => Step::Grow(which),
        _ => Step::Adopt {
            user: which % USERS,
            knows_password: how % 2 == 1,
        },
    }
}

fn ask(which: u8, how: u8) -> Ask {
    Ask {
        user: which % USERS,
        kind: match how % 8 {
            0 => LeaseKind::Operator,
            1 => LeaseKind::SignIn,
            _ => LeaseKind::Operation,
        },
        is_patient: (how / 8).is_multiple_of(4),
        keep_alive: match how / 32 {
            0 => Some(true),
            1..3 => Some(false),
            _ => None,
        },
        by_id: (which / USERS).is_multiple_of(3),
    }
}

/// How a lease ends. The ordinary end is drawn most often, and is what others shrink towards.
pub(crate) fn condition(how: u8) -> Condition {
    match how % 20 {
        0..7 => Condition::SignedIn,
        7 | 8 => Condition::AsBefore,
        9 | 10 => Condition::Untouched,
        11 | 12 => Condition::SignedOut,
        13 | 14 => Condition::Unknown,
        15 => Condition::AwaitingOperator("a code".to_owned()),
        16 => Condition::Refused {
            refusal: Refusal::CredentialsInvalid,
            message: "no".to_owned(),
        },
        17 | 18 => Condition::Broken("gone".to_owned()),
        _ => Condition::Lost,
    }
}

pub(crate) fn start(how: u8) -> Start {
    match how % 8 {
        6 => Start::Fresh,
        7 => Start::Fails,
        _ => Start::AsOrdered,
    }
}

/// Around the bounds of the rules: `FAIR_WAIT`, `RECLAIM`, the breaker's, a lease's hold, a browser's age.
fn pause(how: u8) -> Duration {
    const SECONDS: [u64; 8] = [1, 3, 6, 11, 31, 61, 400, 13 * 3600];
    Duration::from_secs(SECONDS[usize::from(how % 8)])
}
