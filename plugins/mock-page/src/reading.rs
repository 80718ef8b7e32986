//! Reading a list in one go.

use scraper::{ElementRef, Node};

use crate::document::Document;
use crate::error::PageError;
use crate::locate::{self, fold, text_of};
use crate::words::{Column, Locator, Table, Take};

/// All elements that match `rows`, skipping the first `start`.
pub(crate) fn read(
    document: &Document,
    rows: &Locator,
    columns: &[Column],
    start: u32,
) -> Result<Table, PageError> {
    let found = locate::all(document, None, rows)?;
    let taken = found
        .iter()
        .skip(start as usize)
        .filter_map(|row| document.element(*row))
        .map(|row| {
            columns
                .iter()
                .map(|column| taken(document, row, column))
                .collect()
        });
    Ok(Table {
        total: u32::try_from(found.len()).unwrap_or(u32::MAX),
        rows: taken.collect::<Result<_, PageError>>()?,
    })
}

fn taken(
    document: &Document,
    row: ElementRef<'_>,
    column: &Column,
) -> Result<Option<String>, PageError> {
    let found: Vec<ElementRef<'_>> = match &column.at {
        None => vec![row],
        Some(at) => {
            let found = locate::all(document, Some(row.id()), at)?;
            found
                .iter()
                .filter_map(|id| document.element(*id))
                .collect()
        }
    };
    let Some(&first) = found.first() else {
        return Ok(None);
    };
    Ok(match &column.take {
        Take::Text => Some(text_of(first)),
        Take::OwnText => Some(own_text(first)),
        Take::Attribute(name) => first.attr(&name.to_ascii_lowercase()).map(str::to_owned),
        Take::AllText => {
            let texts: Vec<String> = found.into_iter().map(text_of).collect();
            Some(texts.join("\n"))
        }
    })
}

fn own_text(element: ElementRef<'_>) -> String {
    let texts = element.children().filter_map(|child| match child.value() {
        Node::Text(text) => Some(text.to_string()),
        _ => None,
    });
    fold(&texts.collect::<Vec<_>>().join(" "))
}
