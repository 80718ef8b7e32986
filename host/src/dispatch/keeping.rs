//! Keeping a session signed in: a lease like any other, if it can be had at once, and given back if wanted.

use serde::Serialize;
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::config::limits;
use crate::dispatch::attempts::Wish;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::stopped::Stopped;
use crate::dispatch::watching::Watched;
use crate::model::ids::SessionId;
use crate::model::session::LeaseKind;
use crate::plugin::call;
use crate::plugin::call::Presence;
use crate::plugin::call_error::CallError;
use crate::pool::entry::{Condition, Standing};
use crate::pool::error::LeaseDenied;
use crate::pool::lease::Lease;
use crate::telemetry::table;

/// What became of a refresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case", tag = "result", content = "detail")]
pub enum Kept {
    /// Every site was visited and shows the session signed in.
    Refreshed,
    /// It was found signed out, and signed in again.
    SignedIn,
    /// Somebody uses it; nothing was done.
    SkippedInUse,
    /// Somebody wanted it meanwhile, and has it now: their use keeps it signed in as well.
    GaveWay,
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
        let began = Instant::now();
        let kept = self.kept_alive(id).await;
        let result = match &kept {
            Kept::Refreshed => "ok",
            Kept::SignedIn => "expired",
            Kept::SkippedInUse | Kept::GaveWay => "skipped_busy",
            Kept::Unknown(_) | Kept::Failed(_) => "error",
            Kept::Gone => return kept,
        };
        let figures = self.figures();
        figures.count(&table::KEEPALIVES, &[result]);
        figures.took(&table::KEEPALIVE_DURATION, &[result], began.elapsed());
        kept
    }

    async fn kept_alive(&self, id: SessionId) -> Kept {
        let hold = limits::KEEP_ALIVE + limits::SIGN_IN + limits::LEASE_MARGIN;
        let lease = self.0.pool.try_lease(id, LeaseKind::KeepAlive, hold).await;
        match lease {
            Ok(lease) => self.keep_leased(lease).await,
            Err(LeaseDenied::UnknownSession(_)) => Kept::Gone,
            Err(denied) => {
                tracing::info!(session.id = %id, reason = %denied, "refresh skipped: in use");
                Kept::SkippedInUse
            }
        }
    }

    /// Keeps the session of this lease signed in, and ends the lease.
    pub(in crate::dispatch) async fn keep_leased(&self, mut lease: Lease) -> Kept {
        let id = lease.session();
        let kept = match self.keep(&mut lease).await {
            Ok((kept, condition)) => {
                lease.tidy().await;
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
        let presence = match lease.standing() {
            Standing::New | Standing::SignedOut => Presence::SignedOut,
            Standing::AwaitingOperator(reason) => {
                let reason = reason.clone();
                let (watched, condition) = self.watch_leased(lease, &reason).await;
                let kept = if watched == Watched::SignedIn {
                    Kept::SignedIn
                } else {
                    Kept::Failed(format!("a person is needed: {reason}"))
                };
                return Ok((kept, condition));
            }
            Standing::SignedIn | Standing::Suspect => match self.visit(lease).await? {
                Some(presence) => presence,
                None => return Ok((Kept::GaveWay, Condition::AsBefore)),
            },
        };
        match presence {
            Presence::SignedIn => Ok((Kept::Refreshed, Condition::SignedIn)),
            Presence::SignedOut => {
                self.sign_in(lease, Wish::Unasked).await?;
                Ok((Kept::SignedIn, Condition::SignedIn))
            }
            // A slow or broken page is not a sign-out (portal-facts S13).
            Presence::Unknown(seen) => Ok((Kept::Unknown(seen), Condition::Unknown)),
        }
    }

    /// Visits the sites; nothing comes of it if somebody wants the session meanwhile.
    async fn visit(&self, lease: &mut Lease) -> Result<Option<Presence>, Stopped> {
        let version = self.session_version()?;
        let context = self.session_context(limits::KEEP_ALIVE);
        let page = Box::new(lease.lend_until_wanted());
        let called = call::keep_alive(&version, page, context).await;
        drop(called.page);
        match called.outcome {
            Ok(presence) => Ok(Some(presence)),
            Err(error @ CallError::BrowserLost(_)) => Err(Stopped::by_call(lease, error)),
            Err(_) if lease.recall().is_called() => Ok(None),
            Err(error) => Ok(Some(Presence::Unknown(error.to_string()))),
        }
    }
}
