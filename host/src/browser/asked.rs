//! The calls of a page as they stand in a cassette: name and arguments, the same for recording and replaying.
//!
//! Time limits are left out: they depend on when a call is made, and in a replay no time passes.

use serde_json::{Value, json};

use crate::browser::cassette::Asked;
use crate::browser::page::{Column, Condition, ElementRef, GrowingList, Locator, ScrollTo};

fn asked(call: &str, with: Value) -> Asked {
    Asked {
        call: call.to_owned(),
        with,
    }
}

pub(crate) fn goto(site: &str, path: &str) -> Asked {
    // The query may be one that the page gave, with keys in it.
    let path = path.split(['?', '#']).next().unwrap_or_default();
    asked("goto", json!({ "site": site, "path": path }))
}

/// A call without arguments.
pub(crate) fn plain(call: &str) -> Asked {
    asked(call, json!({}))
}

pub(crate) fn find(call: &str, scope: Option<&ElementRef>, what: &Locator) -> Asked {
    asked(call, json!({ "in": scope, "what": what }))
}

pub(crate) fn find_visible(what: &Locator) -> Asked {
    asked("find-visible", json!({ "what": what }))
}

pub(crate) fn click(element: &ElementRef, even_guarded: bool) -> Asked {
    asked(
        "click",
        json!({ "element": element, "even_guarded": even_guarded }),
    )
}

pub(crate) fn fill(element: &ElementRef, text: &str) -> Asked {
    asked("fill", json!({ "element": element, "text": text }))
}

pub(crate) fn press(element: &ElementRef, key: &str) -> Asked {
    asked("press", json!({ "element": element, "key": key }))
}

pub(crate) fn choose(element: &ElementRef, option: &str) -> Asked {
    asked("choose", json!({ "element": element, "option": option }))
}

pub(crate) fn sets_off(element: &ElementRef, key: &str) -> Asked {
    asked("sets-off", json!({ "element": element, "key": key }))
}

/// A call about one element.
pub(crate) fn of_element(call: &str, element: &ElementRef) -> Asked {
    asked(call, json!({ "element": element }))
}

pub(crate) fn attribute(element: &ElementRef, name: &str) -> Asked {
    asked("attribute", json!({ "element": element, "name": name }))
}

pub(crate) fn wait(any_of: &[Condition]) -> Asked {
    asked("wait", json!({ "any_of": any_of }))
}

pub(crate) fn read(rows: &Locator, columns: &[Column], start: u32) -> Asked {
    asked(
        "read",
        json!({ "rows": rows, "columns": columns, "start": start }),
    )
}

pub(crate) fn scroll(container: &Locator, to: ScrollTo) -> Asked {
    asked("scroll", json!({ "container": container, "to": to }))
}

pub(crate) fn grow(list: &GrowingList, (known, start): (u32, u32), or_else: &[Condition]) -> Asked {
    asked(
        "grow",
        json!({ "list": list, "known": known, "start": start, "or_else": or_else }),
    )
}

pub(crate) fn answer_dialog(accept: bool) -> Asked {
    asked("answer-dialog", json!({ "accept": accept }))
}

pub(crate) fn evaluate(script: &str, args: &[Value]) -> Asked {
    asked("evaluate", json!({ "script": script, "args": args }))
}
