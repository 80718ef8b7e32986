//! The matrix itself: every fault of the table at every place where it can happen, in real Chromium. The suite strikes at
//! the page that an operation opens, in the middle of its list, and in a keep-alive; `cargo xtask test --long` at all others.
//!
//! `GANTRY_FAULT=Expiry` strikes with one of them only.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures::FutureExt;
use gantry_portal::{Account, Latencies, PortalConfig};

use crate::faults::table::{Fault, LAST_BATCH, Line, Place, TABLE};
use crate::faults::trial::Scene;
use crate::office::Office;
use crate::pace::paced_ms;

/// Rows of a batch; the list has as many as fill all batches but the last.
const BATCH: usize = 40;

async fn office() -> Office {
    let portal = PortalConfig {
        accounts: Account::invented(2 * TABLE.len() + 1),
        containers: BATCH * LAST_BATCH,
        batch_size: BATCH,
        duplicate_edges: false,
        // Long enough to be struck at each step.
        latencies: Latencies {
            page_ms: 150,
            batch_ms: 150,
            ..Latencies::none()
        },
        ..PortalConfig::quick()
    };
    Office::open(portal, |config| {
        // Commands that hang are found quickly.
        config.limits.command_ms = paced_ms(3_000);
        config.limits.navigate_ms = paced_ms(4_000);
        // Less than a list waits for one batch.
        config.limits.run_read_ms = paced_ms(15_000).min(75_000);
    })
    .await
}

/// What became of all trials.
#[derive(Default)]
struct Tally {
    trials: usize,
    failed: Vec<String>,
    slowest: Duration,
}

/// Strikes at all these places with all faults that can happen there. A trial that fails does not keep the others
/// from being made.
async fn strike_all(places: &[Place]) {
    let began = Instant::now();
    let office = office().await;
    let mut tally = Tally::default();
    let only = std::env::var("GANTRY_FAULT").ok();
    let wanted = |line: &Line| {
        only.as_ref()
            .is_none_or(|only| *only == format!("{:?}", line.fault))
    };
    let lines = TABLE.iter().enumerate().filter(|(_, line)| wanted(line));
    for (number, line) in lines {
        // Each fault has a fresh session, and so has every second keep-alive that signs in: what nobody
        // asked for signs in three times an hour.
        for (half, places) in places.chunks(per_session(line, places)).enumerate() {
            let account = office.account(1 + 2 * number + half);
            strike_session(&office, &account, line, places, &mut tally).await;
        }
    }
    println!(
        "{} trials in {:.0?}; the slowest next operation took {:.1?}",
        tally.trials,
        began.elapsed(),
        tally.slowest
    );
    assert!(tally.failed.is_empty(), "failed: {:#?}", tally.failed);
    office.close().await;
}

async fn strike_session(
    office: &Office,
    account: &Account,
    line: &Line,
    places: &[Place],
    tally: &mut Tally,
) {
    let mut signed_in = None;
    for place in places.iter().filter(|place| line.at(**place).is_some()) {
        let scene = signed_in.take();
        let trial = AssertUnwindSafe(async {
            let scene = match scene {
                Some(scene) => scene,
                None => Scene::open(office, account.clone(), office.account(0)).await,
            };
            let figures = scene.strike(line, *place).await;
            (scene, figures)
        });
        tally.trials += 1;
        if let Ok((scene, figures)) = trial.catch_unwind().await {
            tally.slowest = tally.slowest.max(figures.ready);
            signed_in = Some(scene);
        } else {
            office.portal.clear_faults();
            tally.failed.push(format!("{:?} at {place:?}", line.fault));
        }
    }
    if let Some(scene) = signed_in {
        scene.close().await;
    }
}

fn per_session(line: &Line, places: &[Place]) -> usize {
    let signs_in_unasked = line.fault == Fault::Expiry && matches!(places[0], Place::Site(_));
    if signs_in_unasked { 2 } else { places.len() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_as_an_operation_begins_ends_as_the_table_says_and_disturbs_nobody() {
    strike_all(&[Place::Page]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_in_the_middle_of_an_operation_ends_as_the_table_says_and_disturbs_nobody() {
    strike_all(&[Place::Batch(3)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_in_a_keep_alive_ends_as_the_table_says_and_disturbs_nobody() {
    strike_all(&[Place::Site(1)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes long: cargo xtask test --long"]
async fn a_fault_as_a_session_is_lent_ends_as_the_table_says_and_disturbs_nobody() {
    strike_all(&[Place::Lease]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes long: cargo xtask test --long"]
async fn a_fault_while_a_session_is_idle_is_not_noticed_by_the_next_operation() {
    strike_all(&[Place::Idle]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes long: cargo xtask test --long"]
async fn a_fault_at_any_other_batch_of_an_operation_ends_as_the_table_says_and_disturbs_nobody() {
    strike_all(&[Place::Batch(1), Place::Batch(LAST_BATCH)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes long: cargo xtask test --long"]
async fn a_fault_at_the_first_page_of_a_keep_alive_ends_as_the_table_says_and_disturbs_nobody() {
    strike_all(&[Place::Site(0)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes long: cargo xtask test --long"]
async fn a_fault_at_a_later_page_of_a_keep_alive_ends_as_the_table_says_and_disturbs_nobody() {
    strike_all(&[Place::Site(2), Place::Site(3)]).await;
}
