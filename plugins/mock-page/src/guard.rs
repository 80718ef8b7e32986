//! Guarded elements: buttons and the like whose whole text is one of some words, in whatever case. Follows the host's
//! `page.js`, but for what lies over an element: a document without layout does not tell.

use scraper::ElementRef;

use crate::document::Document;
use crate::locate::{ancestors, fold, is_of_type, text_of};

/// The guarded word that a click on this element would set off.
pub(crate) fn guarded_at(element: ElementRef<'_>, words: &[String]) -> Option<String> {
    ancestors(element)
        .filter(|at| is_button(*at))
        .find_map(|button| {
            let says = match button.value().name() {
                "input" => fold(button.attr("value").unwrap_or_default()),
                _ => text_of(button),
            };
            words
                .iter()
                .find(|word| fold(word).to_lowercase() == says.to_lowercase())
                .cloned()
        })
}

/// The guarded word that this key, typed into the element, would set off: Enter in a field sends its form.
pub(crate) fn sets_off(
    document: &Document,
    element: ElementRef<'_>,
    key: &str,
    words: &[String],
) -> Option<String> {
    guarded_at(element, words).or_else(|| {
        let button = (key == "Enter").then(|| form_button(document, element))??;
        guarded_at(button, words)
    })
}

/// The button that Enter in this control would press.
pub(crate) fn form_button<'a>(
    document: &'a Document,
    element: ElementRef<'a>,
) -> Option<ElementRef<'a>> {
    let controls = [
        "button", "fieldset", "input", "object", "output", "select", "textarea",
    ];
    if !controls.contains(&element.value().name()) {
        return None;
    }
    let is_form = |at: &ElementRef<'_>| at.value().name() == "form";
    let form = match element.attr("form") {
        Some(id) => document.by_id(id).filter(is_form)?,
        None => ancestors(element).find(is_form)?,
    };
    form.descendent_elements().skip(1).find(|at| {
        is_of_type(*at, "submit") || (at.value().name() == "button" && at.attr("type").is_none())
    })
}

/// What a person would call a button.
pub(crate) fn is_button(element: ElementRef<'_>) -> bool {
    let of = |kinds: &[&str]| kinds.iter().any(|kind| is_of_type(element, kind));
    match element.value().name() {
        "button" | "a" => true,
        "input" if of(&["submit", "button", "image"]) => true,
        _ => element.attr("role") == Some("button"),
    }
}
