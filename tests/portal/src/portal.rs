//! A running portal: what a test holds.
//!
//! Owns: the five listeners and the stop signal.
//! Ends: by `shutdown`, which waits for the sites, or by drop, which only tells them.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::accounts::Attempt;
use crate::challenge::OpenChallenge;
use crate::config::{Account, Latencies, PortalConfig};
use crate::control;
use crate::faults::Fault;
use crate::fleet::Container;
use crate::origin::{Origin, Origins};
use crate::request_log::{self, RequestEntry};
use crate::sessions::{Expiry, SignIn};
use crate::sites;
use crate::visit::{self, Booking, BookingAnswer, MoveType, Slots, Terminal};
use crate::wire::{Doorway, Wire};
use crate::world::World;

/// Open answers are given up after this long; nothing in the portal needs it.
const SHUTDOWN_MAX: Duration = Duration::from_secs(2);

/// A running portal. Dropping it stops it.
pub struct Portal {
    world: Arc<World>,
    control_url: String,
    stop: watch::Sender<bool>,
    servers: JoinSet<()>,
}

impl Portal {
    /// Starts a portal on the caller's runtime; it serves when this returns.
    ///
    /// # Errors
    /// When the settings are out of bounds or a port is taken.
    pub async fn start(config: PortalConfig) -> anyhow::Result<Self> {
        config.check()?;
        let account = listen(config.ports.account).await?;
        let containers = listen(config.ports.containers).await?;
        let wizard = listen(config.ports.wizard).await?;
        let appointments = listen(config.ports.appointments).await?;
        let control = listen(config.ports.control).await?;
        let origins = Origins {
            account: address(&account, Origin::Account.host())?,
            containers: address(&containers, Origin::Containers.host())?,
            wizard: address(&wizard, Origin::Wizard.host())?,
            appointments: address(&appointments, Origin::Appointments.host())?,
        };
        let control_url = address(&control, "127.0.0.1")?;
        let (stop, stopped) = watch::channel(false);
        let world = Arc::new(World::new(config, origins, stopped));
        let mut servers = JoinSet::new();
        let listeners = [account, containers, wizard, appointments];
        for (origin, listener) in Origin::ALL.into_iter().zip(listeners) {
            serve(
                &mut servers,
                listener,
                sites::site(Arc::clone(&world), origin),
                &world,
            );
        }
        serve(
            &mut servers,
            control,
            control::routes(Arc::clone(&world)),
            &world,
        );
        Ok(Self {
            world,
            control_url,
            stop,
            servers,
        })
    }

    /// Where the four origins are, without a trailing slash.
    #[must_use]
    pub fn origins(&self) -> &Origins {
        &self.world.origins
    }

    /// Where the control API is, without a trailing slash.
    #[must_use]
    pub fn control_url(&self) -> &str {
        &self.control_url
    }

