//! Locators, texts and visibility.

use gantry_mock_page::{Locator, PageError};

use crate::locators::{code, css, found, ids, label, showing, text};

#[test]
fn text_finds_the_innermost_element_whose_whole_text_it_is() {
    let mut page =
        showing("<div id=a><p id=b> Port <b id=c>  7 </b></p></div><p id=d>Port 7 west</p>");
    assert_eq!(ids(&mut page, &text(" Port  7 ")), ["b"]);
    assert_eq!(ids(&mut page, &text("7")), ["c"]);
    assert!(ids(&mut page, &text("Port")).is_empty());
}

#[test]
fn label_finds_its_control_in_each_of_the_four_ways() {
    let mut page = showing(
        "<label for=a>By id *</label><input id=a>
         <label>By nesting <select id=b></select></label>
         <input id=c aria-label='By name'>
         <mat-form-field><mat-label>By field</mat-label><div><mat-select id=d></mat-select></div></mat-form-field>",
    );
    for (says, id) in [
        ("By id", "a"),
        ("By nesting", "b"),
        ("By name", "c"),
        ("By field", "d"),
    ] {
        assert_eq!(ids(&mut page, &label(says)), [id], "{says}");
    }
}

#[test]
fn label_of_a_missing_control_takes_what_lies_in_it() {
    let mut page = showing("<label for=gone>Code <input id=a></label>");
    assert_eq!(ids(&mut page, &label("Code")), ["a"]);
}

#[test]
fn css_looks_below_its_scope_and_knows_has_is_and_scope() {
    let mut page = showing("<ul id=a><li id=b><i>1</i></li></ul><ul id=c><li id=d></li></ul>");
    assert_eq!(ids(&mut page, &css("ul:has(i), li:is(#d)")), ["a", "d"]);
    let list = found(&mut page, &css("#c"));
    let inside = page.find_all(Some(list), &css(":scope > li")).unwrap();
    assert_eq!(
        page.attribute(inside[0], "ID").unwrap().as_deref(),
        Some("d")
    );
    assert!(page.find_all(Some(list), &css("ul")).unwrap().is_empty());
}

#[test]
fn matches_come_in_document_order_though_the_page_has_changed() {
    use crate::locators::at_list;
    use gantry_mock_page::{Next, Portal};
    let html = "<button>Load</button><div id=list></div><p id=last></p>";
    let filled = Next::inside(css("#list"), "<p id=first></p>");
    let portal = Portal::new().page("containers", "/list", html);
    let mut page = at_list(portal.on_click(text("Load"), filled));
    let load = found(&mut page, &text("Load"));
    page.click(load, false).unwrap();
    assert_eq!(ids(&mut page, &css("p")), ["first", "last"]);
}

#[test]
fn what_is_in_a_template_is_no_part_of_the_document() {
    let mut page = showing("<template><p id=a>Hidden</p></template><p id=b></p>");
    assert_eq!(ids(&mut page, &css("p")), ["b"]);
}

#[test]
fn xpath_is_refused_and_not_taken_for_nothing() {
    let mut page = showing("<p></p>");
    let what = Locator::Xpath("//p".to_owned());
    assert_eq!(
        code(page.find_all(None, &what).unwrap_err()),
        "mock-unsupported"
    );
}

#[test]
fn selector_that_cannot_be_read_is_an_invalid_argument() {
    let mut page = showing("<p></p>");
    assert_eq!(
        code(page.find_all(None, &css("p:[")).unwrap_err()),
        "invalid-argument"
    );
}

#[test]
fn nothing_found_names_what_was_looked_for() {
    let mut page = showing("<p></p>");
    let missing = PageError::NoSuchElement(css("table"));
    assert_eq!(page.find(None, &css("table")), Err(missing));
    assert!(page.find_all(None, &css("table")).unwrap().is_empty());
}

#[test]
fn only_what_nothing_hides_is_visible() {
    let mut page = showing(
        "<p id=a></p><p id=b hidden></p><div style='Display : NONE'><p id=c></p></div>
         <div style='visibility:hidden'><p id=d></p><p id=e style='visibility:visible'></p></div>
         <dialog><p id=f></p></dialog><details><summary><p id=g></p></summary><p id=h></p></details>
         <p id=i style='display:none; display:block'></p>",
    );
    let visible = page.find_visible(&css("p")).unwrap();
    let visible: Vec<String> = visible
        .into_iter()
        .map(|id| page.attribute(id, "id").unwrap().unwrap())
        .collect();
    assert_eq!(visible, ["a", "e", "g", "i"]);
}

#[test]
fn text_of_an_element_is_what_can_be_seen_a_line_for_each_block() {
    let mut page = showing(
        "<div id=a>One <b>two</b><p>three</p><p hidden>four</p>five<br>six
         <table><tr><td>7</td><td>8</td></tr></table><script>nine</script></div>",
    );
    let element = found(&mut page, &css("#a"));
    assert_eq!(
        page.text(element).unwrap(),
        "One two\nthree\nfive\nsix\n7 8"
    );
}
