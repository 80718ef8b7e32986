//! Short ways to write a locator, and pages to try them on.

use gantry_mock_page::{ElementId, Locator, MockPage, PageError, Portal};

pub(crate) fn css(selector: &str) -> Locator {
    Locator::Css(selector.to_owned())
}

pub(crate) fn text(whole: &str) -> Locator {
    Locator::Text(whole.to_owned())
}

pub(crate) fn label(of: &str) -> Locator {
    Locator::Label(of.to_owned())
}

/// A page that shows this.
pub(crate) fn showing(html: &str) -> MockPage {
    at_list(Portal::new().page("containers", "/list", html))
}

/// A page of a portal, at `/list`.
pub(crate) fn at_list(portal: Portal) -> MockPage {
    let mut page = MockPage::new(portal);
    page.goto("containers", "/list").unwrap();
    page
}

pub(crate) fn found(page: &mut MockPage, what: &Locator) -> ElementId {
    page.find(None, what).unwrap()
}

/// The `id`s of all matches.
pub(crate) fn ids(page: &mut MockPage, what: &Locator) -> Vec<String> {
    let found = page.find_all(None, what).unwrap();
    let ids = found
        .into_iter()
        .map(|id| page.attribute(id, "id").unwrap());
    ids.map(Option::unwrap_or_default).collect()
}

pub(crate) fn code(error: PageError) -> &'static str {
    match error {
        PageError::Other(problem) => problem.code,
        other => panic!("{other} has no code"),
    }
}
