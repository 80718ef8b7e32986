//! Reading as much of the list as was asked for.
//!
//! Owns: when there is enough. How the list is walked is in `container_list`.

use container_list::step::{Ended, Pace, Step};
use container_list::walk::Walk;
use emodal::layout::Layout;
use emodal::list::Collected;
use gantry_sdk::{Failure, progress};

use crate::request::Goal;
use crate::response::StoppedReason;

/// What was read, and why it ended.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) collected: Collected,
    pub(crate) batches: u32,
    pub(crate) stopped_reason: StoppedReason,
}

/// Reads on until the goal or the end.
///
/// # Errors
/// `signed-out`, `layout-changed`, or whatever the page fails with.
pub(crate) fn read_list(goal: &Goal, layout: &Layout) -> Result<Reading, Failure> {
    let pace = if *goal == Goal::All {
        Pace::Ahead
    } else {
        Pace::Looking
    };
    let mut walk = Walk::new(layout, pace);
    let stopped_reason = loop {
        let step = walk.step()?;
        report(goal, walk.collected());
        if let Some(reason) = goal.reached(walk.collected()) {
            break reason;
        }
        if let Step::Ended(ended) = step {
            break stopped(ended);
        }
    };
    let (collected, batches) = walk.into_parts();
    Ok(Reading {
        collected,
        batches,
        stopped_reason,
    })
}

fn stopped(ended: Ended) -> StoppedReason {
    match ended {
        Ended::EndOfList => StoppedReason::EndOfList,
        Ended::Stalled => StoppedReason::Stalled,
        Ended::Deadline => StoppedReason::Deadline,
    }
}

fn report(goal: &Goal, collected: &Collected) {
    let done = u32::try_from(collected.containers().len()).unwrap_or(u32::MAX);
    let total = match goal {
        Goal::Count(count) => Some(*count),
        Goal::All | Goal::Container(_) | Goal::FirstPage => None,
    };
    progress::report(
        "containers",
        total.map_or(done, |total| done.min(total)),
        total,
    );
}
