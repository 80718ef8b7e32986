//! Two hundred callers on four sessions: who gets in, who is turned away and how, and whose turn it is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gantry::config::limits;
use gantry::config::schema;
use gantry::model::clock::SystemClock;
use gantry::pool::entry::Condition;
use gantry::pool::error::LeaseDenied;
use gantry::pool::handle::Pool;
use gantry::pool::lease::Lease;

use crate::pool::memory::{Bench, Memory, account, operation, pool_on};

const CALLERS: usize = 200;
const SESSIONS: usize = 4;
const QUEUE: usize = 8;

/// How one caller fared.
struct Fare {
    caller: usize,
    took: Duration,
    outcome: Result<(), LeaseDenied>,
}

fn pool() -> Pool {
    let config = schema::Pool {
        max_sessions: SESSIONS,
        queue_per_session: QUEUE,
        ..schema::Pool::default()
    };
    pool_on(&Arc::<Memory>::default(), &config, Arc::new(SystemClock))
}

fn user(caller: usize) -> String {
    format!("user-{}", caller % SESSIONS)
}

/// All callers at once, on sessions that are held until all have asked; `served` is the order in which they got in.
async fn crowd(pool: &Pool, wait: Duration) -> (Vec<Fare>, Vec<usize>) {
    let mut held: Vec<Lease> = Vec::new();
    for caller in 0..SESSIONS {
        held.push(
            pool.lease(account(&user(caller)), operation(wait))
                .await
                .unwrap(),
        );
    }
    let served = Arc::new(Mutex::new(Vec::new()));
    let callers = (0..CALLERS).map(|caller| {
        let (pool, served) = (pool.clone(), Arc::clone(&served));
        tokio::spawn(async move {
            let asked = Instant::now();
            let lease = pool.lease(account(&user(caller)), operation(wait)).await;
            let took = asked.elapsed();
            let outcome = lease.map(|lease| {
                served.lock().unwrap().push(caller);
                lease.finish(Condition::SignedIn);
            });
            Fare {
                caller,
                took,
                outcome,
            }
        })
    });
    let callers: Vec<_> = callers.collect();
    let in_line = || async {
        let sessions = pool.sessions().await;
        sessions.iter().map(|it| it.queue_length).sum::<usize>()
    };
    while in_line().await < SESSIONS * QUEUE {
        tokio::task::yield_now().await;
    }
    if wait > Duration::from_secs(1) {
        held.clear();
    }
    let mut fares = Vec::new();
    for caller in callers {
        fares.push(caller.await.unwrap());
    }
    drop(held);
    let served = served.lock().unwrap().clone();
    (fares, served)
}

const fn retry_after(denied: &LeaseDenied) -> Option<Duration> {
    match denied {
        LeaseDenied::QueueFull { retry_after, .. }
        | LeaseDenied::HostFull { retry_after, .. }
        | LeaseDenied::WaitedTooLong { retry_after, .. } => Some(*retry_after),
        _ => None,
    }
}

/// Refusals say when to come back; nothing else happens to anybody.
fn refusals(fares: &[Fare]) -> Vec<&Fare> {
    let refused: Vec<&Fare> = fares.iter().filter(|fare| fare.outcome.is_err()).collect();
    for fare in &refused {
        let denied = fare.outcome.as_ref().unwrap_err();
        let again = retry_after(denied).unwrap_or_else(|| panic!("{denied}"));
        assert!(again >= Duration::from_secs(1), "{denied}: {again:?}");
    }
    refused
}

#[tokio::test]
async fn two_hundred_callers_get_in_or_are_turned_away_which_costs_little() {
    let (fares, served) = crowd(&pool(), Duration::from_secs(30)).await;
    let refused = refusals(&fares);
    assert_eq!(served.len(), SESSIONS * QUEUE);
    assert_eq!(refused.len(), CALLERS - SESSIONS * QUEUE);
    let mut took: Vec<Duration> = refused.iter().map(|fare| fare.took).collect();
    took.sort();
    let p99 = took[took.len() * 99 / 100];
    println!(
        "{} refusals: p50 {:?}, p99 {p99:?}",
        took.len(),
        took[took.len() / 2]
    );
    assert!(p99 < Duration::from_millis(50), "{p99:?}");
}

#[tokio::test]
async fn callers_of_one_session_are_served_in_the_order_in_which_they_came() {
    let (_, served) = crowd(&pool(), Duration::from_secs(30)).await;
    let mut last = HashMap::new();
    for caller in served {
        let before = last.insert(caller % SESSIONS, caller);
        assert!(
            before.is_none_or(|before| before < caller),
            "{before:?}, {caller}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn callers_who_wait_in_vain_are_told_so_and_when_to_come_back() {
    let (fares, served) = crowd(&pool(), Duration::from_millis(200)).await;
    refusals(&fares);
    assert!(served.is_empty());
    let waited = |fare: &&Fare| matches!(fare.outcome, Err(LeaseDenied::WaitedTooLong { .. }));
    let waited: Vec<usize> = fares
        .iter()
        .filter(waited)
        .map(|fare| fare.caller)
        .collect();
    assert_eq!(waited.len(), SESSIONS * QUEUE);
}

#[tokio::test(start_paused = true)]
async fn a_fifth_account_gets_its_turn_while_four_go_on_asking() {
    let bench = Bench::of(SESSIONS);
    let ask = |user: String| {
        let pool = bench.pool.clone();
        let wait = operation(Duration::from_hours(1));
        tokio::spawn(async move { pool.lease(account(&user), wait).await.unwrap() })
    };
    let mut held: Vec<_> = (0..SESSIONS).map(|caller| ask(user(caller))).collect();
    bench.look().await;
    let fifth = ask("fifth".to_owned());
    let mut seconds = 0;
    while !fifth.is_finished() {
        // Each has somebody in line already when it gives its lease back.
        let next: Vec<_> = (0..SESSIONS).map(|caller| ask(user(caller))).collect();
        bench.pass(Duration::from_secs(1)).await;
        for lease in held {
            lease.await.unwrap().finish(Condition::SignedIn);
            bench.look().await;
            if fifth.is_finished() {
                break;
            }
        }
        held = next;
        seconds += 1;
        assert!(
            seconds <= limits::FAIR_WAIT.as_secs() + 2,
            "the fifth account starves"
        );
    }
    assert!(seconds >= limits::FAIR_WAIT.as_secs(), "{seconds}");
}
