//! Addresses, links, and handles on documents that are gone.

use gantry_mock_page::{MockPage, Next, PageError, Portal};

use crate::locators::{at_list, code, css, found, showing, text};

#[test]
fn page_that_went_nowhere_is_at_no_site() {
    let page = MockPage::new(Portal::new());
    assert_eq!(page.location().unwrap().site, None);
}

#[test]
fn path_without_fixture_fails_and_says_which_there_are() {
    let mut page = showing("<p></p>");
    let error = page.goto("containers", "/other").unwrap_err();
    let said = error.to_string();
    assert!(said.contains("https://containers.test/other"), "{said}");
    assert!(said.contains("`/list` of `containers`"), "{said}");
    assert_eq!(code(error), "mock-no-fixture");
    // The page stays where it was.
    assert_eq!(page.location().unwrap().path, "/list");
}

#[test]
fn site_that_the_portal_does_not_have_is_denied() {
    let mut page = showing("<p></p>");
    assert!(matches!(
        page.goto("harbour", "/"),
        Err(PageError::Denied(_))
    ));
    assert!(matches!(
        page.goto("containers", "//elsewhere.test/"),
        Err(PageError::Denied(_))
    ));
}

#[test]
fn link_goes_where_it_leads_and_its_query_is_found_first() {
    let portal = Portal::new()
        .page("containers", "/list", "<a href='?page=2'><b>Next</b></a>")
        .page("containers", "/list?page=2", "<title>Second</title>");
    let mut page = at_list(portal);
    let next = found(&mut page, &text("Next"));
    page.click(next, false).unwrap();
    assert_eq!(page.title().unwrap(), "Second");
    let place = page.location().unwrap();
    assert_eq!(place.url, "https://containers.test/list?page=2");
    assert_eq!(
        (place.site.as_deref(), place.path.as_str()),
        (Some("containers"), "/list")
    );
}

#[test]
fn redirect_ends_where_it_leads() {
    let portal = Portal::new()
        .redirect(("containers", "/list"), ("account", "/login"))
        .page("account", "/login", "<title>Sign in</title>");
    let page = at_list(portal);
    assert_eq!(page.location().unwrap().site.as_deref(), Some("account"));
}

#[test]
fn element_of_a_document_that_is_gone_is_stale() {
    let mut page = showing("<p>One</p>");
    let old = found(&mut page, &css("p"));
    page.goto("containers", "/list").unwrap();
    assert_eq!(page.text(old), Err(PageError::StaleElement));
}

#[test]
fn only_the_part_that_was_replaced_is_stale() {
    let html = "<div><i>Old</i></div><button>Go</button>";
    let portal = Portal::new().page("containers", "/list", html);
    let mut page = at_list(portal.on_click(text("Go"), Next::inside(css("div"), "<i>New</i>")));
    let (old, go) = (found(&mut page, &css("i")), found(&mut page, &text("Go")));
    page.click(go, false).unwrap();
    assert_eq!(page.text(old), Err(PageError::StaleElement));
    assert_eq!(page.text(go).unwrap(), "Go");
}

#[test]
fn open_dialog_stops_everything_until_it_is_answered() {
    let portal = Portal::new().page("containers", "/list", "<button>Ask</button>");
    let mut page = at_list(portal.on_click(text("Ask"), Next::dialog("Sure?")));
    let ask = found(&mut page, &text("Ask"));
    page.click(ask, false).unwrap();
    let open = PageError::DialogOpen("Sure?".to_owned());
    assert_eq!(page.title(), Err(open.clone()));
    assert_eq!(page.goto("containers", "/list"), Err(open));
    assert_eq!(page.answer_dialog(true).as_deref(), Some("Sure?"));
    assert_eq!(page.answer_dialog(true), None);
    assert!(page.title().is_ok());
}
