//! Browsers that are none, and a clock that is moved by hand.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use futures::future::BoxFuture;
use gantry::browser::launch::{
    Afterwards, Browser, LaunchError, LaunchOrder, Launched, Launcher, Usage,
};
use gantry::browser::page::Page;
use gantry::config::limits;
use gantry::config::schema;
use gantry::config::secrets::Credentials;
use gantry::model::clock::{Clock, Moment};
use gantry::model::ids::SessionId;
use gantry::model::session::LeaseKind;
use gantry::pool::handle::{Pool, Purpose, Whose};
use gantry::pool::lease::Lease;
use gantry::telemetry::figures::Figures;

use crate::fake_page::FakePage;

/// A clock that stands still until it is told otherwise.
pub(crate) struct HandClock(Mutex<Moment>);

impl HandClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Moment {
            instant: Instant::now(),
            wall: SystemTime::now(),
        })))
    }

    pub(crate) fn pass(&self, time: Duration) {
        let mut now = self.0.lock().unwrap();
        now.instant += time;
        now.wall += time;
    }

    /// Somebody sets the machine's clock.
    pub(crate) fn set_wall(&self, change: impl FnOnce(SystemTime) -> SystemTime) {
        let mut now = self.0.lock().unwrap();
        now.wall = change(now.wall);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Moment {
        *self.0.lock().unwrap()
    }
}

/// What browsers do, and what was done to them.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) started: AtomicUsize,
    pub(crate) closed: AtomicUsize,
    pub(crate) killed: AtomicUsize,
    pub(crate) most_at_once: AtomicUsize,
    pub(crate) fails: AtomicBool,
    pub(crate) is_gone: AtomicBool,
    pub(crate) size_bytes: AtomicU64,
    /// How long starting and closing take at most, in milliseconds of whatever time the test runs in.
    pub(crate) pauses_ms: Mutex<Vec<u64>>,
}

impl Memory {
    pub(crate) fn count(count: &AtomicUsize) -> usize {
        count.load(Ordering::SeqCst)
    }

    pub(crate) fn running(&self) -> usize {
        Self::count(&self.started) - Self::count(&self.closed)
    }

    /// As the test drew it; nothing where it drew none.
    async fn pause(&self) {
        let drawn = self.pauses_ms.lock().unwrap().pop();
        if let Some(ms) = drawn {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
    }
}

struct InMemory(Arc<Memory>);

#[async_trait]
impl Launcher for InMemory {
    async fn launch(&self, order: &LaunchOrder) -> Result<Launched, LaunchError> {
        self.0.pause().await;
        if self.0.fails.load(Ordering::SeqCst) {
            return Err(LaunchError::Driver("as told".to_owned()));
        }
        self.0.started.fetch_add(1, Ordering::SeqCst);
        let running = self.0.running();
        self.0.most_at_once.fetch_max(running, Ordering::SeqCst);
        Ok(Launched {
            page: Box::new(FakePage::new()),
            browser: Box::new(InMemory(Arc::clone(&self.0))),
            profile: order.profile,
        })
    }

    async fn discard(&self, _: SessionId) {}
}

#[async_trait]
impl Browser for InMemory {
    fn kill(&self) {
        self.0.killed.fetch_add(1, Ordering::SeqCst);
    }

    fn usage(&self, _: bool) -> BoxFuture<'static, Usage> {
        Box::pin(std::future::ready(Usage {
            is_running: !self.0.is_gone.load(Ordering::SeqCst),
            memory_bytes: Some(self.0.size_bytes.load(Ordering::SeqCst)),
        }))
    }

    async fn close(self: Box<Self>, _: Option<Box<dyn Page>>, _: Afterwards) {
        self.0.pause().await;
        self.0.closed.fetch_add(1, Ordering::SeqCst);
    }
}

/// A pool on such browsers.
pub(crate) fn pool_on(memory: &Arc<Memory>, config: &schema::Pool, clock: Arc<dyn Clock>) -> Pool {
    let launcher = Arc::new(InMemory(Arc::clone(memory)));
    Pool::start(config, launcher, clock, Figures::new())
}

pub(crate) fn account(user: &str) -> Whose {
    Whose::Account(Credentials::new(user, "secret"))
}

pub(crate) const fn operation(wait: Duration) -> Purpose {
    Purpose {
        kind: LeaseKind::Operation,
        run_id: None,
        keep_alive: None,
        wait,
        is_patient: false,
        hold: Duration::from_mins(5),
    }
}

/// A pool, and time that is moved by hand: the pool's clock and the runtime's timers both.
pub(crate) struct Bench {
    pub(crate) pool: Pool,
    pub(crate) memory: Arc<Memory>,
    pub(crate) clock: Arc<HandClock>,
}

impl Bench {
    pub(crate) fn of(max_sessions: usize) -> Self {
        let config = schema::Pool {
            max_sessions,
            ..schema::Pool::default()
        };
        let (memory, clock) = (Arc::default(), HandClock::new());
        let pool = pool_on(&memory, &config, Arc::clone(&clock) as Arc<dyn Clock>);
        Self {
            pool,
            memory,
            clock,
        }
    }

    pub(crate) async fn lease(&self, user: &str) -> Lease {
        let purpose = operation(Duration::from_hours(1));
        self.pool.lease(account(user), purpose).await.unwrap()
    }

    /// Lets the pool look at the clock and at its browsers, and carry out what follows.
    pub(crate) async fn look(&self) {
        for _ in 0..4 {
            tokio::time::advance(limits::UPKEEP).await;
            // It answers after all that came before.
            self.pool.sessions().await;
        }
    }

    pub(crate) async fn pass(&self, time: Duration) {
        self.clock.pass(time);
        self.look().await;
    }

    /// How long each session that is kept signed in has been quiet.
    pub(crate) async fn quiet(&self) -> HashMap<SessionId, Duration> {
        let kept = self.pool.kept().await;
        kept.iter()
            .map(|it| (it.session_id, it.quiet_for))
            .collect()
    }
}
