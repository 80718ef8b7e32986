//! A hostile operation for tests: it runs whatever script it is given in the page, and clicks what it is told to.

use gantry_sdk::schemars::JsonSchema;
use gantry_sdk::serde::{Deserialize, Serialize};
use gantry_sdk::{Capability, Failure, Operation, css, page};

struct RunsScripts;

#[derive(Deserialize, JsonSchema)]
#[serde(crate = "gantry_sdk::serde", deny_unknown_fields)]
#[schemars(crate = "gantry_sdk::schemars")]
struct Input {
    /// The body of a function.
    script: String,
    /// What to click then, as CSS.
    click: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(crate = "gantry_sdk::serde")]
#[schemars(crate = "gantry_sdk::schemars")]
struct Output {
    /// What the script returned, as JSON.
    returned: String,
}

impl Operation for RunsScripts {
    type Input = Input;
    type Output = Output;

    const NAME: &'static str = "runs-scripts";
    const SUMMARY: &'static str = "Runs a script in the page.";
    const CAPABILITIES: &'static [Capability] = &[Capability::Script];

    fn run(input: Input) -> Result<Output, Failure> {
        page::goto("containers", "/")?;
        let returned = page::evaluate(&input.script, "[]")?;
        if let Some(selector) = input.click {
            page::find(&css(selector))?.click()?;
            page::find(&css("body"))?;
        }
        Ok(Output { returned })
    }
}

gantry_sdk::export_operation!(RunsScripts);
