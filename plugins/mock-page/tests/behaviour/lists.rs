//! Reading, waiting, scrolling and growing.

use gantry_mock_page::{
    Column, Condition, GrowingList, Growth, Locator, MockPage, PageError, Portal, ScrollTo, Take,
};

use crate::locators::{at_list, css, showing, text};

fn column(at: Option<Locator>, take: Take) -> Column {
    Column { at, take }
}

/// A list of two rows that has a third and a fourth to come.
fn growing() -> MockPage {
    let portal = Portal::new()
        .page(
            "containers",
            "/list",
            "<div id=box><table><tbody><tr><td>1</td></tr><tr><td>2</td></tr></tbody></table></div>",
        )
        .grows(css("#box"), css("tbody"), ["<tr><td>3</td></tr>", "<tr><td>4</td></tr>"]);
    at_list(portal)
}

fn list() -> GrowingList {
    GrowingList {
        rows: css("tr"),
        columns: vec![column(None, Take::Text)],
        container: css("#box"),
    }
}

#[test]
fn list_is_read_in_one_go_from_its_start_on() {
    let mut page = showing(
        "<ul><li>skipped</li><li class='a b'>Own <i>x</i><i> y </i> text</li><li><b></b></li></ul>",
    );
    let columns = [
        column(None, Take::Text),
        column(None, Take::OwnText),
        column(None, Take::Attribute("class".to_owned())),
        column(Some(css("i")), Take::Text),
        column(Some(css("i")), Take::AllText),
        column(Some(css("b")), Take::Text),
    ];
    let table = page.read(&css("li"), &columns, 1).unwrap();
    assert_eq!(table.total, 3);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        table.rows,
        [
            [
                some("Own x y text"),
                some("Own text"),
                some("a b"),
                some("x"),
                some("x\ny"),
                None
            ],
            [some(""), some(""), None, None, None, some("")],
        ]
    );
    assert!(page.find(None, &css("li")).is_ok());
}

#[test]
fn wait_tells_the_earliest_condition_that_is_so() {
    let mut page = showing("<p hidden></p><button disabled></button><i></i>");
    let conditions = [
        Condition::Visible(css("p")),
        Condition::Enabled(css("button")),
        Condition::CountOver(css("i"), 1),
        Condition::AtSite("account".to_owned()),
        Condition::Absent(css("i")),
        Condition::Present(css("p")),
        Condition::Quiet(100),
    ];
    assert_eq!(page.wait(&conditions).unwrap(), 5);
}

#[test]
fn wait_for_what_is_not_so_fails_at_once_and_names_it() {
    let mut page = showing("<p></p>");
    let conditions = [
        Condition::Visible(css("table")),
        Condition::Present(text("Done")),
    ];
    assert_eq!(
        page.wait(&conditions),
        Err(PageError::TimedOut(
            "`table` visible or the text \"Done\" present".to_owned()
        ))
    );
}

#[test]
fn page_answers_once_something_was_done_to_it() {
    let mut page = MockPage::new(Portal::new().page("containers", "/list", ""));
    assert!(page.wait(&[Condition::Answered(100)]).is_err());
    page.goto("containers", "/list").unwrap();
    assert_eq!(page.wait(&[Condition::Answered(100)]), Ok(0));
}

#[test]
fn list_that_is_scrolled_to_its_end_gets_its_next_rows_then() {
    let mut page = growing();
    let rows = |page: &mut MockPage| page.find_all(None, &css("tbody > tr")).unwrap().len();
    page.scroll(&css("#box"), ScrollTo::Top).unwrap();
    assert_eq!(rows(&mut page), 3, "two rows fit: the top is the end");
    page.scroll(&css("#box"), ScrollTo::End).unwrap();
    page.scroll(&css("#box"), ScrollTo::End).unwrap();
    assert_eq!(rows(&mut page), 4, "there are no more batches");
}

#[test]
fn long_list_grows_at_its_end_only() {
    let rows = "<li></li>".repeat(20);
    let portal = Portal::new()
        .page("containers", "/list", format!("<ul>{rows}</ul>"))
        .grows(css("ul"), css("ul"), ["<li></li>"]);
    let mut page = at_list(portal);
    let first = page.scroll(&css("ul"), ScrollTo::By(100)).unwrap();
    assert_eq!(
        (first.offset, first.viewport, first.extent),
        (100, 400, 800)
    );
    assert_eq!(page.find_all(None, &css("li")).unwrap().len(), 20);
    assert_eq!(page.scroll(&css("ul"), ScrollTo::End).unwrap().offset, 400);
    assert_eq!(page.find_all(None, &css("li")).unwrap().len(), 21);
    // It has more now, so its end is further down.
    assert_eq!(
        page.scroll(&css("ul"), ScrollTo::By(0)).unwrap().extent,
        840
    );
}

#[test]
fn grow_reads_what_is_there_before_the_next_rows_come() {
    let mut page = growing();
    let mut known = 0;
    let mut seen = Vec::new();
    let whole = [Condition::Answered(100)];
    while let Growth::Grew(_, table) = page.grow(&list(), (known, known), &whole).unwrap() {
        known = table.total;
        seen.push(
            table
                .rows
                .into_iter()
                .flatten()
                .flatten()
                .collect::<String>(),
        );
    }
    assert_eq!(seen, ["12", "3", "4"]);
}

#[test]
fn grow_without_growth_or_another_condition_times_out() {
    let mut page = growing();
    let error = page.grow(&list(), (9, 0), &[]).unwrap_err();
    assert_eq!(error, PageError::TimedOut("more than 9 of `tr`".to_owned()));
}

#[test]
fn scrolling_what_is_not_there_is_an_error() {
    let mut page = showing("<p></p>");
    let missing = PageError::NoSuchElement(css("ul"));
    assert_eq!(page.scroll(&css("ul"), ScrollTo::End), Err(missing));
}
