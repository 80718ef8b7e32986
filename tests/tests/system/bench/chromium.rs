//! The Chromium of a script: signed in before anything is timed, as the host's is.
//!
//! Owns: its driver, the counter before it, and a folder for all. Ends: by `close`, or with `drop`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use fantoccini::Client;
use fantoccini::error::CmdError;
use gantry_portal::Account;
use serde_json::json;
use tempfile::TempDir;

use crate::bench::counter::Counter;
use crate::bench::steps::{css, fill, until};
use crate::driver::{Driver, connect};

/// Runs of which the fastest counts: whatever else the machine does only adds.
const RUNS: usize = 2;

/// What a script took.
#[derive(Clone, Copy)]
pub(crate) struct Scripted {
    pub(crate) took: Duration,
    /// Its WebDriver commands.
    pub(crate) commands: u64,
}

pub(crate) struct Chromium {
    pub(crate) page: Client,
    counter: Counter,
    _driver: Driver,
    folder: TempDir,
}

impl Chromium {
    /// Starts one and signs in on the way to an address.
    pub(crate) async fn at(address: &str, account: &Account) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let driver = Driver::start(folder.path()).await;
        let counter = Counter::before(&driver.address).await;
        let profile = folder.path().join("profile");
        let downloads = folder.path().join("downloads");
        let wanted = json!({ "goog:chromeOptions": {
            // The host's window. Chromium refuses its sandbox to root.
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--window-size=1600,1000", format!("--user-data-dir={}", profile.display()),
            ],
            "prefs": { "download.default_directory": downloads },
        } });
        let wanted = wanted.as_object().unwrap().clone();
        let chromium = Self {
            page: connect(&counter.address, wanted).await,
            counter,
            _driver: driver,
            folder,
        };
        chromium.sign_in(address, account).await.unwrap();
        chromium
    }

    async fn sign_in(&self, address: &str, account: &Account) -> Result<(), CmdError> {
        let page = &self.page;
        page.goto(address).await?;
        fill(page, "input[name=Username]", &account.username).await?;
        fill(page, "input[name=Password]", &account.password).await?;
        page.find(css("button[type=submit]")).await?.click().await?;
        until(page, css(".user-menu")).await?;
        Ok(())
    }

    /// Where its downloads go.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.folder.path().join("downloads")
    }

    /// Runs a script some times; it must succeed each time. Gives all its results, and what the fastest run took.
    pub(crate) async fn timed<T>(
        &self,
        mut script: impl AsyncFnMut() -> Result<T, CmdError>,
    ) -> (Vec<T>, Scripted) {
        let mut results = Vec::new();
        let mut best: Option<Scripted> = None;
        for _ in 0..RUNS {
            let (before, began) = (self.counter.commands(), Instant::now());
            results.push(script().await.unwrap());
            let took = began.elapsed();
            let commands = self.counter.commands() - before;
            if best.is_none_or(|best| took < best.took) {
                best = Some(Scripted { took, commands });
            }
        }
        (results, best.unwrap())
    }

    pub(crate) async fn close(self) {
        self.page.close().await.unwrap();
    }
}
