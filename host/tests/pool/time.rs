//! What time does to sessions, and what the machine's clock does not.

use std::sync::atomic::Ordering;
use std::time::Duration;

use gantry::config::limits;
use gantry::config::schema::Refresh;
use gantry::model::session::SessionState;
use gantry::pool::entry::Condition;
use gantry::pool::error::LeaseDenied;
use gantry::pool::recall::Reason;
use gantry::refresh::agenda::Agenda;

use crate::pool::memory::{Bench, Memory, account, operation};

const DAY: Duration = Duration::from_hours(24);
const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_steps_by_a_day_changes_nothing() {
    let bench = Bench::of(3);
    for user in ["a", "b", "c"] {
        bench.lease(user).await.finish(Condition::SignedIn);
    }
    bench.look().await;
    bench.pass(Duration::from_mins(1)).await;
    let mut agenda = Agenda::new(&Refresh::default());
    let before = bench.quiet().await;
    assert!(
        before
            .values()
            .all(|quiet| *quiet == Duration::from_mins(1))
    );
    for forward in [true, false, false, true] {
        let step = |wall| if forward { wall + DAY } else { wall - DAY };
        bench.clock.set_wall(step);
        bench.look().await;
        assert_eq!(bench.quiet().await, before);
        assert!(agenda.due(&bench.pool.kept().await, || 0.5).is_empty());
    }
    assert_eq!(Memory::count(&bench.memory.started), 3);
    assert_eq!(Memory::count(&bench.memory.closed), 0);
}

#[tokio::test(start_paused = true)]
async fn a_lease_does_not_become_overdue_by_a_wall_clock_that_steps() {
    let bench = Bench::of(1);
    let held = bench.lease("a").await;
    bench.clock.set_wall(|wall| wall + DAY);
    bench.look().await;
    assert_eq!(held.recall().reason(), None);
    assert_eq!(Memory::count(&bench.memory.killed), 0);
}

#[tokio::test(start_paused = true)]
async fn an_old_browser_is_replaced_only_when_nobody_uses_it() {
    let bench = Bench::of(1);
    bench.lease("a").await.finish(Condition::SignedIn);
    bench.clock.pass(limits::BROWSER_AGE);
    let held = bench.lease("a").await;
    bench.pass(SECOND).await;
    assert_eq!(Memory::count(&bench.memory.closed), 0);
    let id = held.session();
    held.finish(Condition::SignedIn);
    bench.look().await;
    assert_eq!(Memory::count(&bench.memory.started), 2);
    assert_eq!(
        bench.pool.session(id).await.unwrap().state,
        SessionState::Suspect
    );
}

#[tokio::test(start_paused = true)]
async fn a_browser_that_has_served_many_operations_is_replaced() {
    let bench = Bench::of(1);
    for _ in 0..limits::BROWSER_OPERATIONS {
        bench.lease("a").await.finish(Condition::SignedIn);
    }
    bench.look().await;
    assert_eq!(Memory::count(&bench.memory.started), 1);
    bench.lease("a").await.finish(Condition::SignedIn);
    bench.look().await;
    assert_eq!(Memory::count(&bench.memory.started), 2);
}

