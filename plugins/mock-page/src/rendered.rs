//! The text as a person reads it: what can be seen, a line for each block.

use scraper::{ElementRef, Node};

use crate::locate::fold;
use crate::visible::is_visible;

const BLOCKS: [&str; 40] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "caption",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "legend",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "thead",
    "tr",
    "ul",
];

/// Close to WebDriver's "Get Element Text"; style sheets are not known.
pub(crate) fn rendered(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    write(element, &mut text);
    let lines = text.split('\n').map(fold).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn write(element: ElementRef<'_>, text: &mut String) {
    let name = element.value().name();
    let between = match name {
        "td" | "th" => " ",
        name if BLOCKS.contains(&name) => "\n",
        _ => "",
    };
    text.push_str(between);
    let is_seen = is_visible(element);
    for child in element.children() {
        match child.value() {
            Node::Text(words) if is_seen => text.push_str(&words.replace('\n', " ")),
            _ => {
                if let Some(child) = ElementRef::wrap(child) {
                    write(child, text);
                }
            }
        }
    }
    text.push_str(between);
}
