//! The pool through its handle: what becomes of leases, on whatever path they end.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cost;
mod crowd;
#[path = "../plugin/fake_page.rs"]
#[allow(dead_code, unused_imports, reason = "shared with the tests of plugins")]
mod fake_page;
mod memory;
mod protocol;
mod schedules;
mod time;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::future::BoxFuture;
use gantry::browser::launch::{
    Afterwards, Browser, LaunchError, LaunchOrder, Launched, Launcher, Usage,
};
use gantry::browser::page::Page;
use gantry::config::schema;
use gantry::config::secrets::Credentials;
use gantry::model::clock::SystemClock;
use gantry::model::ids::SessionId;
use gantry::model::session::{LeaseKind, SessionState};
use gantry::pool::entry::{Condition, Standing};
use gantry::pool::error::LeaseDenied;
use gantry::pool::handle::{Pool, Purpose, Whose};
use gantry::pool::lease::Lease;

use crate::fake_page::FakePage;

/// What happened to browsers that are none.
#[derive(Default)]
struct Counts {
    started: AtomicUsize,
    killed: AtomicUsize,
    closed: AtomicUsize,
}

struct FakeLauncher(Arc<Counts>);

struct FakeBrowser(Arc<Counts>);

#[async_trait]
impl Launcher for FakeLauncher {
    async fn launch(&self, order: &LaunchOrder) -> Result<Launched, LaunchError> {
        self.0.started.fetch_add(1, Ordering::SeqCst);
        let browser = Box::new(FakeBrowser(Arc::clone(&self.0)));
        Ok(Launched {
            page: Box::new(FakePage::new()),
            browser,
            profile: order.profile,
        })
    }

    async fn discard(&self, _: SessionId) {}
}

#[async_trait]
impl Browser for FakeBrowser {
    fn kill(&self) {
        self.0.killed.fetch_add(1, Ordering::SeqCst);
    }

    fn usage(&self, _: bool) -> BoxFuture<'static, Usage> {
        Box::pin(std::future::ready(Usage {
            is_running: true,
            memory_bytes: Some(1 << 20),
        }))
    }

    async fn close(self: Box<Self>, _: Option<Box<dyn Page>>, _: Afterwards) {
        self.0.closed.fetch_add(1, Ordering::SeqCst);
    }
}

fn pool_of(max_sessions: usize) -> (Pool, Arc<Counts>) {
    let counts = Arc::new(Counts::default());
    let config = schema::Pool {
        max_sessions,
        ..schema::Pool::default()
    };
    let pool = Pool::start(
        &config,
        Arc::new(FakeLauncher(Arc::clone(&counts))),
        Arc::new(SystemClock),
    );
    (pool, counts)
}

fn account(user: &str) -> Whose {
    Whose::Account(Credentials::new(user, "secret"))
}

fn purpose(wait: Duration) -> Purpose {
    Purpose {
        kind: LeaseKind::Operation,
        run_id: None,
        keep_alive: None,
        wait,
        is_patient: false,
        hold: Duration::from_mins(5),
    }
}

const PATIENCE: Duration = Duration::from_secs(10);

async fn lease(pool: &Pool, user: &str) -> Lease {
    pool.lease(account(user), purpose(PATIENCE)).await.unwrap()
}

async fn state(pool: &Pool, id: SessionId) -> SessionState {
    pool.session(id).await.unwrap().state
}

#[tokio::test]
async fn a_lease_dropped_untouched_leaves_its_session_as_it_was() {
    let (pool, _) = pool_of(1);
    let first = lease(&pool, "a").await;
    let id = first.session();
    first.finish(Condition::SignedIn);
    drop(lease(&pool, "a").await);
    assert_eq!(state(&pool, id).await, SessionState::Idle);
}

#[tokio::test]
async fn a_lease_dropped_after_use_leaves_its_session_suspect() {
    let (pool, _) = pool_of(1);
    let mut used = lease(&pool, "a").await;
    let id = used.session();
    used.lend().title().await.unwrap();
    drop(used);
    // The pool settles returns before it answers: no sleep is needed.
    assert_eq!(state(&pool, id).await, SessionState::Suspect);
    assert_eq!(*lease(&pool, "a").await.standing(), Standing::Suspect);
}

