//! Leases and their way home through the real task, in three thousand random schedules.
//!
//! A runtime of one thread whose time is paused, and actors that draw their deeds and the pauses between them from a
//! seed: a pause takes no time but changes who goes first. A checker of interleavings would have to replace tokio's
//! channels, timers and `select!` in the pool itself; here the pool is as it ships. What this cannot find is a race
//! between two threads inside one channel, and those are tokio's.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gantry::browser::page::Page;
use gantry::config::limits;
use gantry::config::schema;
use gantry::model::clock::{Clock, Moment};
use gantry::model::ids::SessionId;
use gantry::model::session::LeaseKind;
use gantry::pool::entry::Condition;
use gantry::pool::handle::Pool;
use gantry::pool::lease::Lease;
use gantry::pool::recall::Recall;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::time::{sleep, timeout};

use crate::pool::memory::{Memory, account, operation, pool_on};

const SCHEDULES: u64 = 3_000;
const ACTORS: u64 = 12;

/// The runtime's time, which is paused.
struct PausedClock;

impl Clock for PausedClock {
    fn now(&self) -> Moment {
        Moment {
            instant: tokio::time::Instant::now().into_std(),
            wall: std::time::SystemTime::UNIX_EPOCH,
        }
    }
}

/// Who holds what now; those who were told to let go do not count.
#[derive(Default)]
struct Holders {
    of: Mutex<HashMap<SessionId, Vec<(u64, Recall)>>>,
    grants: Mutex<u64>,
}

/// One holder, until it goes out of scope.
struct Holding {
    holders: Arc<Holders>,
    session: SessionId,
    actor: u64,
}

impl Holders {
    fn enter(self: &Arc<Self>, lease: &Lease, actor: u64) -> Holding {
        let session = lease.session();
        let mut of = self.of.lock().unwrap();
        let holders = of.entry(session).or_default();
        let others = holders.iter().all(|(_, recall)| recall.is_taken_away());
        assert!(others, "{session} has two holders");
        holders.push((actor, lease.recall().clone()));
        *self.grants.lock().unwrap() += 1;
        Holding {
            holders: Arc::clone(self),
            session,
            actor,
        }
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        let mut of = self.holders.of.lock().unwrap();
        let holders = of.entry(self.session).or_default();
        holders.retain(|(actor, _)| *actor != self.actor);
    }
}

/// One who uses the pool.
struct Actor {
    number: u64,
    pool: Pool,
    random: StdRng,
    holders: Arc<Holders>,
}

impl Actor {
    async fn pause(&mut self) {
        let ms = self.random.random_range(0..8);
        sleep(Duration::from_millis(ms)).await;
    }

    async fn act(mut self) {
        for _ in 0..self.random.random_range(1..4) {
            self.pause().await;
            self.one_deed().await;
        }
    }

    async fn one_deed(&mut self) {
        match self.random.random_range(0..12) {
            0..4 => self.operate().await,
            4 | 5 => {
                let patience = Duration::from_millis(self.random.random_range(0..30));
                // The operation is dropped wherever it is then: in the queue, with a lease, in the middle of a call.
                drop(timeout(patience, self.operate()).await);
            }
            6 => self.panic_with_the_page().await,
            7 => self.keep_the_page().await,
            8 => self.keep_the_lease().await,
            9 => self.close_one().await,
            _ => self.keep_alive().await,
        }
    }

    async fn lease(&mut self) -> Option<(Lease, Holding)> {
        let user = format!("user-{}", self.random.random_range(0..4));
        let mut purpose = operation(Duration::from_millis(self.random.random_range(0..60)));
        purpose.hold = Duration::from_millis(500);
        purpose.keep_alive = Some(self.random.random());
        let lease = self.pool.lease(account(&user), purpose).await.ok()?;
        let holding = self.holders.enter(&lease, self.number);
        Some((lease, holding))
    }

    async fn operate(&mut self) {
        let Some((mut lease, holding)) = self.lease().await else {
            return;
        };
        self.pause().await;
        let title = lease.lend().title().await;
        self.pause().await;
        lease.tidy().await;
        let condition = match self.random.random_range(0..10) {
            _ if title.is_err() => Condition::Unknown,
            0 => Condition::Untouched,
            1 => Condition::SignedOut,
            2 => Condition::Broken("gone".to_owned()),
            3 => Condition::Lost,
            _ => Condition::SignedIn,
        };
        drop(holding);
        lease.finish(condition);
    }