#[tokio::test(start_paused = true)]
async fn a_browser_that_has_grown_is_replaced_only_when_nobody_uses_it() {
    let bench = Bench::of(1);
    let held = bench.lease("a").await;
    let bytes = &bench.memory.size_bytes;
    bytes.store(limits::BROWSER_MEMORY_BYTES + 1, Ordering::SeqCst);
    bench.look().await;
    assert_eq!(Memory::count(&bench.memory.closed), 0);
    bytes.store(1, Ordering::SeqCst);
    held.finish(Condition::SignedIn);
    bench.look().await;
    // It was measured as too large while it was used; its successor is not.
    assert_eq!(Memory::count(&bench.memory.closed), 1);
    bench.look().await;
    assert_eq!(Memory::count(&bench.memory.closed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_browser_with_many_faults_is_replaced_and_one_with_few_is_not() {
    let bench = Bench::of(1);
    for faults in 1..=3 {
        bench.lease("a").await.finish(Condition::Unknown);
        bench.look().await;
        let expected = if faults < 3 { 1 } else { 2 };
        assert_eq!(Memory::count(&bench.memory.started), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_held_for_too_long_is_called_back_killed_and_at_last_taken_back() {
    let bench = Bench::of(1);
    let held = bench.lease("a").await;
    let longest = operation(SECOND).hold;
    bench.pass(longest).await;
    assert_eq!(held.recall().reason(), None);
    bench.pass(SECOND).await;
    assert_eq!(held.recall().reason(), Some(Reason::Overdue));
    assert_eq!(Memory::count(&bench.memory.killed), 1);
    assert_eq!(Memory::count(&bench.memory.closed), 0);
    bench.pass(limits::RECLAIM + SECOND).await;
    assert_eq!(Memory::count(&bench.memory.closed), 1);
    let next = bench.lease("a").await;
    // The first holder wakes up: nothing happens to the second.
    held.finish(Condition::SignedOut);
    bench.look().await;
    let session = bench.pool.session(next.session()).await.unwrap();
    assert_eq!(session.state, SessionState::Leased);
    assert_eq!(next.recall().reason(), None);
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_comes_home_after_it_was_taken_back_leaves_the_page_of_the_next_browser_alone()
{
    let bench = Bench::of(1);
    bench.lease("a").await.finish(Condition::SignedIn);
    let held = bench.lease("a").await;
    bench.pass(operation(SECOND).hold + SECOND).await;
    bench.pass(limits::RECLAIM + SECOND).await;
    // Its session is kept, and has another browser by now, which nobody has been given yet.
    assert_eq!(Memory::count(&bench.memory.started), 2);
    held.finish(Condition::SignedIn);
    bench.look().await;
    let text = bench.pool.figures().text(&[]);
    for line in [
        "lease_conflicts_prevented_total{kind=\"late_return\"} 1\n",
        "lease_violations_total{kind=\"page_in_two_places\"} 0\n",
        "session_destroyed_total{reason=\"hung\"} 1\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn browsers_that_do_not_start_are_not_tried_for_half_a_minute() {
    let bench = Bench::of(1);
    bench.memory.fails.store(true, Ordering::SeqCst);
    let ask = || bench.pool.lease(account("a"), operation(SECOND));
    for _ in 0..limits::BREAKER_FAILURES {
        let denied = ask().await.err().unwrap();
        assert!(matches!(denied, LeaseDenied::LaunchFailed(_)), "{denied}");
    }
    bench.memory.fails.store(false, Ordering::SeqCst);
    let denied = ask().await.err().unwrap();
    let retry_after = limits::BREAKER_OPEN;
    assert_eq!(denied, LeaseDenied::LaunchesStopped { retry_after });
    bench.clock.set_wall(|wall| wall + DAY);
    assert!(ask().await.is_err());
    bench.clock.pass(limits::BREAKER_OPEN);
    assert!(ask().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_not_to_be_kept_is_refreshed_by_nobody_and_ends_with_its_browser() {
    let bench = Bench::of(2);
    let mut purpose = operation(SECOND);
    purpose.keep_alive = Some(false);
    let once = bench.pool.lease(account("a"), purpose).await.unwrap();
    let id = once.session();
    once.finish(Condition::SignedIn);
    let kept = bench.lease("b").await;
    let kept_id = kept.session();
    kept.finish(Condition::SignedIn);
    let quiet = bench.quiet().await;
    assert_eq!(quiet.keys().collect::<Vec<_>>(), [&kept_id]);
    bench.memory.is_gone.store(true, Ordering::SeqCst);
    bench.look().await;
    bench.memory.is_gone.store(false, Ordering::SeqCst);
    bench.look().await;
    assert!(bench.pool.session(id).await.is_none());
    assert!(bench.pool.session(kept_id).await.is_some());
}
