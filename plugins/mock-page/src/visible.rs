//! What a person could see and use, as far as a document without style sheets tells.

use scraper::ElementRef;

use crate::locate::{ancestors, is_of_type};

/// Not seen: what lies in `hidden`, in an inline `display: none` or `visibility: hidden`, in a closed `dialog` or `details`,
/// and what is never shown, such as a script.
pub(crate) fn is_visible(element: ElementRef<'_>) -> bool {
    let is_shown = ancestors(element).all(|at| !is_hidden(at) && !is_folded_away(element, at));
    let visibility = ancestors(element).find_map(|at| declared(at, "visibility"));
    is_shown && !matches!(visibility.as_deref(), Some("hidden" | "collapse"))
}

/// `:disabled`: the control itself, or all controls of its field set.
pub(crate) fn is_disabled(element: ElementRef<'_>) -> bool {
    let can_be = [
        "button", "input", "select", "textarea", "option", "optgroup", "fieldset",
    ];
    let is_off = |at: ElementRef<'_>| at.attr("disabled").is_some();
    if !can_be.contains(&element.value().name()) {
        return false;
    }
    is_off(element)
        || ancestors(element)
            .skip(1)
            .any(|at| match at.value().name() {
                "fieldset" => is_off(at) && !is_in_first(element, at, "legend"),
                "optgroup" => is_off(at),
                _ => false,
            })
}

/// Seen, and neither disabled nor marked so for a screen reader.
pub(crate) fn is_enabled(element: ElementRef<'_>) -> bool {
    !is_disabled(element) && element.attr("aria-disabled") != Some("true")
}

fn is_hidden(at: ElementRef<'_>) -> bool {
    let never = [
        "head", "script", "style", "template", "noscript", "title", "meta", "link",
    ];
    let name = at.value().name();
    never.contains(&name)
        || (name == "dialog" && at.attr("open").is_none())
        || (name == "input" && is_of_type(at, "hidden"))
        || at.attr("hidden").is_some()
        || declared(at, "display").as_deref() == Some("none")
}

fn is_folded_away(element: ElementRef<'_>, at: ElementRef<'_>) -> bool {
    at.value().name() == "details"
        && at.attr("open").is_none()
        && element != at
        && !is_in_first(element, at, "summary")
}

/// Whether the element lies in the first child of that name.
fn is_in_first(element: ElementRef<'_>, of: ElementRef<'_>, name: &str) -> bool {
    of.child_elements()
        .find(|child| child.value().name() == name)
        .is_some_and(|first| ancestors(element).any(|at| at == first))
}

/// What an inline style says of a property; the last word counts.
fn declared(element: ElementRef<'_>, property: &str) -> Option<String> {
    let style = element.attr("style")?;
    style
        .split(';')
        .filter_map(|declaration| declaration.split_once(':'))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case(property))
        .map(|(_, value)| value.replace("!important", "").trim().to_ascii_lowercase())
        .next_back()
}