#[tokio::test]
async fn a_lease_that_panics_comes_home() {
    let (pool, _) = pool_of(1);
    let mut used = lease(&pool, "a").await;
    let id = used.session();
    let panicking = tokio::spawn(async move {
        let _page = used.lend();
        panic!("as an operation may");
    });
    assert!(panicking.await.is_err());
    assert_eq!(state(&pool, id).await, SessionState::Suspect);
}

#[tokio::test]
async fn a_page_that_outlives_its_lease_costs_the_session_its_browser_and_nobody_else_gets_it() {
    let (pool, counts) = pool_of(1);
    let mut first = lease(&pool, "a").await;
    let page = first.lend();
    drop(first);
    let second = lease(&pool, "a").await;
    assert_eq!(*second.standing(), Standing::New);
    assert_eq!(counts.started.load(Ordering::SeqCst), 2);
    assert_eq!(counts.closed.load(Ordering::SeqCst), 1);
    drop(page);
}

#[tokio::test]
async fn a_lease_is_lost_to_nobody_when_its_asker_leaves_as_it_arrives() {
    let (pool, _) = pool_of(1);
    let held = lease(&pool, "a").await;
    let id = held.session();
    let asker = tokio::spawn({
        let pool = pool.clone();
        async move { pool.lease(account("a"), purpose(PATIENCE)).await }
    });
    while pool.session(id).await.unwrap().queue_length == 0 {
        tokio::task::yield_now().await;
    }
    held.finish(Condition::SignedIn);
    asker.abort();
    // Whether it had arrived or not, the next one gets it.
    drop(asker.await);
    drop(lease(&pool, "a").await);
    assert_eq!(state(&pool, id).await, SessionState::Idle);
}

#[tokio::test]
async fn an_asker_who_waits_too_long_is_told_and_leaves_the_queue() {
    let (pool, _) = pool_of(1);
    let held = lease(&pool, "a").await;
    let denied = pool
        .lease(account("a"), purpose(Duration::from_millis(20)))
        .await;
    assert!(matches!(denied, Err(LeaseDenied::WaitedTooLong { .. })));
    assert_eq!(pool.session(held.session()).await.unwrap().queue_length, 0);
}

#[tokio::test]
async fn a_forced_close_kills_at_once_and_returns_when_the_lease_is_home() {
    let (pool, counts) = pool_of(1);
    let held = lease(&pool, "a").await;
    let id = held.session();
    let closing = tokio::spawn({
        let pool = pool.clone();
        async move { pool.close(id, true).await }
    });
    while counts.killed.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    assert!(!closing.is_finished());
    drop(held);
    closing.await.unwrap().unwrap();
    assert!(pool.session(id).await.is_none());
}

#[tokio::test]
async fn stopping_waits_for_leases_and_leaves_no_browser() {
    let (pool, counts) = pool_of(2);
    lease(&pool, "a").await.finish(Condition::SignedIn);
    let held = lease(&pool, "b").await;
    let stopping = tokio::spawn({
        let pool = pool.clone();
        async move { pool.stop(PATIENCE).await }
    });
    while pool.sessions().await.len() > 1 {
        tokio::task::yield_now().await;
    }
    let refused = pool.lease(account("c"), purpose(PATIENCE)).await;
    assert!(matches!(refused, Err(LeaseDenied::Draining)));
    held.finish(Condition::SignedIn);
    stopping.await.unwrap();
    assert_eq!(counts.closed.load(Ordering::SeqCst), 2);
    assert!(pool.sessions().await.is_empty());
}

#[tokio::test]
async fn a_keep_alive_never_waits_for_a_session_in_use() {
    let (pool, _) = pool_of(1);
    let held = lease(&pool, "a").await;
    let denied = pool
        .try_lease(held.session(), LeaseKind::KeepAlive, PATIENCE)
        .await;
    assert!(matches!(denied, Err(LeaseDenied::InUse(_))));
}
