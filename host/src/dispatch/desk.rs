//! Dispatch as one caller may use it: what is another's is not there, and what its token does not allow is refused.
//!
//! Never: shows that something is there which the caller may not see. HTTP reaches sessions, runs and files only here.

use std::path::PathBuf;
use std::time::Duration;

use crate::artifacts::error::ArtifactError;
use crate::artifacts::store::Artifact;
use crate::artifacts::table::Table;
use crate::dispatch::error::RunError;
use crate::dispatch::handle::{Dispatch, Parts};
use crate::dispatch::keeping::Kept;
use crate::dispatch::live::{LiveError, LiveView};
use crate::dispatch::request::{ReadySession, RunAnswer, RunRequest, Who};
use crate::dispatch::runs::Started;
use crate::dispatch::viewing::{RunEvents, RunView};
use crate::model::caller::{Caller, Scope};
use crate::model::ids::{ArtifactId, HoldId, RunId, SessionId, TokenId};
use crate::model::origin::Origin;
use crate::model::outcome::Failed;
use crate::model::session::SessionSnapshot;
use crate::pool::error::{LeaseDenied, PictureDenied};

/// Dispatch as one caller may use it.
#[derive(Clone)]
pub struct Desk {
    dispatch: Dispatch,
    caller: Caller,
    /// In which request it is used.
    origin: Origin,
}

impl Dispatch {
    /// Dispatch as this caller may use it.
    #[must_use]
    pub fn at(&self, caller: Caller) -> Desk {
        Desk {
            dispatch: self.clone(),
            caller,
            origin: Origin::default(),
        }
    }

    /// The token that asked for a run; an error if there is no such run.
    async fn owner_of_run(&self, id: RunId) -> Result<Option<TokenId>, RunError> {
        if let Some(journal) = self.0.live.get(id) {
            return Ok(journal.record().owner);
        }
        let record = self.0.store.run(id).await?;
        let record = record.ok_or_else(|| RunError::UnknownRun(id.to_string()))?;
        Ok(record.owner)
    }
}

