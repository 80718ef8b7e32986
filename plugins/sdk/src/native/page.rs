//! The one page, over the installed mock portal. The meaning of each function is in `wit/page.wit`.

use gantry_mock_page::{ElementId, MockPage};

pub use crate::bindings::operation::gantry::automation::page::{
    Column, Condition, Counted, GrowingList, Growth, Place, ScrollTo, Scrolled, Table, Take,
};

use crate::native::installed::with;
use crate::native::words;
use crate::{ArtifactId, Locator, PageError};

/// An element of the current document. It ends with the document, or when the page removes it.
#[derive(Debug)]
pub struct Element(pub(in crate::native) ElementId);

impl Element {
    /// Clicks it.
    ///
    /// # Errors
    /// `not-interactable` if it is hidden or disabled; `denied` if it is guarded.
    pub fn click(&self) -> Result<(), PageError> {
        with("element.click", |backend| backend.call.click(self.0)).map_err(words::error)
    }

    /// Clears a text control, then types `text`.
    pub fn fill(&self, text: &str) -> Result<(), PageError> {
        with("element.fill", |backend| backend.call.fill(self.0, text)).map_err(words::error)
    }

    /// Presses one key on the element.
    pub fn press(&self, key: &str) -> Result<(), PageError> {
        with("element.press", |backend| backend.call.press(self.0, key)).map_err(words::error)
    }

    /// Chooses the option with exactly this text in a native `select`.
    pub fn choose(&self, choice: &str) -> Result<(), PageError> {
        on_page("element.choose", |page| page.choose(self.0, choice))
    }

    /// The rendered text.
    pub fn text(&self) -> Result<String, PageError> {
        on_page("element.text", |page| page.text(self.0))
    }

    /// The value of an attribute, or none if the element does not have it.
    pub fn attribute(&self, name: &str) -> Result<Option<String>, PageError> {
        on_page("element.attribute", |page| page.attribute(self.0, name))
    }

    /// Whether a person could see it.
    pub fn is_visible(&self) -> Result<bool, PageError> {
        on_page("element.is-visible", |page| page.is_visible(self.0))
    }

    /// The first match inside this element.
    pub fn find(&self, what: &Locator) -> Result<Element, PageError> {
        let what = words::locator(what);
        on_page("element.find", |page| page.find(Some(self.0), &what)).map(Element)
    }

    /// All matches inside this element; an empty list is no error.
    pub fn find_all(&self, what: &Locator) -> Result<Vec<Element>, PageError> {
        let what = words::locator(what);
        on_page("element.find-all", |page| {
            page.find_all(Some(self.0), &what)
        })
        .map(elements)
    }
}

/// Goes to a path of one of the portal's sites.
pub fn goto(site: &str, path: &str) -> Result<(), PageError> {
    on_page("page.goto", |page| page.goto(site, path))
}

/// Where the page is now.
pub fn location() -> Result<Place, PageError> {
    on_page("page.location", |page| page.location()).map(|place| Place {
        url: place.url,
        site: place.site,
        path: place.path,
    })
}

/// The document's title.
pub fn title() -> Result<String, PageError> {
    on_page("page.title", |page| page.title())
}

/// The first match in the document.
pub fn find(what: &Locator) -> Result<Element, PageError> {
    let what = words::locator(what);
    on_page("page.find", |page| page.find(None, &what)).map(Element)
}

/// All matches in the document; an empty list is no error.
pub fn find_all(what: &Locator) -> Result<Vec<Element>, PageError> {
    let what = words::locator(what);
    on_page("page.find-all", |page| page.find_all(None, &what)).map(elements)
}

/// All matches in the document that a person could see.
pub fn find_visible(what: &Locator) -> Result<Vec<Element>, PageError> {
    let what = words::locator(what);
    on_page("page.find-visible", |page| page.find_visible(&what)).map(elements)
}

/// Which of the conditions is true. The mock portal does not wait: none of them would come true by itself.
pub fn wait(any_of: &[Condition], _timeout_ms: u32) -> Result<u32, PageError> {
    let any_of = words::conditions(any_of);
    on_page("page.wait", |page| page.wait(&any_of))
}

/// Reads a list.
pub fn read(rows: &Locator, columns: &[Column], start: u32) -> Result<Table, PageError> {
    let (rows, columns) = (words::locator(rows), words::columns(columns));
    on_page("page.read", |page| page.read(&rows, &columns, start)).map(words::table)
}

/// Scrolls the first element that matches.
pub fn scroll(container: &Locator, to: ScrollTo) -> Result<Scrolled, PageError> {
    let (container, to) = (words::locator(container), words::scroll_to(to));
    on_page("page.scroll", |page| page.scroll(&container, to)).map(words::scrolled)
}

/// Whether a list has more than `known` rows, or another condition is true; if it grew, scrolls and reads it.
pub fn grow(
    what: &GrowingList,
    known: u32,
    start: u32,
    or_else: &[Condition],
    _timeout_ms: u32,
) -> Result<Growth, PageError> {
    let (list, or_else) = (words::growing_list(what), words::conditions(or_else));
    on_page("page.grow", |page| {
        page.grow(&list, (known, start), &or_else)
    })
    .map(words::growth)
}

/// Keeps a picture as an artifact: in the mock, one grey pixel.
pub fn screenshot(name: &str) -> Result<ArtifactId, PageError> {
    with("page.screenshot", |backend| backend.call.screenshot(name)).map_err(words::error)
}

/// Answers an open native dialog. Returns its text; none if no dialog is open.
pub fn answer_dialog(accept: bool) -> Result<Option<String>, PageError> {
    on_page("page.answer-dialog", |page| Ok(page.answer_dialog(accept)))
}

/// What the test says that a script answers. Needs the `script` grant.
pub fn evaluate(script: &str, args_json: &str) -> Result<String, PageError> {
    with("page.evaluate", |backend| {
        // The grant is looked at first, as the host does.
        backend.call.may_evaluate().map_err(words::error)?;
        serde_json::from_str::<Vec<serde_json::Value>>(args_json).map_err(|error| {
            let message = format!("`args-json` has to be a JSON array: {error}");
            PageError::Other(words::invalid("invalid-argument", message))
        })?;
        let answer = backend.call.evaluate(script, args_json);
        answer.map_err(words::error)
    })
}

#[track_caller]
fn on_page<T>(
    name: &str,
    work: impl FnOnce(&mut MockPage) -> Result<T, gantry_mock_page::PageError>,
) -> Result<T, PageError> {
    with(name, |backend| work(backend.call.page())).map_err(words::error)
}

fn elements(ids: Vec<ElementId>) -> Vec<Element> {
    ids.into_iter().map(Element).collect()
}
