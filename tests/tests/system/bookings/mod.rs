//! Bookings under fault: whatever goes wrong while Submit is on its way, the portal's own ledger never has more than one
//! booking of an intent, and no answer contradicts it.
//!
//! The suite plays every fault alone, and every disturbance with the worst of them; `cargo xtask bench --bookings N` plays N trials.

mod counter;
mod trial;

use std::time::Duration;

use futures::future::join_all;

use crate::bookings::counter::Counter;
use crate::bookings::trial::{DISTURBANCES, Disturbance, FAULTS, Fault, Trial};

/// Trials that one account books before the next one does: its list grows with each.
const TRIALS_OF_AN_ACCOUNT: usize = 40;

/// So many trials as asked for, over hosts side by side.
fn wanted() -> Option<usize> {
    std::env::var("GANTRY_BOOKINGS").ok()?.parse().ok()
}

/// All pairs, again and again.
fn pairs() -> impl Iterator<Item = (Fault, Disturbance)> {
    let pairs = FAULTS.into_iter().flat_map(|fault| {
        DISTURBANCES
            .into_iter()
            .map(move |disturbance| (fault, disturbance))
    });
    pairs.collect::<Vec<_>>().into_iter().cycle()
}

/// Plays trials on a host of their own; tells what each came to.
async fn play(worker: usize, trials: Vec<(Fault, Disturbance)>) -> Vec<String> {
    let mut counter = Counter::open(worker).await;
    let mut failed = Vec::new();
    for (number, (fault, disturbance)) in trials.into_iter().enumerate() {
        if number > 0 && number % TRIALS_OF_AN_ACCOUNT == 0 {
            println!("worker {worker}: {number} trials so far: {}", counter.tally);
            counter.next_account().await;
        }
        let trial = Trial {
            fault,
            disturbance,
            number,
        };
        let limit = Duration::from_mins(4);
        let played = tokio::time::timeout(limit, trial.play(&mut counter)).await;
        let verdict = played.unwrap_or_else(|_| Err("it did not end".to_owned()));
        if let Err(why) = verdict {
            println!(
                "FAILED {fault:?} with {disturbance:?}, trial {number} of worker {worker}: {why}"
            );
            failed.push(format!("{fault:?} with {disturbance:?}: {why}"));
            counter.start_over().await;
        }
    }
    println!("worker {worker}: {}", counter.tally);
    counter.close().await;
    failed
}

async fn play_all(trials: Vec<(Fault, Disturbance)>, workers: usize) {
    let count = trials.len();
    let mut shares: Vec<Vec<(Fault, Disturbance)>> = vec![Vec::new(); workers];
    for (number, pair) in trials.into_iter().enumerate() {
        shares[number % workers].push(pair);
    }
    let began = std::time::Instant::now();
    let plays = shares
        .into_iter()
        .enumerate()
        .map(|(worker, share)| tokio::spawn(play(worker, share)));
    let failed: Vec<String> = join_all(plays)
        .await
        .into_iter()
        .flat_map(Result::unwrap)
        .collect();
    println!(
        "{count} trials in {:?}, {} failed",
        began.elapsed(),
        failed.len()
    );
    assert_eq!(failed, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_at_submit_is_told_truthfully_and_booked_at_most_once() {
    let alone = FAULTS.into_iter().map(|fault| (fault, Disturbance::None));
    play_all(alone.collect(), 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_disturbance_is_told_truthfully_and_booked_at_most_once() {
    let unseen = DISTURBANCES
        .into_iter()
        .map(|disturbance| (Fault::CutAfterRecording, disturbance));
    play_all(unseen.collect(), 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "as long as it is asked to be: cargo xtask bench --bookings N"]
async fn as_many_bookings_as_asked_for() {
    let count = wanted().expect("GANTRY_BOOKINGS says how many");
    play_all(pairs().take(count).collect(), 3).await;
}
