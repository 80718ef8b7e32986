//! Who asks, by the token that a request brings; and what is noted of what callers did.

use url::Url;

use crate::config::limits;
use crate::config::token::Token;
use crate::dispatch::error::RunError;
use crate::dispatch::handle::Dispatch;
use crate::model::caller::Caller;
use crate::model::deed::{Deed, KeptDeed};
use crate::model::run::millis_since_1970;
use crate::store::error::StoreError;

impl Dispatch {
    /// Whether callers have to show a token.
    #[must_use]
    pub fn needs_tokens(&self) -> bool {
        self.0.config.server.needs_tokens()
    }

    /// Origins whose pages may use the API.
    #[must_use]
    pub fn cors_origins(&self) -> &[Url] {
        &self.0.config.server.cors_origins
    }

    /// Whose token this is; none if it is nobody's, or was revoked.
    pub async fn caller(&self, token: &Token) -> Result<Option<Caller>, RunError> {
        let kept = self.0.store.token(token.id).await?;
        let kept = kept.filter(|kept| kept.revoked_ms.is_none());
        let kept = kept.filter(|kept| token.has_hash(&kept.secret_hash));
        Ok(kept.map(|kept| Caller::Token(kept.grant)))
    }

    /// Notes what somebody did. It is on disk when this returns.
    pub async fn note(&self, deed: Deed) {
        if let Err(error) = self.0.store.note_deeds(&[deed]).await {
            tracing::error!(%error, "what somebody did could not be noted");
        }
    }

    /// What was done, newest first; with `before` what was done before that.
    pub async fn deeds(&self, before: Option<i64>, most: u32) -> Result<Vec<KeptDeed>, RunError> {
        let most = most.clamp(1, limits::DEEDS_LISTED);
        Ok(self.0.store.deeds(before, most).await?)
    }

    /// Reads which tokens used which sessions under an earlier host.
    pub async fn take_up_owners(&self) -> Result<(), StoreError> {
        self.0.owners.take_up().await
    }

    /// Forgets what was done longer ago than it is kept, and who used the sessions that are no more.
    pub async fn forget_old_deeds(&self) -> Result<u64, StoreError> {
        let there = self.sessions().await;
        let there = there.iter().map(|session| session.session_id).collect();
        self.0.owners.keep_only(&there).await?;
        let days = i64::from(self.0.config.storage.audit_days);
        let now = millis_since_1970(self.0.clock.now().wall);
        let kept = days.saturating_mul(24 * 3_600_000);
        self.0
            .store
            .forget_deeds_before(now.saturating_sub(kept))
            .await
    }
}
