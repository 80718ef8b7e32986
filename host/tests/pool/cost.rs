//! What getting a warm, idle session costs: ten sessions, a hundred callers. `cargo xtask bench` prints it.

use std::env;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gantry::config::schema;
use gantry::config::secrets::{Credentials, HashKey};
use gantry::model::clock::{Clock as _, SystemClock};
use gantry::model::session::LeaseKind;
use gantry::pool::entry::{Condition, Waiter};
use gantry::pool::handle::Pool;
use gantry::pool::roster::Roster;
use gantry::pool::words::{Action, Bounds, Owner, WaiterId, Wanted};
use tokio::sync::Semaphore;

use crate::pool::memory::{Memory, account, operation, pool_on};

const SESSIONS: usize = 10;
const CALLERS: usize = 100;
const TIMES: usize = 100;

/// Times, sorted.
struct Times(Vec<Duration>);

impl Times {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort();
        Self(times)
    }

    fn percentile(&self, percent: usize) -> Duration {
        self.0[(self.0.len() * percent / 100).min(self.0.len() - 1)]
    }

    fn row(&self, name: &str) -> String {
        let [p50, p99] = [50, 99].map(|percent| self.percentile(percent));
        format!("{name:<34} {:>8} {p50:>12.1?} {p99:>12.1?}", self.0.len())
    }
}

/// One caller; `turn` sees to it that the session is idle when it asks.
async fn call(pool: Pool, user: String, turn: Arc<Semaphore>) -> Vec<Duration> {
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let turn = turn.acquire().await.unwrap();
        let asked = Instant::now();
        let lease = pool.lease(account(&user), operation(Duration::from_secs(30)));
        let lease = lease.await.unwrap();
        times.push(asked.elapsed());
        lease.finish(Condition::SignedIn);
        drop(turn);
    }
    times
}

/// Through the handle, the task and back.
async fn through_the_pool() -> Times {
    let config = schema::Pool {
        max_sessions: SESSIONS,
        ..schema::Pool::default()
    };
    let pool = pool_on(&Arc::<Memory>::default(), &config, Arc::new(SystemClock));
    let turns: Vec<_> = (0..SESSIONS).map(|_| Arc::new(Semaphore::new(1))).collect();
    for user in 0..SESSIONS {
        let whose = account(&format!("user-{user}"));
        let lease = pool.lease(whose, operation(Duration::from_secs(30)));
        lease.await.unwrap().finish(Condition::SignedIn);
    }
    let callers = (0..CALLERS).map(|caller| {
        let user = format!("user-{}", caller % SESSIONS);
        tokio::spawn(call(
            pool.clone(),
            user,
            Arc::clone(&turns[caller % SESSIONS]),
        ))
    });
    let callers: Vec<_> = callers.collect();
    let mut times = Vec::new();
    for caller in callers {
        times.extend(caller.await.unwrap());
    }
    Times::of(times)
}

/// The rules alone: deciding that the session is free, and whose it is now.
fn in_the_rules() -> Times {
    let key = HashKey::random();
    let mut roster = Roster::new(Bounds {
        sessions: SESSIONS,
        queue_per_session: 8,
        queue_total: 64,
    });
    let mut times = Vec::new();
    for round in 0..CALLERS * TIMES {
        let username = format!("user-{}", round % SESSIONS);
        let key = key.hash(&Credentials::new(&username, "secret"));
        let now = SystemClock.now();
        let waiter = Waiter {
            id: WaiterId(round as u64),
            kind: LeaseKind::Operation,
            run_id: None,
            hold: Duration::from_mins(1),
            is_patient: false,
            asked: now,
        };
        let asked = Instant::now();
        let wanted = Wanted::Account(Owner { key, username });
        let mut actions = roster.request(wanted, None, waiter, now);
        let took = asked.elapsed();
        if let [Action::Launch(id, profile)] = actions[..] {
            actions = roster.launched(id, profile, now);
        } else {
            times.push(took);
        }
        let [Action::Grant(id, _)] = actions[..] else {
            panic!("{actions:?}")
        };
        let epoch = roster.get(id).unwrap().epoch;
        assert_eq!(roster.returned(id, epoch, Condition::SignedIn, now), []);
    }
    Times::of(times)
}

/// The bar is 5 ms, on a machine that does nothing else; the suite's is wider.
fn bar() -> Duration {
    let is_alone = env::var_os("GANTRY_BENCH").is_some();
    Duration::from_millis(if is_alone { 5 } else { 25 })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn getting_an_idle_session_costs_little() {
    let (pool, rules) = (through_the_pool().await, in_the_rules());
    println!("{:<34} {:>8} {:>12} {:>12}", "", "times", "p50", "p99");
    println!("{}", pool.row("getting a warm, idle session"));
    println!("{}", rules.row("of that, the pool's rules"));
    assert!(pool.percentile(99) < bar(), "{:?}", pool.percentile(99));
    assert!(rules.percentile(99) < Duration::from_millis(1));
}
