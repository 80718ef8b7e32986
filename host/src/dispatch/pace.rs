//! When a live view has to do something of its own accord: pure, on time that is told.

use tokio::time::Instant;

use crate::config::limits;

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::dispatch) enum Due {
    /// Look whether the page says that somebody is signed in.
    Look,
    /// Take a picture.
    Picture,
    /// End: nobody has been there for too long.
    Leave,
    /// Nothing yet.
    Nothing,
}

/// The times of one live view.
#[derive(Debug, Clone, Copy)]
pub(in crate::dispatch) struct Pace {
    next_picture: Instant,
    next_look: Instant,
    may_confirm_from: Instant,
    last_seen: Instant,
}

impl Pace {
    /// The pace of a view that opens now.
    pub(in crate::dispatch) const fn new(now: Instant) -> Self {
        Self {
            next_picture: now,
            next_look: now,
            may_confirm_from: now,
            last_seen: now,
        }
    }

    /// What is due. A look goes first: pictures that take long must not keep it from its turn.
    pub(in crate::dispatch) fn due(&mut self, now: Instant, is_watched: bool) -> Due {
        if is_watched {
            self.last_seen = now;
        }
        if now >= self.last_seen + limits::OPERATOR_ABSENT {
            Due::Leave
        } else if now >= self.next_look {
            Due::Look
        } else if is_watched && now >= self.next_picture {
            Due::Picture
        } else {
            Due::Nothing
        }
    }

    /// Somebody did something: what came of it is shown at once, and looked at soon.
    pub(in crate::dispatch) fn acted(&mut self, now: Instant) {
        self.last_seen = now;
        self.next_picture = now;
        self.next_look = self.next_look.min(now + limits::LIVE_SETTLE);
    }

    /// A picture was asked for at this time.
    pub(in crate::dispatch) fn pictured(&mut self, asked: Instant) {
        self.next_picture = asked + limits::FRAME_EVERY;
    }

    /// A look has ended.
    pub(in crate::dispatch) fn looked(&mut self, now: Instant) {
        self.next_look = now + limits::LIVE_LOOK;
    }

    /// Whether a page that looks signed in may be asked to prove it.
    pub(in crate::dispatch) fn may_confirm(&self, now: Instant) -> bool {
        now >= self.may_confirm_from
    }

    /// A page that looked signed in did not prove it.
    pub(in crate::dispatch) fn not_confirmed(&mut self, now: Instant) {
        self.may_confirm_from = now + limits::OPERATOR_CONFIRM_AGAIN;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked() -> (Pace, Instant) {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        pace.looked(now);
        (pace, now)
    }

    #[test]
    fn pictures_are_taken_only_while_somebody_looks() {
        let (mut pace, now) = looked();
        assert_eq!(pace.due(now, false), Due::Nothing);
        assert_eq!(pace.due(now, true), Due::Picture);
        pace.pictured(now);
        assert_eq!(pace.due(now, true), Due::Nothing);
        assert_eq!(pace.due(now + limits::FRAME_EVERY, true), Due::Picture);
    }

    #[test]
    fn a_gesture_is_followed_by_a_next_picture_once_and_a_look_soon() {
        let (mut pace, now) = looked();
        pace.pictured(now);
        pace.acted(now);
        assert_eq!(pace.due(now, true), Due::Picture);
        assert_eq!(pace.due(now + limits::LIVE_SETTLE, true), Due::Look);
    }

    #[test]
    fn a_view_ends_when_nobody_was_there_for_long_and_not_before() {
        let (mut pace, now) = looked();
        let later = now + limits::OPERATOR_ABSENT;
        assert_eq!(pace.due(later, false), Due::Leave);
        let (mut pace, now) = looked();
        pace.acted(now + limits::LIVE_LOOK);
        assert_ne!(pace.due(now + limits::OPERATOR_ABSENT, false), Due::Leave);
    }

    #[test]
    fn a_page_that_did_not_prove_it_is_left_alone_for_a_while() {
        let (mut pace, now) = looked();
        assert!(pace.may_confirm(now));
        pace.not_confirmed(now);
        assert!(!pace.may_confirm(now));
        assert!(pace.may_confirm(now + limits::OPERATOR_CONFIRM_AGAIN));
    }
}