    async fn panic_with_the_page(&mut self) {
        let Some((mut lease, holding)) = self.lease().await else {
            return;
        };
        let operation = tokio::spawn(async move {
            let _held = (holding, lease.lend());
            sleep(Duration::from_millis(1)).await;
            resume_unwind(Box::new("as an operation may"));
        });
        assert!(operation.await.is_err());
    }

    async fn keep_the_page(&mut self) {
        let Some((mut lease, holding)) = self.lease().await else {
            return;
        };
        let page = lease.lend();
        drop(holding);
        drop(lease);
        self.pause().await;
        drop(page);
    }

    /// Far beyond what was asked for, and sometimes beyond the last warning.
    async fn keep_the_lease(&mut self) {
        let Some((lease, holding)) = self.lease().await else {
            return;
        };
        let never = self.random.random_range(0..2) * 2 * limits::RECLAIM;
        sleep(Duration::from_secs(2) + never).await;
        assert!(
            lease.recall().is_taken_away(),
            "an overdue lease is called back"
        );
        drop(holding);
        lease.finish(Condition::SignedIn);
    }

    async fn close_one(&mut self) {
        let sessions = self.pool.sessions().await;
        if sessions.is_empty() {
            return;
        }
        let session = &sessions[self.random.random_range(0..sessions.len())];
        drop(
            self.pool
                .close(session.session_id, self.random.random())
                .await,
        );
    }

    async fn keep_alive(&mut self) {
        let Some(kept) = self.pool.kept().await.first().copied() else {
            return;
        };
        let hold = Duration::from_mins(1);
        let lease = self
            .pool
            .try_lease(kept.session_id, LeaseKind::KeepAlive, hold);
        let Ok(mut lease) = lease.await else { return };
        let holding = self.holders.enter(&lease, self.number);
        let mut page = lease.lend_until_wanted();
        for _ in 0..4 {
            self.pause().await;
            if page.title().await.is_err() {
                break;
            }
        }
        drop((page, holding));
        lease.finish(Condition::SignedIn);
    }
}

/// Runs one schedule; how many leases it saw.
async fn run(seed: u64) -> u64 {
    let mut random = StdRng::seed_from_u64(seed);
    let memory = Arc::new(Memory::default());
    *memory.pauses_ms.lock().unwrap() = (0..200).map(|_| random.random_range(0..12)).collect();
    let sessions = random.random_range(1..4);
    let config = schema::Pool {
        max_sessions: sessions,
        queue_per_session: 3,
        queue_total: 6,
        ..schema::Pool::default()
    };
    let pool = pool_on(&memory, &config, Arc::new(PausedClock));
    let holders = Arc::<Holders>::default();
    let actors = (0..ACTORS).map(|number| Actor {
        number,
        pool: pool.clone(),
        random: StdRng::seed_from_u64(random.random()),
        holders: Arc::clone(&holders),
    });
    let actors: Vec<_> = actors.map(|actor| tokio::spawn(actor.act())).collect();
    let stops_early = random.random_range(0..4) == 0;
    if stops_early {
        sleep(Duration::from_millis(random.random_range(0..40))).await;
        pool.stop(Duration::from_secs(1)).await;
    }
    for actor in actors {
        actor.await.unwrap();
    }
    pool.stop(Duration::from_mins(1)).await;
    assert_eq!(pool.sessions().await, []);
    assert_eq!(memory.running(), 0, "browsers that nobody closed");
    let most = Memory::count(&memory.most_at_once);
    assert!(most <= sessions, "{most} browsers in a pool of {sessions}");
    let left: usize = holders.of.lock().unwrap().values().map(Vec::len).sum();
    assert_eq!(left, 0);
    *holders.grants.lock().unwrap()
}

#[test]
fn leases_come_home_whatever_becomes_of_their_holders() {
    let mut grants = 0;
    for seed in 0..SCHEDULES {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let bounded = async move { timeout(Duration::from_hours(1), run(seed)).await };
        let outcome = runtime.block_on(async { tokio::spawn(bounded).await });
        match outcome {
            Ok(Ok(leases)) => grants += leases,
            Ok(Err(_)) => panic!("schedule {seed} does not end"),
            Err(failed) => panic!("schedule {seed}: {failed}"),
        }
    }
    println!("{SCHEDULES} schedules, {grants} leases");
    assert!(grants > 4 * SCHEDULES, "few got a lease");
}
