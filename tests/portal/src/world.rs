//! Everything the sites of one portal share.
//!
//! Owns: the parts, each with its own lock; none is held across an await.
//! Ends: with the last site; the stop signal ends every deliberate wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Once, OnceLock};
use std::time::Duration;

use tokio::sync::watch;

use crate::accounts::Accounts;
use crate::challenge::Challenges;
use crate::clock::Clock;
use crate::config::{Latencies, PortalConfig};
use crate::faults::Faults;
use crate::fleet::{self, Container};
use crate::origin::Origins;
use crate::request_log::RequestLog;
use crate::sessions::Sessions;
use crate::visit::{self, Booking, BookingAnswer, Ledger};
use crate::wire::Severed;

/// The containers of one account, made when they are first asked for.
type Fleet = OnceLock<Arc<Vec<Container>>>;

pub(crate) struct World {
    pub config: PortalConfig,
    pub origins: Origins,
    pub clock: Clock,
    pub accounts: Accounts,
    pub challenges: Challenges,
    pub sessions: Sessions,
    pub log: RequestLog,
    pub faults: Faults,
    pub ledger: Ledger,
    pub severed: Severed,
    latencies: Mutex<Latencies>,
    fleets: Vec<Fleet>,
    sown: Vec<Once>,
    loads: Mutex<HashMap<String, u64>>,
    stop: watch::Receiver<bool>,
}

impl World {
    pub(crate) fn new(config: PortalConfig, origins: Origins, stop: watch::Receiver<bool>) -> Self {
        // Ids must differ between portals, unlike everything a seed decides: a browser
        // may still hold the cookies of an earlier portal at the same port.
        let salt = chrono::Local::now()
            .timestamp_nanos_opt()
            .unwrap_or_default()
            .cast_unsigned()
            ^ u64::from(std::process::id()).rotate_left(32);
        Self {
            ledger: Ledger::new(&config),
            severed: Severed::default(),
            accounts: Accounts::new(config.accounts.clone()),
            challenges: Challenges::new(!salt),
            sessions: Sessions::new(config.idle_expiry, salt),
            log: RequestLog::default(),
            faults: Faults::default(),
            latencies: Mutex::new(config.latencies),
            fleets: config.accounts.iter().map(|_| Fleet::new()).collect(),
            sown: config.accounts.iter().map(|_| Once::new()).collect(),
            loads: Mutex::default(),
            clock: Clock::new(),
            config,
            origins,
            stop,
        }
    }

    /// The account's containers, in the order in which they were made.
    pub(crate) fn fleet(&self, username: &str) -> Option<Arc<Vec<Container>>> {
        let account = self.accounts.index(username)?;
        let make = || {
            let made = fleet::generate(self.config.seed, account, self.config.containers);
            Arc::new(made)
        };
        Some(Arc::clone(self.fleets[account].get_or_init(make)))
    }

    /// The appointments of an account: those made in the wizard, newest first, then the seed's.
    pub(crate) fn appointments(&self, username: &str) -> Vec<Booking> {
        let (Some(account), Some(fleet)) = (self.accounts.index(username), self.fleet(username))
        else {
            return Vec::new();
        };
        let count = self.config.appointments.seeded;
        self.sown[account].call_once(|| self.ledger.sow(account, username, count, &fleet));
        self.ledger.of(username)
    }

    /// What the wizard says to a booking number typed by an account.
    pub(crate) fn booking_answer(&self, username: &str, number: &str) -> BookingAnswer {
        let fleet = self.fleet(username).unwrap_or_default();
        visit::booking_answer(&fleet, number)
    }

    /// The trucking companies that the wizard offers an account.
    pub(crate) fn companies(&self, username: &str) -> Vec<String> {
        let account = self.accounts.index(username);
        account.map(visit::companies).unwrap_or_default()
    }

    /// The truck plates that the wizard suggests to an account.
    pub(crate) fn plates(&self, username: &str) -> Vec<String> {
        let plates = |account| visit::plates(self.config.seed, account);
        let account = self.accounts.index(username);
        account.map(plates).unwrap_or_default()
    }

    /// The number of the list's next load for this account, from one.
    pub(crate) fn next_load(&self, username: &str) -> u64 {
        let mut loads = self.loads.lock().expect("no holder of this lock panics");
        let load = loads.entry(username.to_owned()).or_default();
        *load += 1;
        *load
    }

    pub(crate) fn latencies(&self) -> Latencies {
        *self
            .latencies
            .lock()
            .expect("no holder of this lock panics")
    }

    pub(crate) fn set_latencies(&self, latencies: Latencies) {
        *self
            .latencies
            .lock()
            .expect("no holder of this lock panics") = latencies;
    }

    /// Waits, but not beyond the portal's end.
    pub(crate) async fn wait(&self, wait_ms: u64) {
        if wait_ms == 0 {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
            () = self.stopped() => {}
        }
    }

    /// Returns when the portal ends.
    pub(crate) async fn stopped(&self) {
        let mut stop = self.stop.clone();
        // An error says that the portal was dropped: that is its end as well.
        let _ = stop.wait_for(|stopped| *stopped).await;
    }
}
