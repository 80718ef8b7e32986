//! Whether the host can take work, and if not, what is in the way. Each part is asked what it knows; nothing is started,
//! and nobody is waited for.
//!
//! Never: tells what is anybody's. The route behind it is open, so no detail has a path, an address or a name.

use std::collections::BTreeMap;
use std::time::Instant;

use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::config::check_limits;
use crate::dispatch::handle::Dispatch;
use crate::plugin::status::PluginStatus;
use crate::pool::words::Launching;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Check {
    /// Whether work can be taken, as far as this goes.
    pub ok: bool,
    /// How it stands; if it is not well, what to do.
    pub detail: String,
}

impl Check {
    fn good(detail: impl Into<String>) -> Self {
        Self {
            ok: true,
            detail: detail.into(),
        }
    }

    fn bad(detail: impl Into<String>) -> Self {
        Self {
            ok: false,
            detail: detail.into(),
        }
    }
}

/// What `/readyz` tells: the checks by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Readiness {
    /// `browser`, `draining`, `plugins`, `starting` and `store`.
    #[schema(value_type = BTreeMap<String, Check>)]
    pub checks: BTreeMap<&'static str, Check>,
}

impl Readiness {
    /// Of a host that is not yet put together; nothing else can be asked.
    #[must_use]
    pub fn starting() -> Self {
        let check = Check::bad("the host is starting; a first start compiles the plugins");
        Self {
            checks: BTreeMap::from([("starting", check)]),
        }
    }

    /// Whether work can be taken.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.checks.values().all(|check| check.ok)
    }

    /// What is in the way, in one line.
    #[must_use]
    pub fn why_not(&self) -> String {
        let bad = self.checks.iter().filter(|(_, check)| !check.ok);
        let told: Vec<String> = bad
            .map(|(name, check)| format!("{name}: {}", check.detail))
            .collect();
        told.join("; ")
    }
}

/// The last look at the database, whose answer counts for a moment.
#[derive(Debug, Default)]
pub(in crate::dispatch) struct LastLook(Mutex<Option<(Instant, Check)>>);

impl Dispatch {
    /// Whether the host can take work. Each check is bounded, and they are made at once.
    pub async fn readiness(&self) -> Readiness {
        let (browser, store) = tokio::join!(self.browsers_start(), self.store_works());
        let checks = [
            ("browser", browser),
            ("draining", self.drains()),
            ("plugins", self.plugins_are_served()),
            ("starting", Check::good("the host has started")),
            ("store", store),
        ];
        Readiness {
            checks: checks.into(),
        }
    }

    fn drains(&self) -> Check {
        if self.is_stopping() {
            return Check::bad("the host is stopping: runs under way end, new ones are refused");
        }
        Check::good("the host goes on")
    }

    async fn browsers_start(&self) -> Check {
        let pool = self.0.pool.clone();
        let look = tokio::task::spawn_blocking(move || pool.installed());
        let asked = async {
            let installed = look.await.expect("looking at files does not panic");
            (installed, self.0.pool.launching().await)
        };
        let Ok((installed, launching)) = timeout(check_limits::READY_CHECK, asked).await else {
            return Check::bad("the pool does not answer in time; if this stays, restart the host");
        };
        if let Err(error) = installed {
            return Check::bad(format!("{error}; `gantry doctor` looks again"));
        }
        match launching {
            None => Check::bad("the pool has ended; restart the host"),
            Some(Launching {
                stopped_for: Some(wait),
                ..
            }) => Check::bad(format!(
                "several browsers did not start; the next is tried in {} s. The log says why, and `gantry doctor` \
                 tries one",
                wait.as_secs().max(1)
            )),
            Some(Launching {
                failed_lately: true,
                ..
            }) => Check::bad(
                "the last browser did not start. The log says why, and `gantry doctor` tries one",
            ),
            Some(_) => Check::good("nothing speaks against starting one"),
        }
    }

    async fn store_works(&self) -> Check {
        let looked = async {
            let mut last = self.0.last_look.0.lock().await;
            if let Some((at, check)) = &*last
                && at.elapsed() < check_limits::READY_STORE_KEPT
            {
                return check.clone();
            }
            let check = self.look_at_store().await;
            *last = Some((Instant::now(), check.clone()));
            check
        };
        let late = "the database does not answer in time; look at the disk of the storage folder";
        let looked = timeout(check_limits::READY_CHECK, looked).await;
        looked.unwrap_or_else(|_| Check::bad(late))
    }

    async fn look_at_store(&self) -> Check {
        let store = &self.0.store;
        let looked = async {
            store.takes_writes().await?;
            store.answers().await
        };
        match looked.await {
            Ok(()) => Check::good("the database can be read and written"),
            Err(error) => {
                tracing::error!(%error, "the database fails");
                Check::bad(
                    "the database cannot be read and written; look at the disk and the rights of the storage \
                     folder, and at the log",
                )
            }
        }
    }

    fn plugins_are_served(&self) -> Check {
        let registry = &self.0.registry;
        let operations = registry.operations().len();
        if registry.session().is_none() {
            return Check::bad(
                "no session plugin is served, so nobody can be signed in; put session.wasm into the plugin folder",
            );
        }
        if operations == 0 {
            return Check::bad("no operation is served; put components into the plugin folder");
        }
        let files = registry.list();
        let (configured, others): (Vec<_>, Vec<_>) = files
            .iter()
            .filter(|file| file.served.is_none())
            .partition(|file| self.is_configured(file));
        if !configured.is_empty() {
            return Check::bad(format!(
                "{} of the configured plugins cannot be served; `GET /v1/plugins` says which and why",
                configured.len()
            ));
        }
        let mut detail = format!("{operations} operations and a session plugin are served");
        if !others.is_empty() {
            let more = format!(
                "; {} files of the folder are not, `GET /v1/plugins` says why",
                others.len()
            );
            detail.push_str(&more);
        }
        Check::good(detail)
    }

    /// Whether the configuration has a table for the plugin of this file. One that does not load has no name of its own;
    /// its file has it.
    fn is_configured(&self, file: &PluginStatus) -> bool {
        let settings = &self.0.config.plugins.settings;
        let waiting = file.waiting.as_ref().map(|it| it.name.as_str());
        let name = waiting.unwrap_or_else(|| file.file.trim_end_matches(".wasm"));
        settings.contains_key(name)
    }
}
