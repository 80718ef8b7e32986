//! The pool's task: the one owner of all browsers.
//!
//! Owns: the roster, the browsers behind it, and the pages of those that are not leased.
//! Never: waits for a browser. Starting and closing happen beside it and report back.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::browser::launch::{
    Afterwards, Browser, LaunchError, LaunchOrder, Launched, Launcher, Profile,
};
use crate::browser::page::Page;
use crate::config::secrets::Credentials;
use crate::model::clock::{Clock as _, Moment, SystemClock};
use crate::model::ids::{RunId, SessionId};
use crate::model::session::{LeaseKind, SessionSnapshot};
use crate::pool::entry::{Condition, Stage, Waiter};
use crate::pool::error::LeaseDenied;
use crate::pool::lease::{Lease, Returned};
use crate::pool::recall::Recall;
use crate::pool::roster::Roster;
use crate::pool::words::{Action, Bounds, KeptSession, WaiterId, Wanted};

type LeaseReply = oneshot::Sender<Result<Lease, LeaseDenied>>;
type ClosedReply = oneshot::Sender<Result<(), LeaseDenied>>;

/// What handles ask of the task.
pub(crate) enum Command {
    Lease {
        wanted: Wanted,
        credentials: Option<Credentials>,
        kind: LeaseKind,
        run_id: Option<RunId>,
        reply: LeaseReply,
    },
    TryLease {
        id: SessionId,
        kind: LeaseKind,
        reply: LeaseReply,
    },
    Sessions {
        reply: oneshot::Sender<Vec<SessionSnapshot>>,
    },
    Kept {
        reply: oneshot::Sender<Vec<KeptSession>>,
    },
    Close {
        id: SessionId,
        force: bool,
        reply: ClosedReply,
    },
    Drain {
        reply: oneshot::Sender<()>,
    },
}

/// What comes back from work that was started beside the task.
enum Done {
    Launched(SessionId, Result<Launched, LaunchError>),
    Closed(SessionId),
}

/// A session's browser, and its page while nobody has it.
struct Seat {
    browser: Box<dyn Browser>,
    page: Option<Box<dyn Page>>,
}

pub(crate) struct Task {
    roster: Roster,
    launcher: Arc<dyn Launcher>,
    /// Starting a browser keeps a core busy for a second: more at once only delay each other.
    launching: Arc<Semaphore>,
    seats: HashMap<SessionId, Seat>,
    credentials: HashMap<SessionId, Credentials>,
    waiters: HashMap<WaiterId, (LeaseKind, LeaseReply)>,
    closers: HashMap<SessionId, Vec<ClosedReply>>,
    drainers: Vec<oneshot::Sender<()>>,
    next_waiter: u64,
    inbox: mpsc::Receiver<Command>,
    /// The one unbounded channel of the host: `drop` cannot wait, and it never holds more entries than there
    /// are sessions.
    home: mpsc::UnboundedSender<Returned>,
    returns: mpsc::UnboundedReceiver<Returned>,
    done: mpsc::Sender<Done>,
    dones: mpsc::Receiver<Done>,
}

