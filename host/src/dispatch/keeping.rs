//! Keeping a session signed in: a lease like any other, if it can be had at once.

use serde::Serialize;

use crate::config::limits;
use crate::dispatch::handle::{Dispatch, Stopped};
use crate::model::ids::SessionId;
use crate::model::session::LeaseKind;
use crate::plugin::call;
use crate::plugin::call::Presence;
use crate::pool::entry::{Condition, Standing};
use crate::pool::error::LeaseDenied;
use crate::pool::lease::Lease;

/// What became of a refresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "result", content = "detail")]
pub enum Kept {
    /// Every site was visited and shows the session signed in.
    Refreshed,
    /// It was found signed out, and signed in again.
    SignedIn,
    /// Somebody uses it; nothing was done.
    SkippedInUse,
    /// There is no such session.
    Gone,
    /// It could not be told whether it is signed in; nothing was concluded from that.
    Unknown(String),
    /// Signing in again did not succeed, for this reason.
    Failed(String),
}

impl Dispatch {
    /// Keeps a session signed in. Tries to get the lease and never waits for it.
    pub async fn keep_alive(&self, id: SessionId) -> Kept {
        let mut lease = match self.0.pool.try_lease(id, LeaseKind::KeepAlive).await {
            Ok(lease) => lease,
            Err(LeaseDenied::UnknownSession(_)) => return Kept::Gone,
            Err(denied) => {
                tracing::info!(session.id = %id, reason = %denied, "refresh skipped: in use");
                return Kept::SkippedInUse;
            }
        };
        let kept = match self.keep(&mut lease).await {
            Ok((kept, condition)) => {
                lease.finish(condition);
                kept
            }
            Err(stopped) => Kept::Failed(stopped.end(lease).to_string()),
        };
        match &kept {
            Kept::Refreshed => tracing::info!(session.id = %id, "refreshed"),
            other => tracing::info!(session.id = %id, result = ?other, "refresh ended otherwise"),
        }
        kept
    }

    async fn keep(&self, lease: &mut Lease) -> Result<(Kept, Condition), Stopped> {
        let signed_out = matches!(lease.standing(), Standing::New | Standing::SignedOut);
        let presence = if signed_out {
            Presence::SignedOut
        } else {
            self.visit(lease).await?
        };
        match presence {
            Presence::SignedIn => Ok((Kept::Refreshed, Condition::SignedIn)),
            Presence::SignedOut => {
                self.sign_in(lease).await?;
                Ok((Kept::SignedIn, Condition::SignedIn))
            }
            // A slow or broken page is not a sign-out (portal-facts S13).
            Presence::Unknown(seen) => Ok((Kept::Unknown(seen), Condition::Unknown)),
        }
    }

    async fn visit(&self, lease: &mut Lease) -> Result<Presence, Stopped> {
        let version = self.session_version()?;
        let context = self.session_context(limits::KEEP_ALIVE);
        let called = call::keep_alive(&version, Box::new(lease.lend()), context).await;
        drop(called.page);
        Ok(called
            .outcome
            .unwrap_or_else(|error| Presence::Unknown(error.to_string())))
    }
}
