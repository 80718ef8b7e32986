//! How many runs a token may have at once.
//!
//! Owns: a semaphore for each token that was used. A turn ends with the run that has it, by being dropped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::model::caller::{Caller, Grant};
use crate::model::ids::TokenId;

/// The right to one run; callers without a token need none.
pub(in crate::dispatch) type Turn = Option<OwnedSemaphorePermit>;

/// How many runs tokens have.
#[derive(Default)]
pub(in crate::dispatch) struct Turns(Mutex<HashMap<TokenId, Arc<Semaphore>>>);

impl Turns {
    /// A turn for a run of this caller; its limit if it has so many already.
    pub(in crate::dispatch) fn take(&self, caller: &Caller) -> Result<Turn, u32> {
        let Caller::Token(grant) = caller else {
            return Ok(None);
        };
        let turn = self.of(grant).try_acquire_owned();
        turn.map(Some).map_err(|_| grant.runs)
    }

    /// How many more runs a token may begin now.
    pub(in crate::dispatch) fn left(&self, grant: &Grant) -> usize {
        self.of(grant).available_permits()
    }

    fn of(&self, grant: &Grant) -> Arc<Semaphore> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all = || Arc::new(Semaphore::new(grant.runs as usize));
        Arc::clone(turns.entry(grant.id).or_insert_with(all))
    }
}
