//! Waiting for a condition: observed in the page, slice by slice, across navigations.
//!
//! Quietness is the exception: a page cannot see its own open requests, so when it looks quiet, the driver's
//! log is asked. That is what keeps a slow answer from being taken for the end of a list (portal-facts D20).

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::browser::classify::was_navigated_away;
use crate::browser::commands::Commands;
use crate::browser::error::PageError;
use crate::browser::page::Condition;
use crate::browser::requests::Requests;
use crate::browser::sites::Sites;
use crate::config::limits;

/// What one slice of waiting ended with. Neither field: its time was up.
#[derive(Debug, Deserialize)]
struct Seen {
    /// The condition that came true.
    is: Option<usize>,
    /// The condition of quietness that looks true.
    still: Option<usize>,
    /// How many answers the page had seen then.
    #[serde(default)]
    answers: usize,
}

/// Waits until a condition is true and says which.
pub(crate) async fn any(
    commands: &mut Commands,
    requests: &mut Requests,
    sites: &Sites,
    acted_ms: f64,
    any_of: &[Condition],
    timeout: Duration,
) -> Result<usize, PageError> {
    let conditions = in_page(any_of, sites)?;
    let deadline = Instant::now() + timeout;
    let mut silence = limits::SILENCE;
    let mut answers = 0;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let slice = left.min(limits::WAIT_SLICE);
        let seen = look(commands, &conditions, slice, acted_ms, silence, answers).await;
        match seen {
            Ok(Seen { is: Some(index), .. }) => return Ok(index),
            Ok(Seen { still: Some(index), answers: seen, .. }) => {
                let log = commands.post("requests", "se/log", json!({ "type": "performance" })).await?;
                requests.apply(&log);
                if let Some(failed) = requests.failed_since(acted_ms) {
                    return Err(PageError::PortalFailed(failed));
                }
                if requests.open() == 0 {
                    return Ok(index);
                }
                // Not quiet after all. Ask again when something was answered, or at the end of a slice.
                answers = seen;
                silence = limits::WAIT_SLICE;
            }
            Ok(_) => {}
            // Another document now: look there.
            Err(error) if was_navigated_away(&error) => {}
            Err(error) => return Err(error),
        }
        if Instant::now() >= deadline {
            return Err(PageError::TimedOut(wanted(any_of)));
        }
    }
}

async fn look(
    commands: &mut Commands,
    conditions: &Value,
    slice: Duration,
    acted_ms: f64,
    silence: Duration,
    answers: usize,
) -> Result<Seen, PageError> {
    let args = vec![
        conditions.clone(),
        millis(slice).into(),
        acted_ms.into(),
        millis(silence).into(),
        answers.into(),
    ];
    let seen = commands.call_async("wait", "gantry.wait(...arguments)", args, slice).await?;
    serde_json::from_value(seen).map_err(|error| PageError::Protocol(error.to_string()))
}

/// The conditions as `page.js` takes them: sites become origins.
fn in_page(any_of: &[Condition], sites: &Sites) -> Result<Value, PageError> {
    let conditions = any_of.iter().map(|condition| match condition {
        Condition::AtSite { site } => {
            Ok(json!({ "is": "at-site", "origin": sites.origin_text(site)? }))
        }
        other => Ok(json!(other)),
    });
    conditions.collect::<Result<Vec<_>, PageError>>().map(Value::Array)
}

fn wanted(any_of: &[Condition]) -> String {
    let wanted = any_of.iter().map(|condition| format!("{condition:?}")).collect::<Vec<_>>();
    wanted.join(" or ")
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
