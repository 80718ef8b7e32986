//! The pool's task: the one owner of all browsers.
//!
//! Owns: the roster, the browsers behind it, and the pages of those that are not leased.
//! Never: waits for a browser. Starting, closing and looking happen beside it and report back.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{Semaphore, broadcast, mpsc, oneshot, watch};
use tokio::time::{MissedTickBehavior, interval};

use crate::browser::launch::{Browser, LaunchError, Launched, Launcher, Usage};
use crate::browser::page::Page;
use crate::config::limits;
use crate::config::secrets::Credentials;
use crate::model::clock::{Clock, Moment};
use crate::model::ids::SessionId;
use crate::pool::commands::{ClosedReply, Command, LeaseReply};
use crate::pool::entry::{Condition, Entry, Stage, Waiter};
use crate::pool::error::LeaseDenied;
use crate::pool::happening::{Happening, Loss};
use crate::pool::lease::Returned;
use crate::pool::recall::Recall;
use crate::pool::roster::Roster;
use crate::pool::told::Told;
use crate::pool::words::{Action, Bounds, WaiterId};
use crate::telemetry::figures::Figures;
use crate::telemetry::table;

/// What comes back from work that was started beside the task.
pub(in crate::pool) enum Done {
    Launched(SessionId, Result<Launched, LaunchError>),
    Closed(SessionId),
    /// What the browsers with these numbers use.
    Looked(Vec<(SessionId, u64, Usage)>),
}

/// A session's browser, its page while nobody has it, and the means to call back who has.
pub(in crate::pool) struct Seat {
    /// No other browser of this pool has it.
    number: u64,
    pub(in crate::pool) browser: Box<dyn Browser>,
    pub(in crate::pool) page: Option<Box<dyn Page>>,
    pub(in crate::pool) recall: Recall,
}

pub(crate) struct Task {
    pub(in crate::pool) roster: Roster,
    pub(in crate::pool) launcher: Arc<dyn Launcher>,
    clock: Arc<dyn Clock>,
    /// Starting a browser keeps a core busy for a second: more at once only delay each other.
    pub(in crate::pool) launching: Arc<Semaphore>,
    pub(in crate::pool) seats: HashMap<SessionId, Seat>,
    pub(in crate::pool) credentials: HashMap<SessionId, Credentials>,
    pub(in crate::pool) waiters: HashMap<WaiterId, LeaseReply>,
    pub(in crate::pool) closers: HashMap<SessionId, Vec<ClosedReply>>,
    drainers: Vec<oneshot::Sender<()>>,
    inbox: mpsc::Receiver<Command>,
    /// The one unbounded channel of the host: `drop` cannot wait, and it never holds more entries than there
    /// are sessions.
    pub(in crate::pool) home: mpsc::UnboundedSender<Returned>,
    returns: mpsc::UnboundedReceiver<Returned>,
    pub(in crate::pool) done: mpsc::Sender<Done>,
    dones: mpsc::Receiver<Done>,
    /// Who listens hears what happens; if nobody does, nothing is kept.
    happenings: broadcast::Sender<Happening>,
    /// Whether a look at the browsers is under way.
    looking: bool,
    launches: u64,
    pub(in crate::pool) figures: Figures,
    told: Told,
    /// When memory was last looked at.
    measured: Option<Moment>,
}

