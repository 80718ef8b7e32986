//! A lease on a session that is signed in: asked for, waited for, and asked for again where that is right.

use std::time::Duration;

use tokio::time::Instant;

use crate::dispatch::error::RunError;
use crate::dispatch::handle::Dispatch;
use crate::model::caller::Caller;
use crate::pool::entry::Standing;
use crate::pool::handle::{Purpose, Whose};
use crate::pool::lease::Lease;

/// A lease on a session that is signed in.
pub(in crate::dispatch) struct Ready {
    pub(in crate::dispatch) lease: Lease,
    /// Whether the session was signed in for the first time.
    pub(in crate::dispatch) is_new: bool,
    /// How long it was waited for, starting its browser included.
    pub(in crate::dispatch) queued: Duration,
    /// What signing in took, or looking whether it is.
    pub(in crate::dispatch) signing_in: Duration,
}

impl Dispatch {
    /// Gets a lease and has its session signed in. A browser that is lost on the way is replaced once; an asker
    /// that is patient waits for a person where one is needed.
    pub(in crate::dispatch) async fn ready(
        &self,
        caller: &Caller,
        mut whose: Whose,
        purpose: Purpose,
    ) -> Result<Ready, RunError> {
        // Whoever has its credentials may see the session from then on, also while somebody has to sign in there.
        let proves = !matches!(whose, Whose::Session(_, None));
        let asked = Instant::now();
        let until = asked + purpose.wait;
        let mut may_lose = true;
        loop {
            let wait = until.saturating_duration_since(Instant::now());
            let lease = self
                .0
                .pool
                .lease(whose, Purpose { wait, ..purpose })
                .await?;
            let leased = Instant::now();
            if proves {
                self.0.owners.note(lease.session(), caller).await?;
            }
            let is_new = *lease.standing() == Standing::New;
            whose = again(&lease);
            match self.signed_in(lease).await {
                Ok(lease) => {
                    return Ok(Ready {
                        lease,
                        is_new,
                        queued: leased - asked,
                        signing_in: leased.elapsed(),
                    });
                }
                Err(RunError::OperatorNeeded { .. })
                    if purpose.is_patient && Instant::now() < until => {}
                Err(error) if error.is_browser_lost() && may_lose => may_lose = false,
                Err(error) => return Err(error),
            }
        }
    }
}

/// The same session, asked for once more: by whose it is, since one that is not kept ends with its browser.
pub(in crate::dispatch) fn again(lease: &Lease) -> Whose {
    match lease.credentials() {
        Some(credentials) => Whose::Account(credentials.clone()),
        None => Whose::Session(lease.session(), None),
    }
}
