//! Doing something that cannot be taken back, in the mock portal.

pub use crate::bindings::operation::gantry::automation::effects::{EffectError, Settled};

use crate::native::installed::with;
use crate::native::words;

/// An effect that was begun and is not settled.
#[derive(Debug)]
pub struct Effect(usize);

/// The point of no return. Needs the `submit` grant.
pub fn begin(summary: &str, key: &str, memo: &str) -> Result<Effect, EffectError> {
    with("effects.begin", |backend| {
        backend.call.begin_effect(summary, key, memo)
    })
    .map(Effect)
    .map_err(|error| match error {
        gantry_mock_page::EffectError::Denied(grant) => EffectError::Denied(grant),
        gantry_mock_page::EffectError::Duplicate(which) => EffectError::Duplicate(which),
        gantry_mock_page::EffectError::Other(other) => EffectError::Other(words::problem(other)),
    })
}

/// Says how it ended.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a settled effect is gone, as in a component"
)]
pub fn settle(effect: Effect, outcome: &Settled) {
    let Effect(place) = effect;
    let outcome = match outcome {
        Settled::Confirmed(evidence) => gantry_mock_page::Settled::Confirmed(evidence.clone()),
        Settled::Refused(words) => gantry_mock_page::Settled::Refused(words.clone()),
        Settled::Unknown(why) => gantry_mock_page::Settled::Unknown(why.clone()),
    };
    with("effects.settle", |backend| {
        backend.call.settle(place, outcome);
    });
}