impl Task {
    pub(crate) fn new(
        bounds: Bounds,
        launcher: Arc<dyn Launcher>,
        clock: Arc<dyn Clock>,
        inbox: mpsc::Receiver<Command>,
        (happenings, figures, changed): (
            broadcast::Sender<Happening>,
            Figures,
            Arc<watch::Sender<u64>>,
        ),
    ) -> Self {
        let (home, returns) = mpsc::unbounded_channel();
        let (done, dones) = mpsc::channel(bounds.sessions.max(1));
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            roster: Roster::new(bounds),
            launcher,
            clock,
            launching: Arc::new(Semaphore::new(cores.div_ceil(2))),
            seats: HashMap::new(),
            credentials: HashMap::new(),
            waiters: HashMap::new(),
            closers: HashMap::new(),
            drainers: Vec::new(),
            inbox,
            home,
            returns,
            done,
            dones,
            happenings,
            looking: false,
            launches: 0,
            figures,
            told: Told::new(changed),
            measured: None,
        }
    }

    pub(crate) async fn run(mut self) {
        let mut ticks = interval(limits::UPKEEP);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                // Returns first: who dropped a lease must not be told a moment later that the pool is full.
                biased;
                Some(returned) = self.returns.recv() => self.come_home(returned),
                Some(done) = self.dones.recv() => self.finish(done),
                command = self.inbox.recv() => match command {
                    Some(command) => {
                        while let Ok(returned) = self.returns.try_recv() {
                            self.come_home(returned);
                        }
                        self.apply(command);
                    }
                    // The last handle is gone: the host is ending, and every browser ends with its seat.
                    None => return,
                },
                _ = ticks.tick() => self.upkeep(),
            }
            self.told.tell(&self.roster);
            if self.roster.is_empty() {
                for drainer in self.drainers.drain(..) {
                    // An asker that went away has no use for the answer.
                    let _ = drainer.send(());
                }
            }
        }
    }

    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn apply(&mut self, command: Command) {
        self.forget_those_who_left();
        let now = self.now();
        match command {
            Command::Lease {
                wanted,
                credentials,
                purpose,
                waiter,
                reply,
            } => {
                self.waiters.insert(waiter, reply);
                let session = wanted.session();
                let keep_alive = purpose.keep_alive;
                let waiter = purpose.waiter(waiter, now);
                let actions = self.roster.request(wanted, keep_alive, waiter, now);
                self.remember(session, credentials);
                self.act(actions);
            }
            Command::TryLease {
                id,
                kind,
                hold,
                waiter,
                reply,
            } => {
                self.waiters.insert(waiter, reply);
                let waiter = Waiter {
                    id: waiter,
                    kind,
                    run_id: None,
                    hold,
                    is_patient: false,
                    asked: now,
                };
                let actions = self.roster.try_request(id, waiter, now);
                self.act(actions);
            }
            Command::Prolong {
                session,
                epoch,
                term,
                reply,
            } => {
                self.roster.prolong(session, epoch, term, now);
                // An asker that went away has dropped its lease as well.
                let _ = reply.send(());
            }
            Command::GiveUp { waiter, reply } => {
                let actions = self.roster.give_up(waiter, now);
                self.act(actions);
                // An asker that went away has no use for the answer.
                let _ = reply.send(());
            }
            Command::Adopt {
                adopted,
                owner,
                credentials,
            } => {
                let id = adopted.session_id;
                let actions = self.roster.adopt(adopted, owner, now);
                self.remember(Some(id), credentials);
                self.act(actions);
            }
            Command::Sessions { reply } => drop(reply.send(self.roster.snapshots())),
            Command::Kept { reply } => drop(reply.send(self.roster.kept(now))),
            Command::Launching { reply } => drop(reply.send(self.roster.launching(now))),
            Command::Close { id, force, reply } => match self.roster.close(id, force, now) {
                Some(actions) => {
                    self.closers.entry(id).or_default().push(reply);
                    self.act(actions);
                }
                None => drop(reply.send(Err(LeaseDenied::UnknownSession(id.to_string())))),
            },
            Command::Look { id, reply } => drop(reply.send(self.look(id))),
            Command::Drain { reply } => {
                self.drainers.push(reply);
                let actions = self.roster.drain(now);
                self.act(actions);
            }
        }
    }

    /// A session takes the credentials it was first asked for with: the named one, or the one that was just made.
    fn remember(&mut self, session: Option<SessionId>, credentials: Option<Credentials>) {
        let newest = || self.roster.entries().last().map(|entry| entry.id);
        let Some((id, credentials)) = session.or_else(newest).zip(credentials) else {
            return;
        };
        if self.roster.get(id).is_some_and(|entry| entry.key.is_some()) {
            self.credentials.entry(id).or_insert(credentials);
        }
    }

    /// Whoever stopped waiting dropped the other end of the reply.
    fn forget_those_who_left(&mut self) {
        let left = self.waiters.iter().filter(|(_, reply)| reply.is_closed());
        let left: Vec<WaiterId> = left.map(|(id, _)| *id).collect();
        for id in left {
            self.waiters.remove(&id);
            let actions = self.roster.leave(id);
            self.act(actions);
        }
    }

    fn come_home(&mut self, returned: Returned) {
        let Returned {
            session,
            epoch,
            page,
            condition,
        } = returned;
        // One that was given up may come back before the session is lent again: its page is that of a former browser.
        let is_out = |it: &&Entry| it.epoch == epoch && matches!(it.stage, Stage::Leased { .. });
        let Some(entry) = self.roster.get(session).filter(is_out) else {
            tracing::warn!(session.id = %session, "a lease came home that had been given up");
            self.figures
                .count(&table::CONFLICTS_PREVENTED, &["late_return"]);
            return;
        };
        let now = self.now();
        if let Stage::Leased {
            kind,
            run_id,
            since,
            ..
        } = entry.stage
        {
            let run_id = run_id.map(|id| id.to_string());
            let held = now.since(since);
            self.figures
                .took(&table::SESSION_USE, &[kind.as_str()], held);
            let held_ms = u64::try_from(held.as_millis()).unwrap_or(u64::MAX);
            tracing::info!(session.id = %session, lease.kind = kind.as_str(), run.id = run_id,
                held_ms, condition = ?condition, "released");
        }
        let seat = self.seats.get(&session);
        let recalled = seat.and_then(|seat| seat.recall.reason());
        self.tell(Happening::of_return(entry, &condition, recalled));
        if let Condition::Broken(reason) = &condition {
            tracing::warn!(session.id = %session, reason, "the session lost its browser");
        }
        if self.seats.get(&session).is_some_and(|it| it.page.is_some()) {
            self.page_is_in_two_places(entry);
        }
        if let Some(seat) = self.seats.get_mut(&session) {
            seat.page = page;
        }
        self.forget_those_who_left();
        let actions = self.roster.returned(session, epoch, condition, now);
        self.act(actions);
    }

    fn finish(&mut self, done: Done) {
        self.forget_those_who_left();
        let now = self.now();
        let actions = match done {
            Done::Launched(id, Ok(launched)) => {
                let Launched {
                    page,
                    browser,
                    profile,
                } = launched;
                tracing::info!(session.id = %id, ?profile, "browser started");
                self.launches += 1;
                let seat = Seat {
                    number: self.launches,
                    browser,
                    page: Some(page),
                    recall: Recall::new(),
                };
                self.seats.insert(id, seat);
                self.roster.launched(id, profile, now)
            }
            Done::Launched(id, Err(error)) => {
                tracing::error!(session.id = %id, %error, "no browser could be started");
                self.roster.launch_failed(id, &error.into(), now)
            }
            Done::Closed(id) => self.roster.closed(id, now),
            Done::Looked(seen) => {
                self.looking = false;
                self.looked(seen, now)
            }
        };
        self.act(actions);
    }

    fn looked(&mut self, seen: Vec<(SessionId, u64, Usage)>, now: Moment) -> Vec<Action> {
        let mut actions = Vec::new();
        for (id, number, usage) in seen {
            if self.seats.get(&id).is_none_or(|seat| seat.number != number) {
                continue;
            }
            if let Some(bytes) = usage.memory_bytes {
                self.roster.measured(id, bytes);
            }
            if !usage.is_running {
                let entry = self.roster.get(id);
                let idle = entry.filter(|entry| entry.stage == Stage::Idle);
                self.tell(idle.map(|entry| Happening::lost(entry, Loss::BrowserLost)));
                actions.extend(self.roster.found_gone(id, now));
            }
        }
        actions
    }

    /// Tells whoever listens. While the host stops, what ends ends by its own wish.
    fn tell(&self, happening: Option<Happening>) {
        if let Some(happening) = happening.filter(|_| !self.roster.is_draining()) {
            let _ = self.happenings.send(happening);
        }
    }

    fn upkeep(&mut self) {
        self.forget_those_who_left();
        let now = self.now();
        for (id, _) in self.roster.abandoned(now) {
            let recalled = self.seats.get(&id).and_then(|seat| seat.recall.reason());
            let broken = Condition::Broken("its lease was never given back".to_owned());
            let entry = self.roster.get(id);
            self.tell(entry.and_then(|entry| Happening::of_return(entry, &broken, recalled)));
        }
        let actions = self.roster.upkeep(now);
        self.act(actions);
        self.count_violations();
        if self.looking || self.seats.is_empty() {
            return;
        }
        self.looking = true;
        let now = self.now();
        let measure = self
            .measured
            .is_none_or(|last| now.since(last) >= limits::MEASURE);
        if measure {
            self.measured = Some(now);
        }
        let looks = self.seats.iter().map(|(id, seat)| {
            let (id, number, usage) = (*id, seat.number, seat.browser.usage(measure));
            async move { (id, number, usage.await) }
        });
        let looks: Vec<_> = looks.collect();
        let done = self.done.clone();
        tokio::spawn(async move {
            let seen = futures::future::join_all(looks).await;
            drop(done.send(Done::Looked(seen)).await);
        });
    }
}
