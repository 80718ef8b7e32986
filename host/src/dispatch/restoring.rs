//! Sessions of an earlier host: opened again from their profiles, looked at, and kept or forgotten.

use crate::config::limits;
use crate::config::load;
use crate::config::secrets::Credentials;
use crate::dispatch::handle::Dispatch;
use crate::model::ids::SessionId;
use crate::model::session::LeaseKind;
use crate::pool::handle::{Purpose, Whose};
use crate::pool::words::Adopted;

impl Dispatch {
    /// Opens sessions again that an earlier host left. Returns at once; each is looked at as its browser is up. One
    /// that is signed out stays only if the configuration has its account's password.
    pub async fn restore(&self, left: Vec<Adopted>) {
        for adopted in left {
            let id = adopted.session_id;
            let credentials = self.configured(&adopted.username);
            tracing::info!(session.id = %id, has_password = credentials.is_some(),
                "opening a session of an earlier host again");
            self.0.pool.adopt(adopted, credentials).await;
            tokio::spawn(self.clone().prove(id));
        }
    }

    async fn prove(self, id: SessionId) {
        let purpose = Purpose {
            kind: LeaseKind::KeepAlive,
            run_id: None,
            keep_alive: None,
            wait: limits::RESTORE,
            is_patient: false,
            hold: limits::KEEP_ALIVE + limits::SIGN_IN + limits::LEASE_MARGIN,
        };
        let lease = self.0.pool.lease(Whose::Session(id, None), purpose).await;
        match lease {
            Ok(lease) => drop(self.keep_leased(lease).await),
            Err(denied) => {
                tracing::warn!(session.id = %id, %denied, "a session of an earlier host did not come up");
            }
        }
    }

    /// The credentials of the configured account with this user name.
    fn configured(&self, username: &str) -> Option<Credentials> {
        let mut accounts = self.0.config.accounts.iter();
        let (alias, account) = accounts.find(|(_, account)| account.username == username)?;
        match load::credentials(alias, account) {
            Ok(credentials) => Some(credentials),
            Err(error) => {
                tracing::error!(%error, "the password of a configured account cannot be read");
                None
            }
        }
    }
}
