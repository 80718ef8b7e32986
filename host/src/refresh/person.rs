//! Looking out for people: a session that awaits one is looked at every few seconds, so that a sign-in which somebody
//! finished in a visible window or on a telephone is noticed without anybody saying so.
//!
//! Owns: when each session may be looked at again. Ends with its handle.
//! Never: waits for a session, or touches a page.

use std::collections::HashMap;

use futures::StreamExt as _;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::config::limits;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::watching::Watched;
use crate::model::ids::SessionId;
use crate::model::session::SessionState;

/// The running task. Dropping it ends the looks.
pub struct LookOut(JoinHandle<()>);

impl LookOut {
    /// Starts to look.
    #[must_use]
    pub fn start(dispatch: Dispatch) -> Self {
        Self(tokio::spawn(run(dispatch)))
    }
}

impl Drop for LookOut {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn run(dispatch: Dispatch) {
    let mut watchlist = Watchlist::default();
    let mut ticks = interval(limits::OPERATOR_LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let awaiting = dispatch.sessions().await.into_iter();
        let awaiting = awaiting.filter(|session| session.state == SessionState::AwaitingOperator);
        let awaiting: Vec<SessionId> = awaiting.map(|session| session.session_id).collect();
        let looks = watchlist.due(&awaiting, Instant::now()).into_iter();
        let looks = looks.map(|id| {
            let dispatch = dispatch.clone();
            async move { (id, dispatch.look_for_operator(id).await) }
        });
        let mut looks = futures::stream::iter(looks).buffer_unordered(limits::REFRESH_PARALLEL);
        while let Some((id, watched)) = looks.next().await {
            if watched == Watched::Unconfirmed {
                watchlist.not_confirmed(id, Instant::now());
            }
        }
    }
}

/// Which sessions may be looked at, and when. Pure.
#[derive(Debug, Default)]
struct Watchlist {
    again_at: HashMap<SessionId, Instant>,
}

impl Watchlist {
    /// Those that may be looked at now.
    fn due(&mut self, awaiting: &[SessionId], now: Instant) -> Vec<SessionId> {
        self.again_at
            .retain(|id, again| awaiting.contains(id) && now < *again);
        let due = awaiting.iter().copied();
        due.filter(|id| !self.again_at.contains_key(id)).collect()
    }

    /// A page looked signed in and was not: asking it went elsewhere under the hands of its person.
    fn not_confirmed(&mut self, id: SessionId, now: Instant) {
        self.again_at
            .insert(id, now + limits::OPERATOR_CONFIRM_AGAIN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_that_was_asked_in_vain_is_left_alone_for_a_while() {
        let (one, other) = (SessionId::random(), SessionId::random());
        let mut watchlist = Watchlist::default();
        let now = Instant::now();
        watchlist.not_confirmed(one, now);
        assert_eq!(watchlist.due(&[one, other], now), [other]);
        let later = now + limits::OPERATOR_CONFIRM_AGAIN;
        assert_eq!(watchlist.due(&[one, other], later), [one, other]);
    }

    #[test]
    fn a_session_that_is_gone_is_forgotten() {
        let one = SessionId::random();
        let mut watchlist = Watchlist::default();
        watchlist.not_confirmed(one, Instant::now());
        assert!(watchlist.due(&[], Instant::now()).is_empty());
        assert!(watchlist.again_at.is_empty());
    }
}
