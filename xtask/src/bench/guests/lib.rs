//! An operation that calls the host as often as it is told to. It measures what a call costs.

use gantry_sdk::schemars::JsonSchema;
use gantry_sdk::serde::{Deserialize, Serialize};
use gantry_sdk::{Failure, Operation, clock};

struct Calls;

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(crate = "gantry_sdk::serde", deny_unknown_fields)]
#[schemars(crate = "gantry_sdk::schemars")]
struct Count {
    /// How often.
    calls: u32,
}

impl Operation for Calls {
    type Input = Count;
    type Output = Count;
    const NAME: &'static str = "calls";
    const SUMMARY: &'static str = "Calls the host.";

    fn run(input: Count) -> Result<Count, Failure> {
        for _ in 0..input.calls {
            clock::now();
        }
        Ok(input)
    }
}

gantry_sdk::export_operation!(Calls);
