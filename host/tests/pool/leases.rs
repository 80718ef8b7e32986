//! What becomes of leases, on whatever path they end, through the pool's handle.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use gantry::browser::page::Page as _;
use gantry::config::schema;
use gantry::model::clock::SystemClock;
use gantry::model::ids::SessionId;
use gantry::model::session::{LeaseKind, SessionState};
use gantry::pool::entry::{Condition, Standing};
use gantry::pool::error::LeaseDenied;
use gantry::pool::handle::Pool;
use gantry::pool::lease::Lease;

use crate::pool::memory::{Memory, account, operation, pool_on};

fn pool_of(max_sessions: usize) -> (Pool, Arc<Memory>) {
    let memory = Arc::default();
    let config = schema::Pool {
        max_sessions,
        ..schema::Pool::default()
    };
    let pool = pool_on(&memory, &config, Arc::new(SystemClock));
    (pool, memory)
}

const PATIENCE: Duration = Duration::from_secs(10);

async fn lease(pool: &Pool, user: &str) -> Lease {
    pool.lease(account(user), operation(PATIENCE))
        .await
        .unwrap()
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
    let (pool, memory) = pool_of(1);
    let mut first = lease(&pool, "a").await;
    let page = first.lend();
    drop(first);
    let second = lease(&pool, "a").await;
    assert_eq!(*second.standing(), Standing::New);
    assert_eq!(memory.started.load(Ordering::SeqCst), 2);
    assert_eq!(memory.closed.load(Ordering::SeqCst), 1);
    drop(page);
}

#[tokio::test]
async fn a_lease_is_lost_to_nobody_when_its_asker_leaves_as_it_arrives() {
    let (pool, _) = pool_of(1);
    let held = lease(&pool, "a").await;
    let id = held.session();
    let asker = tokio::spawn({
        let pool = pool.clone();
        async move { pool.lease(account("a"), operation(PATIENCE)).await }
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
        .lease(account("a"), operation(Duration::from_millis(20)))
        .await;
    assert!(matches!(denied, Err(LeaseDenied::WaitedTooLong { .. })));
    assert_eq!(pool.session(held.session()).await.unwrap().queue_length, 0);
}

#[tokio::test]
async fn a_forced_close_kills_at_once_and_returns_when_the_lease_is_home() {
    let (pool, memory) = pool_of(1);
    let held = lease(&pool, "a").await;
    let id = held.session();
    let closing = tokio::spawn({
        let pool = pool.clone();
        async move { pool.close(id, true).await }
    });
    while memory.killed.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    assert!(!closing.is_finished());
    drop(held);
    closing.await.unwrap().unwrap();
    assert!(pool.session(id).await.is_none());
}

#[tokio::test]
async fn stopping_waits_for_leases_and_leaves_no_browser() {
    let (pool, memory) = pool_of(2);
    lease(&pool, "a").await.finish(Condition::SignedIn);
    let held = lease(&pool, "b").await;
    let stopping = tokio::spawn({
        let pool = pool.clone();
        async move { pool.stop(PATIENCE).await }
    });
    while pool.sessions().await.len() > 1 {
        tokio::task::yield_now().await;
    }
    let refused = pool.lease(account("c"), operation(PATIENCE)).await;
    assert!(matches!(refused, Err(LeaseDenied::Draining)));
    held.finish(Condition::SignedIn);
    stopping.await.unwrap();
    assert_eq!(memory.closed.load(Ordering::SeqCst), 2);
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
