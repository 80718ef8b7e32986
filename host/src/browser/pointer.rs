//! The pointer: one click, as WebDriver's "Perform Actions" takes it (WebDriver §17.5).
//!
//! "Element Click" would do the looking too, in several round trips of the driver's own to the page: it takes three times
//! as long. What it looks at is looked at in `page.js`, before anything moves.

use serde::Deserialize;
use serde_json::json;

use crate::browser::commands::{Commands, element_json};
use crate::browser::error::PageError;
use crate::browser::page::ElementRef;
use crate::config::limits;

/// Where a click reaches an element, in pixels of the window's inside.
pub(crate) type At = (i32, i32);

/// What stands in the way of a click.
pub(crate) enum Approached {
    /// Nothing.
    At(At),
    /// It would set off the guarded element with this text.
    Guarded(String),
}

#[derive(Deserialize)]
struct Looked {
    at: Option<At>,
    guarded: Option<String>,
}

/// Brings an element to where a click reaches it.
pub(crate) async fn approach(
    commands: &mut Commands,
    element: &ElementRef,
    guarded: &[String],
    even_guarded: bool,
) -> Result<Approached, PageError> {
    let call = "gantry.approach(...arguments)";
    let patience = limits::COVERED;
    let args = vec![
        element_json(element),
        json!(guarded),
        json!(even_guarded),
        json!(patience.as_secs_f64() * 1000.0),
    ];
    let looked = commands
        .call_async("approach", call, args, patience)
        .await?;
    let unexpected = |what: String| PageError::Protocol(what);
    match serde_json::from_value(looked).map_err(|error| unexpected(error.to_string()))? {
        Looked {
            guarded: Some(text),
            ..
        } if !even_guarded => Ok(Approached::Guarded(text)),
        Looked { at: Some(at), .. } => Ok(Approached::At(at)),
        Looked { at: None, .. } => Err(unexpected("an element without a place".to_owned())),
    }
}

/// Clicks there with the left button.
pub(crate) async fn click(commands: &mut Commands, (x, y): At) -> Result<(), PageError> {
    let body = json!({ "actions": [{
        "type": "pointer",
        "id": "mouse",
        "parameters": { "pointerType": "mouse" },
        "actions": [
            { "type": "pointerMove", "origin": "viewport", "x": x, "y": y, "duration": 0 },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ],
    }] });
    commands.post("click", "actions", body).await.map(drop)
}
