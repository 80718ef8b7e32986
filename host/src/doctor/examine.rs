//! The whole examination, in the order in which its parts depend on each other.

use std::path::Path;

use crate::config::load;
use crate::doctor::finding::Finding;
use crate::doctor::{accounts, browser, database, machine, plugins, portal, storage};

/// Looks at everything, and tells each finding as it is made. Without a configuration that can be read there is nothing else
/// to look at.
pub async fn examine(file: Option<&Path>, tell: &mut dyn FnMut(Finding)) {
    let config = match load::load(file) {
        Ok(config) => config,
        Err(error) => {
            let advice = "correct it; `gantry.example.toml` has all keys, and `gantry config` prints what is in effect";
            tell(Finding::fail("configuration", error.to_string(), advice));
            return;
        }
    };
    let from = file.map_or_else(
        || "no file is named; defaults and environment".to_owned(),
        |file| format!("{} can be read, and has no unknown keys", file.display()),
    );
    tell(Finding::ok("configuration", from));
    let dir = &config.storage.dir;
    let is_used = storage::is_in_use(dir);
    for finding in storage::examine(&config, is_used).await {
        tell(finding);
    }
    let (found, tokens) = database::examine(dir).await;
    tell(found);
    tell(machine::tokens(&config, tokens));
    tell(machine::listen(&config, is_used).await);
    for finding in accounts::examine(&config) {
        tell(finding);
    }
    plugins::examine(&config, tell).await;
    browser::examine(&config, tell).await;
    let sites = portal::examine(&config).await;
    let clock = machine::clock(&sites);
    for site in sites {
        tell(site.finding);
    }
    tell(clock);
    tell(machine::open_files(&config));
    tell(machine::memory(&config));
}