    /// Who may sign in.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        self.world.accounts.known()
    }

    /// The truth about the containers of the first account.
    #[must_use]
    pub fn containers(&self) -> Vec<Container> {
        self.containers_of(&self.accounts()[0].username)
    }

    /// The truth about the containers of an account; empty for one that does not exist.
    #[must_use]
    pub fn containers_of(&self, username: &str) -> Vec<Container> {
        self.world
            .fleet(username)
            .map(|fleet| fleet.to_vec())
            .unwrap_or_default()
    }

    /// The wizard's terminals, in the order of its list, and what their forms ask for.
    #[must_use]
    pub fn terminals(&self) -> Vec<Terminal> {
        self.world.ledger.terminals().to_vec()
    }

    /// What step 3 offers now at a terminal, by its option's text.
    #[must_use]
    pub fn slots(&self, terminal: &str, move_type: MoveType) -> Option<Slots> {
        let ledger = &self.world.ledger;
        Some(ledger.slots(ledger.terminal(terminal)?, move_type))
    }

    /// What the wizard says to a booking number typed by an account.
    #[must_use]
    pub fn booking_answer(&self, username: &str, number: &str) -> BookingAnswer {
        self.world.booking_answer(username, number)
    }

    /// The trucking companies the wizard offers an account; the first is preselected.
    #[must_use]
    pub fn companies_of(&self, username: &str) -> Vec<String> {
        self.world.companies(username)
    }

    /// The truck plates the wizard suggests to an account; it takes others too.
    #[must_use]
    pub fn plates_of(&self, username: &str) -> Vec<String> {
        self.world.plates(username)
    }

    /// The lines of the line form, and the sizes of each.
    #[must_use]
    pub fn lines(&self) -> Vec<(String, Vec<String>)> {
        let owned = |sizes: &[&str]| sizes.iter().map(ToString::to_string).collect();
        visit::lines()
            .into_iter()
            .map(|line| (line.to_owned(), owned(visit::sizes(line))))
            .collect()
    }

    /// The ledger: every appointment made in the wizard, oldest first.
    #[must_use]
    pub fn bookings(&self) -> Vec<Booking> {
        self.world.ledger.bookings()
    }

    /// What the list of appointments shows an account: its bookings, newest first, then
    /// those of the seed.
    #[must_use]
    pub fn appointments_of(&self, username: &str) -> Vec<Booking> {
        self.world.appointments(username)
    }

    /// Milliseconds since the portal started: the clock of the log and the ledger.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.world.clock.now_ms()
    }

    /// Every request so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestEntry> {
        self.world.log.since(0)
    }

    /// The requests whose number is `seq` or higher.
    #[must_use]
    pub fn requests_since(&self, seq: u64) -> Vec<RequestEntry> {
        self.world.log.since(seq)
    }

    /// Forgets the requests so far; their numbers go on.
    pub fn clear_requests(&self) {
        self.world.log.clear();
    }

    /// How long, between two times, the portal made this sign-in's browser wait on
    /// purpose, and its pages took to load and to draw what came. Waits that overlap count
    /// once. What the page waits for by itself (a row that opens, a blank page) is not in it.
    #[must_use]
    pub fn waited_ms(&self, sign_in: &str, from_ms: u64, to_ms: u64) -> u64 {
        let mut entries = self.requests();
        entries.retain(|entry| entry.sign_in.as_deref() == Some(sign_in));
        request_log::waited_ms(&entries, from_ms, to_ms)
    }

    /// The ledger: every submitted login form.
    #[must_use]
    pub fn attempts(&self) -> Vec<Attempt> {
        self.world.accounts.attempts()
    }

    /// Every successful sign-in, and where it still has a session.
    #[must_use]
    pub fn sign_ins(&self) -> Vec<SignIn> {
        self.world.sessions.list()
    }

    /// Lets a locked account in again.
    pub fn unlock(&self, username: &str) {
        self.world.accounts.unlock(username);
    }

    /// The challenges that login pages wait with, for a test that plays the person.
    #[must_use]
    pub fn challenges(&self) -> Vec<OpenChallenge> {
        self.world.challenges.list()
    }

    /// Ends sessions now; says how many were live.
    #[must_use = "an expiry that met no session tests nothing"]
    pub fn expire(&self, expiry: &Expiry) -> usize {
        self.world.sessions.expire(expiry)
    }

    /// Adds a line to the script of faults.
    pub fn add_fault(&self, fault: Fault) {
        self.world.faults.add(fault);
    }

    /// What is left of the script of faults.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.world.faults.list()
    }

    /// Empties the script of faults. Requests that hang go on hanging.
    pub fn clear_faults(&self) {
        self.world.faults.clear();
    }

    /// The latencies now in force.
    #[must_use]
    pub fn latencies(&self) -> Latencies {
        self.world.latencies()
    }

    /// Sets the latencies of requests that come from now on.
    pub fn set_latencies(&self, latencies: Latencies) {
        self.world.set_latencies(latencies);
    }

    /// Stops serving; requests that wait or hang are answered with what there is.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.servers.join_next().await.is_some() {} };
        // After that long the rest is dropped with the set.
        let _ = tokio::time::timeout(SHUTDOWN_MAX, all).await;
    }
}

async fn listen(port: u16) -> anyhow::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .with_context(|| format!("cannot listen on 127.0.0.1:{port}"))
}

fn address(listener: &TcpListener, host: &str) -> anyhow::Result<String> {
    let bound: SocketAddr = listener
        .local_addr()
        .context("a listener without an address")?;
    Ok(format!("http://{host}:{}", bound.port()))
}

fn serve(servers: &mut JoinSet<()>, listener: TcpListener, router: Router, world: &Arc<World>) {
    let world = Arc::clone(world);
    let service = router.into_make_service_with_connect_info::<Wire>();
    servers.spawn(async move {
        let stopped = async move { world.stopped().await };
        // Serving never fails by itself: accept errors are retried inside.
        let _ = axum::serve(Doorway(listener), service)
            .with_graceful_shutdown(stopped)
            .await;
    });
}
