//! Controls: what may be typed into, and how a test calls them.

use scraper::ElementRef;

use crate::actions::Target;
use crate::document::Document;
use crate::guard::is_button;
use crate::locate::{fold, is_of_type, label_of, text_of};

/// What WebDriver can clear and type into.
pub(crate) fn takes_text(element: ElementRef<'_>) -> bool {
    let no_text = [
        "button", "checkbox", "file", "hidden", "image", "radio", "reset", "submit",
    ];
    match element.value().name() {
        "input" => !no_text.iter().any(|kind| is_of_type(element, kind)),
        "textarea" => true,
        _ => element
            .attr("contenteditable")
            .is_some_and(|said| said != "false"),
    }
}

/// An element as a test speaks of it.
pub(crate) fn target(document: &Document, element: ElementRef<'_>) -> Target {
    let attribute = |name: &str| {
        let text = element.attr(name).map(fold);
        text.filter(|text| !text.is_empty())
    };
    let is_field = matches!(element.value().name(), "input" | "textarea" | "select");
    let own = || match is_field {
        true if is_button(element) => attribute("value"),
        true => None,
        false => Some(text_of(element)).filter(|text| !text.is_empty()),
    };
    let name = own()
        .or_else(|| label_of(document, element))
        .or_else(|| attribute("aria-label"))
        .or_else(|| attribute("name"))
        .or_else(|| attribute("placeholder"))
        .or_else(|| attribute("title"));
    Target {
        tag: element.value().name().to_owned(),
        id: attribute("id"),
        name: name.unwrap_or_default(),
    }
}

/// Whether this is a key, by its WebDriver name or as one character that writes something.
pub(crate) fn is_key(key: &str) -> bool {
    let named = [
        "Backspace",
        "Tab",
        "Enter",
        "Shift",
        "Control",
        "Alt",
        "Escape",
        "PageUp",
        "PageDown",
        "End",
        "Home",
        "ArrowLeft",
        "ArrowUp",
        "ArrowRight",
        "ArrowDown",
        "Delete",
    ];
    let mut characters = key.chars();
    let writes = |c: char| !c.is_control() && !('\u{E000}'..='\u{E05D}').contains(&c);
    let is_character =
        matches!((characters.next(), characters.next()), (Some(c), None) if writes(c));
    named.contains(&key) || is_character
}
