//! What receivers outside are told: how runs end, which accounts need a person, which sessions are lost.
//!
//! Owns: the task that hears what happens to sessions. Ends with its handle. Never: tells a user name, a password, what was
//! asked for or what was answered.

use std::collections::HashSet;

use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;

use crate::config::limits::webhooks as limits;
use crate::dispatch::failed::code_of;
use crate::dispatch::handle::Dispatch;
use crate::model::message::{Message, Occasion, rfc_3339};
use crate::model::run::{RunState, millis_since_1970};
use crate::model::session::live_path;
use crate::pool::happening::{Happening, What};
use crate::store::error::StoreError;
use crate::store::runs::RunRecord;

/// The running task, if anybody is told of anything. Dropping it ends it.
pub struct Telling(#[expect(dead_code, reason = "held")] Option<AbortOnDropHandle<()>>);

/// What is written of one thing that happened.
enum Told<'a> {
    /// An account needs a person.
    InNeed(&'a str, Option<Message>),
    /// It does not any more.
    Recovered(&'a str, Option<Message>),
    /// Nothing but the message.
    Message(Message),
}

impl Telling {
    /// Starts to hear what happens to sessions.
    pub async fn start(dispatch: Dispatch) -> Result<Self, StoreError> {
        if dispatch.0.webhooks.is_empty() {
            return Ok(Self(None));
        }
        let mut heard = dispatch.0.pool.happenings();
        let told = dispatch.0.store.accounts_in_need().await?;
        let mut in_need: HashSet<String> = told.into_iter().collect();
        let task = tokio::spawn(async move {
            loop {
                match heard.recv().await {
                    Ok(happening) => dispatch.tell_of(&happening, &mut in_need).await,
                    Err(RecvError::Lagged(missed)) => {
                        tracing::error!(missed, "too much happened at once to tell of all of it");
                    }
                    Err(RecvError::Closed) => return,
                }
            }
        });
        Ok(Self(Some(AbortOnDropHandle::new(task))))
    }
}

impl Dispatch {
    /// What is told of a run that stands otherwise than before; nothing of one that its caller took back.
    pub(in crate::dispatch) fn message_of_end(
        &self,
        before: RunState,
        run: &RunRecord,
    ) -> Option<Message> {
        let occasion = match run.state {
            RunState::Succeeded => Occasion::OperationSucceeded,
            RunState::Failed => Occasion::OperationFailed,
            // Told once, however often a host begins to look for it.
            RunState::Unknown if before != RunState::Unknown => Occasion::OperationUnknown,
            RunState::Unknown
            | RunState::Waiting
            | RunState::Running
            | RunState::Committing
            | RunState::Cancelled => return None,
        };
        let failure = run.failure.as_ref().map(|failed| {
            json!({
                "class": failed.class,
                "code": failed.code,
                "retryable": failed.retryable,
                "executed": failed.executed,
            })
        });
        let data = json!({
            "run_id": run.id,
            "operation": run.operation,
            "plugin": { "version": run.plugin_version, "digest": run.plugin_digest },
            "account": self.alias_of(&run.account),
            "session_id": run.session_id,
            "state": run.state,
            "failure": failure,
            "created_at": rfc_3339(run.created_ms),
            "ended_at": run.ended_ms.map(rfc_3339),
        });
        self.0.webhooks.message(occasion, &data)
    }

    async fn tell_of(&self, happening: &Happening, in_need: &mut HashSet<String>) {
        let username = &happening.username;
        let told = match &happening.what {
            What::AwaitsPerson(reason) if in_need.insert(username.clone()) => {
                let more = json!({ "code": "operator-needed", "reason": reason,
                    "live_url": live_path(happening.session_id) });
                let message = self.message_of(Occasion::AccountNeedsAuth, happening, &more);
                Told::InNeed(username, message)
            }
            // Who sends a wrong password hears so; of those of the configuration nobody else might notice.
            What::Refused(refusal)
                if self.alias_of(username).is_some() && in_need.insert(username.clone()) =>
            {
                let more = json!({ "code": code_of(*refusal), "reason": null, "live_url": null });
                let message = self.message_of(Occasion::AccountNeedsAuth, happening, &more);
                Told::InNeed(username, message)
            }
            What::SignedIn if in_need.remove(username) => {
                let message = self.message_of(Occasion::AccountRecovered, happening, &json!({}));
                Told::Recovered(username, message)
            }
            What::Lost { why, run_id } => {
                let more = json!({ "reason": why.as_str(), "run_id": run_id });
                match self.message_of(Occasion::SessionLost, happening, &more) {
                    Some(message) => Told::Message(message),
                    None => return,
                }
            }
            What::AwaitsPerson(_) | What::Refused(_) | What::SignedIn => return,
        };
        for _ in 0..limits::WRITES {
            let Err(error) = self.write_told(&told).await else {
                return;
            };
            let session = happening.session_id;
            tracing::error!(session.id = %session, %error, "a message could not be written; trying again");
            sleep(limits::STORE_AGAIN).await;
        }
    }

    async fn write_told(&self, told: &Told<'_>) -> Result<(), StoreError> {
        let store = &self.0.store;
        match told {
            Told::InNeed(account, message) => {
                let now = millis_since_1970(self.0.clock.now().wall);
                store.account_in_need(account, message.as_ref(), now).await
            }
            Told::Recovered(account, message) => {
                store.account_recovered(account, message.as_ref()).await
            }
            Told::Message(message) => store.tell(std::slice::from_ref(message)).await,
        }
    }

    fn message_of(
        &self,
        occasion: Occasion,
        happening: &Happening,
        more: &Value,
    ) -> Option<Message> {
        let mut data = json!({
            "account": self.alias_of(&happening.username),
            "session_id": happening.session_id,
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            data[name] = value.clone();
        }
        self.0.webhooks.message(occasion, &data)
    }

    /// The name that the configuration has for an account, if it has one.
    fn alias_of(&self, username: &str) -> Option<&str> {
        let accounts = &self.0.config.accounts;
        let account = accounts.iter().find(|(_, it)| it.username == username);
        account.map(|(alias, _)| alias.as_str())
    }
}
