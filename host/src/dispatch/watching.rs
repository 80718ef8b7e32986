//! Noticing that a person has signed a session in: passively first, because the person may be using the page, and
//! by asking the portal only when the page says so.

use crate::browser::page::Page as _;
use crate::config::limits;
use crate::dispatch::attempts::Wish;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::stopped::Stopped;
use crate::model::ids::SessionId;
use crate::model::session::LeaseKind;
use crate::plugin::call::{self, Presence};
use crate::pool::entry::{Condition, Standing};
use crate::pool::error::LeaseDenied;
use crate::pool::lease::Lease;

/// What came of looking at a session that awaits a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watched {
    /// Somebody has signed it in; it can be used.
    SignedIn,
    /// Not yet.
    NotYet,
    /// Its page looked signed in, and the portal said otherwise when it was asked.
    Unconfirmed,
    /// Somebody uses it, or it does not await a person any more.
    NotWatched,
}

impl Dispatch {
    /// Looks whether a person has signed in a session that awaits one. Tries to get the lease and never waits.
    pub async fn look_for_operator(&self, id: SessionId) -> Watched {
        let hold = limits::LOOK + limits::PROBE + limits::LEASE_MARGIN;
        let lease = self.0.pool.try_lease(id, LeaseKind::KeepAlive, hold).await;
        let mut lease = match lease {
            Ok(lease) => lease,
            Err(LeaseDenied::InUse(_) | LeaseDenied::UnknownSession(_)) => {
                return Watched::NotWatched;
            }
            Err(denied) => {
                tracing::debug!(session.id = %id, %denied, "not looked at");
                return Watched::NotWatched;
            }
        };
        let Standing::AwaitingOperator(reason) = lease.standing().clone() else {
            lease.finish(Condition::Untouched);
            return Watched::NotWatched;
        };
        let (watched, condition) = self.watch_leased(&mut lease, &reason).await;
        lease.finish(condition);
        watched
    }

    /// Looks whether a person has signed in the session of this lease, and says how it is left then. Nothing is typed,
    /// and nothing navigates before the page itself looks signed in.
    pub(in crate::dispatch) async fn watch_leased(
        &self,
        lease: &mut Lease,
        reason: &str,
    ) -> (Watched, Condition) {
        let id = lease.session();
        lease.lend().attended(true);
        let watched = self.watched(lease).await;
        lease.lend().attended(false);
        let awaits = || Condition::AwaitingOperator(reason.to_owned());
        match watched {
            Ok(Watched::SignedIn) => {
                tracing::info!(session.id = %id, "a person has signed in");
                self.forgive(lease);
                (Watched::SignedIn, Condition::SignedIn)
            }
            // It was only looked at: whoever waits for it goes on waiting.
            Ok(Watched::NotYet | Watched::NotWatched) => (Watched::NotYet, Condition::Untouched),
            Ok(Watched::Unconfirmed) => (Watched::Unconfirmed, awaits()),
            Err(stopped) => {
                tracing::debug!(session.id = %id, error = %stopped.error, "could not look");
                (Watched::NotYet, awaits())
            }
        }
    }

    /// A person has signed in: failed attempts before do not count any more.
    pub(in crate::dispatch) fn forgive(&self, lease: &Lease) {
        if let Some(credentials) = lease.credentials() {
            self.attempts().forgive(&credentials.username);
        }
    }

    async fn watched(&self, lease: &mut Lease) -> Result<Watched, Stopped> {
        if self.look(lease).await? != Presence::SignedIn {
            return Ok(Watched::NotYet);
        }
        match self.confirm(lease).await? {
            Presence::SignedIn => Ok(Watched::SignedIn),
            Presence::SignedOut | Presence::Unknown(_) => Ok(Watched::Unconfirmed),
        }
    }

    /// Looks at the page that is open, without touching it.
    pub(in crate::dispatch) async fn look(&self, lease: &mut Lease) -> Result<Presence, Stopped> {
        let version = self.session_version()?;
        let context = self.session_context(limits::LOOK);
        let called = call::look(&version, Box::new(lease.lend()), context).await;
        drop(called.page);
        called
            .outcome
            .map_err(|error| Stopped::by_call(lease, error))
    }

    /// Puts the page in order and asks the portal whether somebody is signed in.
    pub(in crate::dispatch) async fn confirm(
        &self,
        lease: &mut Lease,
    ) -> Result<Presence, Stopped> {
        lease.tidy().await;
        self.probe(lease).await
    }

    /// Puts the page in order and signs in from the start, as far as that goes without a person.
    pub(in crate::dispatch) async fn begin_again(&self, lease: &mut Lease) -> Result<(), Stopped> {
        lease.tidy().await;
        self.sign_in(lease, Wish::Asked).await
    }
}
