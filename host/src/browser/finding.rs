//! Finding elements of the document: one round trip each.

use serde_json::{Value, json};

use crate::browser::commands::{Commands, element_json, element_of};
use crate::browser::error::PageError;
use crate::browser::page::{ElementRef, Locator};

/// The first match, in the document or inside an element.
pub(crate) async fn first(
    commands: &mut Commands,
    scope: Option<&ElementRef>,
    what: &Locator,
) -> Result<ElementRef, PageError> {
    let call = "gantry.first(arguments[0], arguments[1] ?? document)";
    let found = commands.call("find", call, scoped(what, scope)).await?;
    element_of(&found).ok_or_else(|| PageError::NoSuchElement(what.clone()))
}

/// All matches, in the document or inside an element.
pub(crate) async fn all(
    commands: &mut Commands,
    scope: Option<&ElementRef>,
    what: &Locator,
) -> Result<Vec<ElementRef>, PageError> {
    let call = "gantry.all(arguments[0], arguments[1] ?? document)";
    let found = commands.call("find-all", call, scoped(what, scope)).await?;
    Ok(elements(&found))
}

/// All matches in the document that a person could see.
pub(crate) async fn visible(
    commands: &mut Commands,
    what: &Locator,
) -> Result<Vec<ElementRef>, PageError> {
    let call = "gantry.all(arguments[0], document).filter(gantry.visible)";
    let found = commands
        .call("find-visible", call, vec![json!(what)])
        .await?;
    Ok(elements(&found))
}

fn elements(found: &Value) -> Vec<ElementRef> {
    let found = found.as_array().into_iter().flatten();
    found.filter_map(element_of).collect()
}

fn scoped(what: &Locator, scope: Option<&ElementRef>) -> Vec<Value> {
    vec![json!(what), scope.map_or(Value::Null, element_json)]
}
