//! Which tokens may see which sessions: those that have used them with their credentials, or by the name of an account.
//!
//! Owns: the list, in memory and in the store. Sessions of whom nobody is noted are seen by administrators only.

use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::model::caller::{Caller, Scope};
use crate::model::ids::{SessionId, TokenId};
use crate::store::database::Store;
use crate::store::error::StoreError;

type List = HashMap<SessionId, BTreeSet<TokenId>>;

/// Which tokens may see which sessions.
pub(in crate::dispatch) struct Owners {
    store: Store,
    list: RwLock<List>,
}

impl Owners {
    pub(in crate::dispatch) fn new(store: Store) -> Self {
        Self {
            store,
            list: RwLock::default(),
        }
    }

    /// Reads what an earlier host noted.
    pub(in crate::dispatch) async fn take_up(&self) -> Result<(), StoreError> {
        let noted = self.store.owners().await?;
        let mut list = self.write();
        for (session, token) in noted {
            list.entry(session).or_default().insert(token);
        }
        Ok(())
    }

    /// Notes that a caller has used a session with its credentials.
    pub(in crate::dispatch) async fn note(
        &self,
        session: SessionId,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        let Some(token) = caller.token() else {
            return Ok(());
        };
        let is_new = self.write().entry(session).or_default().insert(token);
        if is_new {
            self.store.note_owner(session, token).await?;
        }
        Ok(())
    }

    /// Whether a caller may see a session.
    pub(in crate::dispatch) fn may_see(&self, caller: &Caller, session: SessionId) -> bool {
        if caller.may(Scope::Admin) {
            return true;
        }
        let list = self.read();
        let owners = list.get(&session);
        let token = caller.token();
        owners.is_some_and(|owners| token.is_some_and(|token| owners.contains(&token)))
    }

    /// Forgets the sessions that are no more.
    pub(in crate::dispatch) async fn keep_only(
        &self,
        there: &BTreeSet<SessionId>,
    ) -> Result<(), StoreError> {
        let gone: Vec<SessionId> = self.read().keys().copied().collect();
        for session in gone.into_iter().filter(|id| !there.contains(id)) {
            self.store.forget_owners(session).await?;
            self.write().remove(&session);
        }
        Ok(())
    }

    fn read(&self) -> RwLockReadGuard<'_, List> {
        self.list.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, List> {
        self.list.write().unwrap_or_else(PoisonError::into_inner)
    }
}
