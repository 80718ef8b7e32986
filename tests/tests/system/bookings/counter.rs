//! Where trials are played: a portal, a host as a process of its own, and an account that books.
//!
//! Owns: all of it. The host may be killed and started again on the same storage.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use gantry_portal::{
    Account, AppointmentsConfig, Booking, MoveType, Portal, PortalConfig, Terminal, WizardConfig,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::killed::Binary;
use crate::office::config;
use crate::pace::paced_ms;
use crate::processes;

const ACCOUNTS: usize = 90;
/// A write ends after this in trials. A host that is not disturbed needs some seconds, beside others three times as many.
const RUN_WRITE_MS: u64 = 15_000;

pub(crate) struct Counter {
    pub(crate) portal: Portal,
    pub(crate) host: Binary,
    pub(crate) tally: Tally,
    account: usize,
    intents: usize,
    folder: TempDir,
    file: PathBuf,
}

/// How often what was answered in the end.
#[derive(Default)]
pub(crate) struct Tally(BTreeMap<String, usize>);

impl Tally {
    pub(crate) fn count(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries: Vec<String> = self
            .0
            .iter()
            .map(|(what, times)| format!("{what} {times}"))
            .collect();
        f.write_str(&entries.join(", "))
    }
}

impl Counter {
    pub(crate) async fn open(worker: usize) -> Self {
        let portal = Portal::start(PortalConfig {
            seed: 1_000 + worker as u64,
            accounts: Account::invented(ACCOUNTS),
            containers: 120,
            wizard: WizardConfig {
                slot_capacity: 100_000,
                ..WizardConfig::quick()
            },
            appointments: AppointmentsConfig {
                seeded: 5,
                batch_size: 50,
                ..AppointmentsConfig::default()
            },
            ..PortalConfig::quick()
        })
        .await
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut settings = config(&portal, folder.path());
        settings.limits.run_write_ms = paced_ms(RUN_WRITE_MS);
        settings.limits.reconcile_ms = vec![200, 1_000, 2_500];
        let make = settings
            .plugins
            .settings
            .entry("make-appointment".to_owned());
        make.or_default().grants.push("submit".to_owned());
        for (number, account) in portal.accounts().iter().enumerate() {
            let password_file = folder.path().join(format!("password-{number}"));
            std::fs::write(&password_file, &account.password).unwrap();
            let account = gantry::config::schema::Account {
                username: account.username.clone(),
                password_file,
            };
            settings.accounts.insert(format!("a{number}"), account);
        }
        let file = folder.path().join("gantry.toml");
        std::fs::write(&file, toml::to_string(&settings).unwrap()).unwrap();
        let host = Binary::start(&file).await;
        Self {
            portal,
            host,
            tally: Tally::default(),
            account: 0,
            intents: 0,
            folder,
            file,
        }
    }

    pub(crate) fn account(&self) -> Account {
        self.portal.accounts()[self.account].clone()
    }

    /// The account's list has become long: another one goes on.
    pub(crate) async fn next_account(&mut self) {
        self.account = (self.account + 1) % ACCOUNTS;
        self.intents = 0;
        self.restart().await;
    }

    /// After a trial that failed nothing of it is to disturb the next one.
    pub(crate) async fn start_over(&mut self) {
        self.portal.clear_faults();
        self.next_account().await;
    }

    /// Kills the host, as a power cut would, and starts the next one.
    pub(crate) async fn kill_host(&mut self) {
        self.host.child.kill().await.unwrap();
        self.host = Binary::start(&self.file).await;
    }

    async fn restart(&mut self) {
        self.host.child.kill().await.unwrap();
        let _ = std::fs::remove_dir_all(self.folder.path().join("data/profiles"));
        self.host = Binary::start(&self.file).await;
    }

    /// Kills the browsers of the host.
    pub(crate) fn kill_browsers(&self) {
        let browsers = self.folder.path().join("data/browsers");
        if !processes::below(&browsers).is_empty() {
            processes::kill_below(&browsers);
        }
    }

    /// What nobody has booked yet: another container each time.
    pub(crate) fn next_intent(&mut self) -> Value {
        let account = self.account();
        let containers = self.portal.containers_of(&account.username);
        let imports: Vec<_> = containers
            .iter()
            .filter(|row| row.trade_type == "IMPORT" && row.detail.is_some())
            .collect();
        let container = &imports[self.intents % imports.len()].number;
        self.intents += 1;
        let plain = |it: &Terminal| {
            !it.asks_pin && !it.own_chassis && it.no_appointments.is_none() && !it.collapses
        };
        let terminal = self.portal.terminals().into_iter().find(plain).unwrap();
        let slots = self
            .portal
            .slots(&terminal.name, MoveType::PickFull)
            .unwrap()
            .open;
        let slot = &slots[self.intents % slots.len()];
        json!({
            "container_type": "import",
            "trucking_company": self.portal.companies_of(&account.username)[0],
            "terminal": terminal.name,
            "move_type": "PICK FULL",
            "container_id": container,
            "truck_plate": self.portal.plates_of(&account.username)[0],
            "appointment_time": slot.text,
        })
    }

    /// The ledger's bookings of an intent.
    pub(crate) fn bookings(&self, intent: &Value) -> Vec<Booking> {
        let username = self.account().username;
        let mut all = self.portal.bookings();
        all.retain(|booking| {
            booking.username == username
                && booking.container.as_deref() == intent["container_id"].as_str()
        });
        all
    }

    pub(crate) async fn close(self) {
        assert_eq!(self.host.stop().await, Some(0));
    }
}