impl Desk {
    /// The same, for one request.
    #[must_use]
    pub fn within(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// Who asks.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// How many more runs the caller may begin now; none if there is no bound of its own.
    #[must_use]
    pub fn runs_left(&self) -> Option<usize> {
        match &self.caller {
            Caller::Local => None,
            Caller::Token(grant) => Some(self.dispatch.0.turns.left(grant)),
        }
    }

    /// As `Dispatch::start`, for this caller.
    pub async fn start(&self, mut request: RunRequest) -> Result<Started, RunError> {
        self.may_be(&request.who)?;
        request.caller = self.caller.clone();
        request.origin = self.origin.clone();
        self.dispatch.start(request).await
    }

    /// As `Dispatch::run`, for this caller.
    pub async fn run(&self, mut request: RunRequest) -> Result<RunAnswer, Failed> {
        self.may_be(&request.who)?;
        request.caller = self.caller.clone();
        request.origin = self.origin.clone();
        self.dispatch.run(request).await
    }

    /// A session that is signed in, opened if there is none.
    pub async fn ready_session(
        &self,
        who: Who,
        patience: Option<Duration>,
    ) -> Result<ReadySession, RunError> {
        self.may_be(&who)?;
        self.dispatch
            .ready_session(&self.caller, who, patience)
            .await
    }

    /// The sessions that the caller may see.
    pub async fn sessions(&self) -> Vec<SessionSnapshot> {
        let mut sessions = self.dispatch.sessions().await;
        sessions.retain(|session| self.sees(session.session_id));
        sessions
    }

    /// One of them.
    pub async fn session(&self, id: SessionId) -> Result<SessionSnapshot, RunError> {
        self.known(id)?;
        self.dispatch.session(id).await
    }

    /// Ends one of them.
    pub async fn close_session(&self, id: SessionId, force: bool) -> Result<(), RunError> {
        self.known(id)?;
        self.dispatch.close_session(id, force).await
    }

    /// Keeps one of them signed in.
    pub async fn keep_alive(&self, id: SessionId) -> Result<Kept, RunError> {
        self.known(id)?;
        Ok(self.dispatch.keep_alive(id).await)
    }

    /// A small picture of the page of one of them, as JPEG. Whoever uses it is not disturbed.
    ///
    /// # Errors
    /// There is no such session, it has no browser, or the browser gave no picture in time.
    pub async fn picture(&self, id: SessionId) -> Result<Vec<u8>, PictureDenied> {
        if !self.sees(id) {
            return Err(PictureDenied::UnknownSession(id.to_string()));
        }
        self.dispatch.0.pool.picture(id).await
    }

    /// The accounts of the configuration that the caller may name, by their aliases.
    #[must_use]
    pub fn accounts(&self) -> Vec<String> {
        let accounts = self.dispatch.0.config.accounts.keys();
        accounts
            .filter(|alias| self.caller.may_use(alias))
            .cloned()
            .collect()
    }

    pub(in crate::dispatch) fn parts(&self) -> &Parts {
        &self.dispatch.0
    }

    /// Opens the live view of one of them, or joins it.
    pub async fn open_live_view(&self, id: SessionId) -> Result<LiveView, LiveError> {
        self.known(id)?;
        self.dispatch.open_live_view(id).await
    }

    /// The live view of one of them.
    pub fn live_view(&self, id: SessionId) -> Result<LiveView, LiveError> {
        self.known(id)?;
        self.dispatch.live_view(id)
    }

    /// Ends a hold of a session that the caller may see.
    pub async fn give_up(&self, id: HoldId) -> Result<(), RunError> {
        if let Some(session) = self.dispatch.held_session(id)
            && !self.sees(session)
        {
            return Err(crate::dispatch::error::HoldDenied::NotFound(id.to_string()).into());
        }
        self.dispatch.give_up(id).await
    }

    /// One of the caller's runs.
    pub async fn run_view(&self, id: RunId, wait: Option<Duration>) -> Result<RunView, RunError> {
        self.own(id).await?;
        self.dispatch.run_view(id, wait).await
    }

    /// The newest of the caller's runs.
    pub async fn newest_runs(&self) -> Result<Vec<RunView>, RunError> {
        let sees_all = self.caller.may(Scope::Admin);
        let owner = self.caller.token().filter(|_| !sees_all);
        self.dispatch.newest_runs(owner).await
    }

    /// The events of one of the caller's runs.
    pub async fn run_events(&self, id: RunId, after: u64) -> Result<RunEvents, RunError> {
        self.own(id).await?;
        self.dispatch.run_events(id, after).await
    }

    /// Takes one of the caller's runs back.
    pub async fn cancel_run(&self, id: RunId) -> Result<(), RunError> {
        self.own(id).await?;
        self.dispatch.cancel_run(id).await
    }

    /// Has the portal asked once more about one of the caller's runs.
    pub async fn look_again(&self, id: RunId) -> Result<(), RunError> {
        self.own(id).await?;
        self.dispatch.look_again(id).await
    }

    /// A file of one of the caller's runs.
    pub async fn artifact(&self, id: ArtifactId) -> Result<(Artifact, PathBuf), ArtifactError> {
        let found = self.dispatch.artifacts().find(id).await?;
        self.own_file(&found.0).await?;
        Ok(found)
    }

    /// A file of one of the caller's runs, as a table.
    pub async fn table(&self, id: ArtifactId) -> Result<(Artifact, Table), ArtifactError> {
        self.artifact(id).await?;
        self.dispatch.artifacts().table(id).await
    }

    /// Removes a file of one of the caller's runs.
    pub async fn remove_artifact(&self, id: ArtifactId) -> Result<(), ArtifactError> {
        self.artifact(id).await?;
        self.dispatch.artifacts().remove(id).await
    }

    /// Whether the caller may ask in this name: of its own sessions, and of accounts that its token may use.
    fn may_be(&self, who: &Who) -> Result<(), RunError> {
        // Who has the credentials of a session is its user; whether they are the right ones the pool says.
        if let (Some(id), None, None) = (who.session_id, &who.credentials, &who.account) {
            self.known(id)?;
        }
        match &who.account {
            Some(alias) if !self.caller.may_use(alias) => {
                Err(RunError::AccountNotAllowed(alias.clone()))
            }
            _ => Ok(()),
        }
    }

    fn sees(&self, session: SessionId) -> bool {
        self.dispatch.0.owners.may_see(&self.caller, session)
    }

    fn known(&self, session: SessionId) -> Result<(), LeaseDenied> {
        let sees = self.sees(session);
        sees.then_some(())
            .ok_or_else(|| LeaseDenied::UnknownSession(session.to_string()))
    }

    async fn own(&self, run: RunId) -> Result<(), RunError> {
        let owner = self.dispatch.owner_of_run(run).await?;
        let sees = self.caller.sees(owner);
        sees.then_some(())
            .ok_or_else(|| RunError::UnknownRun(run.to_string()))
    }

    /// Files may be kept for longer than their runs; those of a run that is forgotten are an administrator's.
    async fn own_file(&self, artifact: &Artifact) -> Result<(), ArtifactError> {
        if self.caller.may(Scope::Admin) || self.own(artifact.run_id).await.is_ok() {
            return Ok(());
        }
        Err(ArtifactError::NotFound(artifact.id.to_string()))
    }
}
