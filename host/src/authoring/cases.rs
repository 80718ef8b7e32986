//! A case: an input, a portal in memory, and what the component has to make of it. A file `tests/<name>.case.json`.
//!
//! The same for every language: the component is called as it was built, and only the page is another.

use std::fs;
use std::path::Path;

use gantry_mock_page::{Next, Portal};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::authoring::AuthoringError;
use crate::authoring::differences::listed;
use crate::authoring::trial::{Ended, Trial};
use crate::browser::cassette::Outcome;
use crate::browser::in_memory::{InMemory, locator};
use crate::browser::page::Locator;
use crate::plugin::changes;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    input: Value,
    #[serde(default)]
    pages: Vec<Page>,
    /// What follows clicks. Given twice for one locator, the second is for the second click.
    #[serde(default)]
    clicks: Vec<Click>,
    /// Lists that load more when they are scrolled to their end.
    #[serde(default)]
    grows: Vec<Grows>,
    expect: Expected,
}

/// One of `html` and `file`, which is beside the case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    site: String,
    path: String,
    html: Option<String>,
    file: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Click {
    on: Locator,
    then: Then,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Then {
    /// The page goes to one of the pages.
    Goto { site: String, path: String },
    /// What is inside the first match becomes this.
    Inside { of: Locator, html: String },
    /// A native dialog opens.
    Dialog(String),
    /// A file comes, with this text.
    Download { name: String, text: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Grows {
    container: Locator,
    into: Locator,
    batches: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Expected {
    /// The whole output.
    output: Option<Value>,
    /// The code of a failure.
    failure: Option<String>,
    /// How the operation has to say that its effect ended: `confirmed`, `refused`, `unknown`, which an effect that is never settled is as well. Left out: none was begun.
    effect: Option<String>,
}

/// Plays a case, and says what is other than expected.
pub(in crate::authoring) async fn play(
    trial: &Trial,
    file: &Path,
) -> Result<Option<String>, AuthoringError> {
    let wrong = |problem: String| AuthoringError::TestFile {
        file: file.to_owned(),
        problem,
    };
    let text = fs::read_to_string(file).map_err(AuthoringError::io(file))?;
    let case: Case = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let beside = file.parent().unwrap_or(Path::new("."));
    let portal = portal(&case, beside, wrong)?;
    if let Err(problems) = trial.version.validate_input(&case.input) {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        return Ok(Some(format!(
            "the input is not accepted: {}",
            problems.join("; ")
        )));
    }
    let page = Box::new(InMemory::new(portal));
    let ended = trial.call(&case.input, page).await;
    // A crash or a bound is never what a case expects.
    if ended.broke.is_some() {
        return Ok(ended.broke);
    }
    Ok(case.expect.difference(&ended))
}

impl Expected {
    fn difference(&self, ended: &Ended) -> Option<String> {
        let mut expected = json!({ "effect": self.effect });
        if let Some(output) = &self.output {
            expected["output"] = output.clone();
        }
        if let Some(code) = &self.failure {
            expected["failure"] = json!(code);
        }
        let mut told = json!({ "effect": ended.effect });
        let mut words = None;
        match &ended.outcome {
            Outcome::Output(output) => told["output"] = output.clone(),
            // Its words are for people, and not compared.
            Outcome::Failure { code, message } => {
                told["failure"] = json!(code);
                words = Some(message);
            }
        }
        let changes = changes::between(&expected, &told);
        let said = words.map(|words| format!("\nit said: {words}"));
        (!changes.is_empty()).then(|| listed(&changes, "expected") + &said.unwrap_or_default())
    }
}

fn portal(
    case: &Case,
    beside: &Path,
    wrong: impl Fn(String) -> AuthoringError,
) -> Result<Portal, AuthoringError> {
    let mut portal = Portal::new();
    for page in &case.pages {
        let html = match (&page.html, &page.file) {
            (Some(html), None) => html.clone(),
            (None, Some(name)) => {
                let file = beside.join(name);
                fs::read_to_string(&file).map_err(AuthoringError::io(file))?
            }
            _ => {
                return Err(wrong(format!(
                    "`{}` needs either `html` or `file`",
                    page.path
                )));
            }
        };
        portal = portal.page(&page.site, &page.path, html);
    }
    for click in &case.clicks {
        let next = match &click.then {
            Then::Goto { site, path } => Next::page(site, path),
            Then::Inside { of, html } => Next::inside(locator(of), html),
            Then::Dialog(text) => Next::dialog(text),
            Then::Download { name, text } => Next::download(name, text.as_bytes()),
        };
        portal = portal.on_click(locator(&click.on), next);
    }
    for list in &case.grows {
        let (container, into) = (locator(&list.container), locator(&list.into));
        portal = portal.grows(container, into, &list.batches);
    }
    Ok(portal)
}
