//! Which promise of the pool a schedule saw broken.

/// A promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A session has one holder at most.
    OneHolder,
    /// Only a session with a browser is lent.
    LentWithBrowser,
    /// There are never more browsers than the pool's size.
    Capacity,
    /// Who waits for a session gets it in turn.
    FirstComeFirstServed,
    /// No browser is closed under its user, and nobody is interrupted without a reason.
    NobodyInUseIsTaken,
    /// Who left is told nothing, gets nothing and waits nowhere.
    LeaversAreGone,
    /// Every waiter gets one answer, and until then it waits somewhere.
    OneAnswer,
    /// Where somebody is signed in, nobody is told to sign in.
    OneSignIn,
    /// What a holder is told of the sign-in is what the last one found.
    TrueStanding,
    /// A lease that its holder ended is over.
    ReturnsCount,
    /// A lease that reached nobody is over, too.
    UndeliveredComesHome,
    /// A holder who was given up changes nothing any more.
    LateReturnsSayNothing,
    /// Queues are bounded.
    BoundedQueues,
    /// The books and the browsers agree.
    BooksAreTrue,
    /// Nobody waits for what is free.
    NobodyStarves,
    /// After the end nothing is left.
    NothingIsLeft,
}

/// A broken promise.
#[derive(Debug, Clone)]
pub(crate) struct Violation {
    pub(crate) rule: Rule,
    pub(crate) about: String,
}

/// Holds, or tells what it is about.
pub(crate) fn hold(holds: bool, rule: Rule, about: impl FnOnce() -> String) -> Checked {
    if holds {
        return Ok(());
    }
    Err(Violation {
        rule,
        about: about(),
    })
}

pub(crate) type Checked = Result<(), Violation>;
