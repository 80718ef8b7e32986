//! The holds: which paused runs can be continued, and by whom they are being continued. Pure.
//!
//! Owns: what is held, until somebody takes it. A place ends by being continued, given up, expired, or with all
//! others; whoever ends it gets what was held, once. There is never more than one place a session, since each has
//! its lease.
//! Never: looks at the clock, or into what it holds.

use std::collections::HashMap;

use crate::dispatch::error::HoldDenied;
use crate::model::ids::HoldId;

/// One pause of one run. A run that pauses again keeps its hold's id and gets another of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::dispatch) struct Turn(u64);

/// All holds.
pub(in crate::dispatch) struct Holds<T> {
    places: HashMap<HoldId, Place<T>>,
    turns: u64,
    is_closed: bool,
}

enum Place<T> {
    Held(Turn, T),
    /// A run goes on from it.
    Continued(Turn),
}

impl<T> Default for Holds<T> {
    fn default() -> Self {
        Self {
            places: HashMap::new(),
            turns: 0,
            is_closed: false,
        }
    }
}

impl<T> Holds<T> {
    /// Holds something. Gives it back if nothing is held any more.
    pub(in crate::dispatch) fn put(&mut self, id: HoldId, held: T) -> Result<Turn, T> {
        if self.is_closed {
            return Err(held);
        }
        let turn = self.next();
        self.places.insert(id, Place::Held(turn, held));
        Ok(turn)
    }

    /// What is held, and since which turn.
    pub(in crate::dispatch) fn see(&self, id: HoldId) -> Result<(Turn, &T), HoldDenied> {
        match self.places.get(&id) {
            Some(Place::Held(turn, held)) => Ok((*turn, held)),
            Some(Place::Continued(_)) => Err(HoldDenied::InUse),
            None if self.is_closed => Err(HoldDenied::Draining),
            None => Err(HoldDenied::NotFound(id.to_string())),
        }
    }

    /// Takes what was seen under this turn, to go on with it; nobody else can until `end` or the next `put`. What
    /// was continued meanwhile is another's, even if it is held again.
    pub(in crate::dispatch) fn take(
        &mut self,
        id: HoldId,
        seen: Turn,
    ) -> Result<(Turn, T), HoldDenied> {
        if self.see(id)?.0 != seen {
            return Err(HoldDenied::InUse);
        }
        let turn = self.next();
        match self.places.insert(id, Place::Continued(turn)) {
            Some(Place::Held(_, held)) => Ok((turn, held)),
            _ => unreachable!("it was just seen"),
        }
    }

    /// What was taken under this turn is done with; if it was put back meanwhile, nothing happens.
    pub(in crate::dispatch) fn end(&mut self, id: HoldId, turn: Turn) {
        let continued = matches!(self.places.get(&id), Some(Place::Continued(it)) if *it == turn);
        if continued {
            self.places.remove(&id);
        }
    }

    /// Takes what is held for good.
    pub(in crate::dispatch) fn give_up(&mut self, id: HoldId) -> Result<T, HoldDenied> {
        let (seen, _) = self.see(id)?;
        let (turn, held) = self.take(id, seen)?;
        self.end(id, turn);
        Ok(held)
    }

    /// Takes for good what was put under this turn, if it is still held.
    pub(in crate::dispatch) fn expire(&mut self, id: HoldId, turn: Turn) -> Option<T> {
        let held = matches!(self.places.get(&id), Some(Place::Held(it, _)) if *it == turn);
        if !held {
            return None;
        }
        self.give_up(id).ok()
    }

    /// Takes all that is held for good, and holds nothing from now on.
    pub(in crate::dispatch) fn close(&mut self) -> Vec<T> {
        self.is_closed = true;
        let held: Vec<HoldId> = self.places.keys().copied().collect();
        held.into_iter()
            .filter_map(|id| self.give_up(id).ok())
            .collect()
    }

    const fn next(&mut self) -> Turn {
        self.turns += 1;
        Turn(self.turns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_taken_once_and_refused_while_it_is_continued() {
        let (mut holds, id) = (Holds::default(), HoldId::random());
        let seen = holds.put(id, "lease").unwrap();
        assert_eq!(holds.see(id), Ok((seen, &"lease")));
        let (turn, held) = holds.take(id, seen).unwrap();
        assert_eq!(held, "lease");
        assert_eq!(holds.take(id, seen), Err(HoldDenied::InUse));
        assert_eq!(holds.give_up(id), Err(HoldDenied::InUse));
        holds.end(id, turn);
        assert_eq!(holds.see(id), Err(HoldDenied::NotFound(id.to_string())));
    }

    #[test]
    fn a_run_that_pauses_again_outlives_the_end_and_the_timer_of_its_earlier_turn() {
        let (mut holds, id) = (Holds::default(), HoldId::random());
        let first = holds.put(id, 1).unwrap();
        let (taken, _) = holds.take(id, first).unwrap();
        let second = holds.put(id, 2).unwrap();
        holds.end(id, taken);
        assert_eq!(holds.expire(id, first), None);
        assert_eq!(
            holds.take(id, first),
            Err(HoldDenied::InUse),
            "it has more input"
        );
        let (again, _) = holds.take(id, second).unwrap();
        holds.end(id, taken);
        assert_eq!(holds.expire(id, second), None, "it is continued");
        assert_eq!(holds.see(id), Err(HoldDenied::InUse));
        holds.end(id, again);
    }

    #[test]
    fn a_timer_ends_what_nobody_took() {
        let (mut holds, id) = (Holds::default(), HoldId::random());
        let turn = holds.put(id, 1).unwrap();
        assert_eq!(holds.expire(id, turn), Some(1));
        assert_eq!(holds.expire(id, turn), None);
    }

    #[test]
    fn closing_takes_all_that_is_held_and_holds_nothing_more() {
        let (mut holds, id) = (Holds::default(), HoldId::random());
        holds.put(id, 1).unwrap();
        assert_eq!(holds.close(), [1]);
        assert_eq!(holds.put(id, 2), Err(2));
        assert_eq!(holds.see(id), Err(HoldDenied::Draining));
    }
}
