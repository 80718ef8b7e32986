//! Locators over a static document; their meaning is in `wit/types.wit`, and this follows the host's `page.js`.

use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node, Selector};

use crate::document::Document;
use crate::error::{PageError, Problem};
use crate::words::Locator;

/// All matches below a scope (the document, if none), in document order.
pub(crate) fn all(
    document: &Document,
    scope: Option<NodeId>,
    what: &Locator,
) -> Result<Vec<NodeId>, PageError> {
    let scope = match scope {
        None => document.root(),
        Some(id) => *document.element(id).ok_or(PageError::StaleElement)?,
    };
    match what {
        Locator::Css(selector) => by_selector(scope, selector),
        Locator::Text(text) => Ok(with_text(scope, &fold(text))),
        Locator::Label(text) => Ok(labelled(document, scope, &fold(text))),
        Locator::Xpath(expression) => Err(Problem::unsupported(format!(
            "the mock page has no XPath, so `{expression}` finds nothing here: use a CSS selector, or compare texts"
        ))
        .into()),
    }
}

/// White space as a person reads it.
pub(crate) fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text as written in the document, folded.
pub(crate) fn text_of(element: ElementRef<'_>) -> String {
    fold(&element.text().collect::<String>())
}

fn below(scope: NodeRef<'_, Node>) -> impl Iterator<Item = ElementRef<'_>> {
    scope.descendants().skip(1).filter_map(ElementRef::wrap)
}

fn by_selector(scope: NodeRef<'_, Node>, text: &str) -> Result<Vec<NodeId>, PageError> {
    let selector = Selector::parse(text).map_err(|error| {
        let message =
            format!("the mock page cannot read the selector `{text}` (a browser may): {error}");
        Problem::new("invalid-argument", message)
    })?;
    let within = ElementRef::wrap(scope);
    Ok(below(scope)
        .filter(|element| selector.matches_with_scope(element, within))
        .map(|element| element.id())
        .collect())
}

fn with_text(scope: NodeRef<'_, Node>, text: &str) -> Vec<NodeId> {
    let says = |element: ElementRef<'_>| text_of(element) == text;
    below(scope)
        .filter(|&element| says(element) && !element.child_elements().any(says))
        .map(|element| element.id())
        .collect()
}

fn labelled(document: &Document, scope: NodeRef<'_, Node>, text: &str) -> Vec<NodeId> {
    let mut found: Vec<NodeId> = Vec::new();
    let by_labels = below(scope)
        .filter(|label| is_label(*label) && caption(*label) == text)
        .filter_map(|label| control_of(document, label));
    let by_names = below(scope)
        .filter(|element| element.attr("aria-label").map(fold).as_deref() == Some(text));
    for control in by_labels.chain(by_names) {
        if !found.contains(&control.id()) {
            found.push(control.id());
        }
    }
    found
}

/// What the label of a control says.
pub(crate) fn label_of(document: &Document, control: ElementRef<'_>) -> Option<String> {
    document
        .elements()
        .filter(|element| is_label(*element))
        .find(|label| control_of(document, *label).is_some_and(|of| of.id() == control.id()))
        .map(caption)
}

fn is_label(element: ElementRef<'_>) -> bool {
    matches!(element.value().name(), "label" | "mat-label")
}

/// A label's text, without the mark of a field that is required.
fn caption(label: ElementRef<'_>) -> String {
    let text = text_of(label);
    match text.strip_suffix('*') {
        Some(text) => text.trim_end().to_owned(),
        None => text,
    }
}

fn control_of<'a>(document: &'a Document, label: ElementRef<'a>) -> Option<ElementRef<'a>> {
    let own = || below(*label).find(|element| is_control(*element));
    let in_field = || {
        let field = ancestors(label).find(|element| element.value().name() == "mat-form-field")?;
        below(*field).find(|element| is_control(*element))
    };
    labels_control(document, label)
        .or_else(own)
        .or_else(in_field)
}

/// `HTMLLabelElement.control`.
fn labels_control<'a>(document: &'a Document, label: ElementRef<'a>) -> Option<ElementRef<'a>> {
    if label.value().name() != "label" {
        return None;
    }
    match label.attr("for") {
        Some(id) => document.by_id(id).filter(|element| is_labelable(*element)),
        None => below(*label).find(|element| is_labelable(*element)),
    }
}

fn is_labelable(element: ElementRef<'_>) -> bool {
    match element.value().name() {
        "input" => !is_of_type(element, "hidden"),
        name => matches!(
            name,
            "button" | "meter" | "output" | "progress" | "select" | "textarea"
        ),
    }
}

fn is_control(element: ElementRef<'_>) -> bool {
    let by_role = || matches!(element.attr("role"), Some("combobox" | "listbox"));
    let name = element.value().name();
    matches!(
        name,
        "input" | "textarea" | "select" | "button" | "mat-select"
    ) || by_role()
}

/// Whether `type` says this.
pub(crate) fn is_of_type(element: ElementRef<'_>, kind: &str) -> bool {
    element
        .attr("type")
        .is_some_and(|said| said.eq_ignore_ascii_case(kind))
}

/// The element and what it lies in, innermost first.
pub(crate) fn ancestors(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap))
}
