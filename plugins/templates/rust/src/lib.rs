//! An operation for Gantry: tells the title of one page.

use gantry_sdk::schemars::JsonSchema;
use gantry_sdk::serde::{Deserialize, Serialize};
use gantry_sdk::{Failure, Operation, page};

struct PageTitle;

#[derive(Deserialize, JsonSchema)]
#[serde(crate = "gantry_sdk::serde", deny_unknown_fields)]
#[schemars(crate = "gantry_sdk::schemars")]
#[schemars(extend("examples" = [{"path": "/containers"}]))]
struct Input {
    /// The path on the containers site.
    path: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(crate = "gantry_sdk::serde")]
#[schemars(crate = "gantry_sdk::schemars")]
struct Output {
    /// The document's title.
    title: String,
}

impl Operation for PageTitle {
    type Input = Input;
    type Output = Output;
    const NAME: &'static str = "page-title";
    const SUMMARY: &'static str = "Tells the title of one page.";

    fn run(input: Input) -> Result<Output, Failure> {
        page::goto("containers", &input.path)?;
        Ok(Output {
            title: page::title()?,
        })
    }
}

gantry_sdk::export_operation!(PageTitle);

#[cfg(test)]
mod tests {
    use gantry_sdk::mock::Portal;
    use gantry_sdk::serde_json::json;

    use crate::PageTitle;

    #[test]
    fn the_title_of_the_page_is_told() {
        let portal = Portal::new().page("containers", "/containers", "<title>Port Manager</title>");
        let output = portal.run::<PageTitle>(&json!({ "path": "/containers" }));
        assert_eq!(output.unwrap(), json!({ "title": "Port Manager" }));
    }
}
