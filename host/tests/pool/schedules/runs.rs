//! Ten thousand schedules of the pool's own rules, and as many as it takes of the broken ones.
//!
//! The schedules are the same in every run. `GANTRY_SCHEDULES_SEED` draws others.

use std::cell::Cell;
use std::env;

use gantry::pool::roster::Roster;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

use crate::pool::schedules::broken::{
    EvictsInUse, ForgetsReleases, LosesWaiters, RepliesWithIds, SignsInTwice,
};
use crate::pool::schedules::rules::Rules;
use crate::pool::schedules::steps::{Schedule, schedules};
use crate::pool::schedules::violation::{Rule, Violation};
use crate::pool::schedules::world::{Tally, World};

const SCHEDULES: u32 = 10_000;

/// The smallest schedule that breaks a promise.
#[derive(Debug)]
struct Found {
    schedule: Schedule,
    violation: Violation,
}

fn run<R: Rules>(schedule: &Schedule) -> Result<Tally, Violation> {
    let mut world = World::<R>::of(schedule.sessions);
    for step in &schedule.steps {
        world.step(step)?;
    }
    world.end(schedule.end)?;
    Ok(world.tally)
}

fn seed() -> u64 {
    let given = env::var("GANTRY_SCHEDULES_SEED").ok();
    given.map_or(20_261_124, |seed| seed.parse().expect("a seed is a number"))
}

fn run_all<R: Rules>() -> Result<(u32, Tally), Box<Found>> {
    let mut runner = TestRunner::new(Config {
        cases: SCHEDULES,
        rng_seed: RngSeed::Fixed(seed()),
        failure_persistence: None,
        ..Config::default()
    });
    let all = Cell::new((0, Tally::default()));
    let outcome = runner.run(&schedules(), |schedule| {
        let tally = run::<R>(&schedule);
        let tally = tally.map_err(|broken| TestCaseError::fail(format!("{broken:?}")))?;
        let (count, sum) = all.get();
        all.set((count + 1, sum.plus(tally)));
        Ok(())
    });
    match outcome {
        Ok(()) => Ok(all.get()),
        Err(TestError::Fail(_, schedule)) => {
            let violation = run::<R>(&schedule).expect_err("a schedule repeats itself");
            Err(Box::new(Found {
                schedule,
                violation,
            }))
        }
        Err(TestError::Abort(why)) => panic!("no schedule could be drawn: {why}"),
    }
}

fn must_break<R: Rules>(rule: Rule) {
    let found = run_all::<R>().expect_err("the mistake is found");
    println!("found by {:?}: {:?}", found.schedule, found.violation);
    assert_eq!(found.violation.rule, rule, "{}", found.violation.about);
}

#[test]
fn ten_thousand_schedules_break_no_promise_of_the_pool() {
    match run_all::<Roster>() {
        Ok((count, tally)) => {
            println!("{count} schedules: {tally:?}");
            assert_eq!(count, SCHEDULES);
            assert!(tally.came_by_everything(), "{tally:?}");
        }
        Err(found) => panic!(
            "seed {}: {:?} by {:?}",
            seed(),
            found.violation,
            found.schedule
        ),
    }
}

#[test]
fn a_pool_that_forgets_a_release_is_found() {
    must_break::<ForgetsReleases>(Rule::ReturnsCount);
}

#[test]
fn a_pool_that_closes_a_session_in_use_is_found() {
    must_break::<EvictsInUse>(Rule::NobodyInUseIsTaken);
}

#[test]
fn a_pool_that_signs_in_twice_is_found() {
    must_break::<SignsInTwice>(Rule::OneSignIn);
}

#[test]
fn a_pool_that_loses_a_waiter_is_found() {
    must_break::<LosesWaiters>(Rule::OneAnswer);
}

#[test]
fn a_pool_that_replies_with_ids_is_found() {
    must_break::<RepliesWithIds>(Rule::UndeliveredComesHome);
}
