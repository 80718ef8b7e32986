//! Why a request gave no answer: every reason a caller can meet, with what is known of its effect.

use crate::config::load::ConfigError;
use crate::model::ids::{RunId, SessionId};
use crate::model::outcome::Executed;
use crate::model::session::Refusal;
use crate::plugin::call_error::CallError;
use crate::plugin::schema::InputProblem;
use crate::pool::error::LeaseDenied;

/// Why a request gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No operation has this name.
    #[error("no operation `{0}`; GET /v1/plugins lists those there are")]
    UnknownOperation(String),
    /// The input does not fit the operation's schema.
    #[error("the input does not fit the operation's schema")]
    InvalidInput(Vec<InputProblem>),
    /// Neither a session nor credentials nor an account.
    #[error("say for whom: a session_id, username and password, or an account")]
    WhoMissing,
    /// Both credentials and an account.
    #[error("send username and password or an account, not both")]
    WhoAmbiguous,
    /// The configuration has no such account.
    #[error("no account `{0}` is configured")]
    UnknownAccount(String),
    /// The account's password cannot be read.
    #[error(transparent)]
    Account(#[from] ConfigError),
    /// There is no component that can sign in.
    #[error("no session plugin is loaded; put session.wasm into the plugin folder")]
    NoSessionPlugin,
    /// The pool gave no lease.
    #[error(transparent)]
    Lease(#[from] LeaseDenied),
    /// The portal refused the account.
    #[error("the portal refused the account: {message}")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// In its words.
        message: String,
    },
    /// Signing in needs a person.
    #[error("session `{session_id}` needs a person: {reason}")]
    OperatorNeeded {
        /// The session.
        session_id: SessionId,
        /// What the page asks for.
        reason: String,
    },
    /// It could not be found out whether the session is signed in.
    #[error("could not sign in: {0}")]
    SignIn(CallError),
    /// The operation gave no answer.
    #[error("{error}")]
    Call {
        /// The run.
        run_id: RunId,
        /// The session it ran on.
        session_id: SessionId,
        /// Why.
        error: CallError,
    },
}

impl RunError {
    /// What is known of the request's effect on the portal. Operations with effects come with their own
    /// machinery; until then nothing that runs can change anything.
    #[must_use]
    pub const fn executed(&self) -> Executed {
        Executed::No
    }
}
