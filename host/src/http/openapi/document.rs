//! The document: of the routes, and of this moment.

use serde_json::{Value, json};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder};

use crate::dispatch::handle::Dispatch;
use crate::http::access::needs::SCHEME;
use crate::http::compat::refusal::EarlierRefusal;
use crate::http::openapi::answers::{Problem, problem};
use crate::http::openapi::operations;

const ABOUT: &str = "Runs operations on signed-in sessions of the portal. Errors are problems (RFC 9457) with a stable \
                     `code`, whether a repetition may help (`retryable`), and what was done (`executed`).";

/// What every route that asks who calls may answer beside its own.
const OF_ALL: [(&str, &str); 5] = [
    (
        "401",
        "Who asks does not show a token, or one that nobody has.",
    ),
    (
        "403",
        "The token does not have the scope that this needs, or may not use this account.",
    ),
    (
        "429",
        "Too much is asked for at once; nothing was done. `Retry-After` says when to come back.",
    ),
    ("500", "The host met an error of its own; its log has more."),
    (
        "503",
        "The host cannot serve it now. `Retry-After` says when to come back.",
    ),
];

/// What the routes' descriptions are put into.
#[must_use]
pub fn frame() -> OpenApi {
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token of `gantry token new`. On the host's own machine none is needed, unless it is configured so."))
        .build();
    let components = ComponentsBuilder::new()
        .schema_from::<Problem>()
        .schema_from::<EarlierRefusal>()
        .security_scheme(SCHEME, SecurityScheme::Http(token))
        .build();
    let info = InfoBuilder::new()
        .title("Gantry")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .build();
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .build()
}

/// The document of the routes, as it is written.
#[must_use]
pub fn of_routes(routes: &OpenApi) -> Value {
    let mut document = serde_json::to_value(routes).expect("the document serialises");
    let paths = document["paths"]
        .as_object_mut()
        .expect("paths are an object");
    // A path that goes on has one name in the router and another in OpenAPI.
    let names: Vec<String> = paths
        .keys()
        .filter(|path| path.contains("{*"))
        .cloned()
        .collect();
    for name in names {
        let item = paths.remove(&name).expect("it was just seen");
        paths.insert(name.replace("{*", "{"), item);
    }
    for operation in operations_of(&mut document) {
        complete(operation);
    }
    document
}

/// The document of this moment: the operations are those that are served, and a host that asks for no token says so.
#[must_use]
pub fn now(of_routes: &Value, dispatch: &Dispatch) -> Value {
    let mut document = of_routes.clone();
    operations::unfold(&mut document, dispatch);
    if !dispatch.needs_tokens() {
        for operation in operations_of(&mut document) {
            let needs = operation["security"].as_array_mut();
            let needs = needs.expect("each route says what it needs");
            needs.insert(0, json!({}));
        }
    }
    document
}

fn operations_of(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut();
    let items = paths.expect("paths are an object").values_mut();
    items.flat_map(|item| {
        let item = item.as_object_mut().expect("an item is an object");
        item.values_mut()
    })
}

fn parameters_of(operation: &mut Value) -> impl Iterator<Item = &mut Value> {
    let parameters = operation.get_mut("parameters");
    let parameters = parameters.and_then(Value::as_array_mut);
    parameters.into_iter().flatten()
}

/// Gives an operation a name of its own (`sessions.show`), and adds what every route may answer that asks who calls.
fn complete(operation: &mut Value) {
    let words = |value: &Value| value.as_str().unwrap_or_default().replace(' ', "-");
    let (tag, name) = (
        words(&operation["tags"][0]),
        words(&operation["operationId"]),
    );
    operation["operationId"] = json!(format!("{tag}.{name}"));
    for parameter in parameters_of(operation) {
        // One that may be left out is not there then; no query and no header can be null.
        if let Some(kinds) = parameter["schema"]["type"].as_array_mut() {
            kinds.retain(|kind| kind != "null");
        }
    }
    if operation["security"] == json!([{}]) {
        return;
    }
    let responses = &mut operation["responses"];
    for (status, words) in OF_ALL {
        if responses.get(status).is_none() {
            responses[status] =
                serde_json::to_value(problem(words)).expect("a response serialises");
        }
    }
}