impl Task {
    pub(crate) fn new(
        bounds: Bounds,
        launcher: Arc<dyn Launcher>,
        inbox: mpsc::Receiver<Command>,
    ) -> Self {
        let (home, returns) = mpsc::unbounded_channel();
        let (done, dones) = mpsc::channel(bounds.sessions.max(1));
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            roster: Roster::new(bounds),
            launcher,
            launching: Arc::new(Semaphore::new(cores.div_ceil(2))),
            seats: HashMap::new(),
            credentials: HashMap::new(),
            waiters: HashMap::new(),
            closers: HashMap::new(),
            drainers: Vec::new(),
            next_waiter: 0,
            inbox,
            home,
            returns,
            done,
            dones,
        }
    }

    pub(crate) async fn run(mut self) {
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
            }
            if self.roster.is_empty() {
                for drainer in self.drainers.drain(..) {
                    // An asker that went away has no use for the answer.
                    let _ = drainer.send(());
                }
            }
        }
    }

    fn apply(&mut self, command: Command) {
        self.forget_those_who_left();
        match command {
            Command::Lease {
                wanted,
                credentials,
                kind,
                run_id,
                reply,
            } => {
                let waiter = self.register(kind, run_id, reply);
                let actions = self.roster.request(wanted, waiter, now());
                // A session that was just made takes the credentials it was asked for with.
                if let Some(credentials) = credentials {
                    let made = self.roster.entries().last().map(|entry| entry.id);
                    let made = made.filter(|id| !self.credentials.contains_key(id));
                    made.map(|id| self.credentials.insert(id, credentials));
                }
                self.act(actions);
            }
            Command::TryLease { id, kind, reply } => {
                let waiter = self.register(kind, None, reply);
                let actions = self.roster.try_request(id, waiter, now());
                self.act(actions);
            }
            Command::Sessions { reply } => drop(reply.send(self.roster.snapshots())),
            Command::Kept { reply } => drop(reply.send(self.roster.kept(now()))),
            Command::Close { id, force, reply } => match self.roster.close(id, force, now()) {
                Some(actions) => {
                    self.closers.entry(id).or_default().push(reply);
                    self.act(actions);
                }
                None => drop(reply.send(Err(LeaseDenied::UnknownSession(id)))),
            },
            Command::Drain { reply } => {
                self.drainers.push(reply);
                let actions = self.roster.drain(now());
                self.act(actions);
            }
        }
    }

    fn register(&mut self, kind: LeaseKind, run_id: Option<RunId>, reply: LeaseReply) -> Waiter {
        let id = WaiterId(self.next_waiter);
        self.next_waiter += 1;
        self.waiters.insert(id, (kind, reply));
        Waiter { id, kind, run_id }
    }

    /// Whoever stopped waiting dropped the other end of the reply.
    fn forget_those_who_left(&mut self) {
        let left = self
            .waiters
            .iter()
            .filter(|(_, (_, reply))| reply.is_closed());
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
            page,
            condition,
        } = returned;
        let holder = self.roster.get(session).map(|entry| entry.stage);
        if let Some(Stage::Leased {
            kind,
            run_id,
            since,
        }) = holder
        {
            let run_id = run_id.map(|id| id.to_string());
            let held_ms = u64::try_from(since.instant.elapsed().as_millis()).unwrap_or(u64::MAX);
            tracing::info!(session.id = %session, lease.kind = kind.as_str(), run.id = run_id,
                held_ms, condition = ?condition, "released");
        }
        if let Condition::Broken(reason) = &condition {
            tracing::warn!(session.id = %session, reason, "the session lost its browser");
        }
        if let Some(seat) = self.seats.get_mut(&session) {
            seat.page = page;
        }
        self.forget_those_who_left();
        let actions = self.roster.returned(session, condition, now());
        self.act(actions);
    }

    fn finish(&mut self, done: Done) {
        self.forget_those_who_left();
        let actions = match done {
            Done::Launched(id, Ok(Launched { page, browser, .. })) => {
                tracing::info!(session.id = %id, "browser started");
                self.seats.insert(
                    id,
                    Seat {
                        browser,
                        page: Some(page),
                    },
                );
                self.roster.launched(id, now())
            }
            Done::Launched(id, Err(error)) => {
                tracing::error!(session.id = %id, %error, "no browser could be started");
                self.roster.launch_failed(id, &error.into(), now())
            }
            Done::Closed(id) => self.roster.closed(id, now()),
        };
        self.act(actions);
    }

    fn act(&mut self, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Launch(id) => self.launch(id),
                Action::Grant(session, waiter) => self.grant(session, waiter),
                Action::Deny(waiter, denied) => {
                    if let Some((_, reply)) = self.waiters.remove(&waiter) {
                        drop(reply.send(Err(denied)));
                    }
                }
                Action::Close(id) => self.close(id),
                Action::Kill(id) => {
                    if let Some(seat) = self.seats.get(&id) {
                        seat.browser.kill();
                    }
                }
                Action::Forget(id) => self.forget(id),
            }
        }
    }

    fn launch(&self, id: SessionId) {
        let entry = self
            .roster
            .get(id)
            .expect("a session that is launched is in the roster");
        let order = LaunchOrder {
            session: id,
            username: entry.username.clone(),
            keep_alive: entry.keep_alive,
            profile: Profile::Fresh,
        };
        let launcher = Arc::clone(&self.launcher);
        let permits = Arc::clone(&self.launching);
        let done = self.done.clone();
        tokio::spawn(async move {
            let permit = permits.acquire().await;
            let outcome = launcher.launch(&order).await;
            drop(permit);
            drop(done.send(Done::Launched(id, outcome)).await);
        });
    }

    fn close(&mut self, id: SessionId) {
        let Some(Seat { browser, page }) = self.seats.remove(&id) else {
            return;
        };
        let done = self.done.clone();
        tokio::spawn(async move {
            browser.close(page, Afterwards::RemoveProfile).await;
            drop(done.send(Done::Closed(id)).await);
        });
    }

    fn grant(&mut self, session: SessionId, waiter: WaiterId) {
        let entry = self
            .roster
            .get(session)
            .expect("a session that is granted is in the roster");
        let seat = self
            .seats
            .get_mut(&session)
            .expect("a session that is granted has a browser");
        let page = seat
            .page
            .take()
            .expect("a session that is granted has its page");
        let credentials = self.credentials[&session].clone();
        let standing = entry.standing.clone();
        let Stage::Leased { kind, run_id, .. } = entry.stage else {
            unreachable!("the roster grants by making it leased")
        };
        let run_id = run_id.map(|id| id.to_string());
        tracing::info!(session.id = %session, lease.kind = kind.as_str(), run.id = run_id, "leased");
        let recall = Recall::new();
        let home = self.home.clone();
        let lease = Lease::new(session, credentials, standing, page, recall, home);
        // Where the asker went away, the lease that cannot be delivered is dropped here and so comes home.
        if let Some((_, reply)) = self.waiters.remove(&waiter) {
            drop(reply.send(Ok(lease)));
        }
    }

    fn forget(&mut self, id: SessionId) {
        self.credentials.remove(&id);
        self.seats.remove(&id);
        tracing::info!(session.id = %id, "session ended");
        for closer in self.closers.remove(&id).into_iter().flatten() {
            drop(closer.send(Ok(())));
        }
    }
}

fn now() -> Moment {
    SystemClock.now()
}
