//! Clicking, typing, pressing and choosing, and the record of it.

use gantry_mock_page::{Action, Clicked, Next, PageError, Portal};

use crate::locators::{at_list, code, css, found, label, showing, text};

#[test]
fn hidden_and_disabled_elements_are_not_interactable() {
    let mut page = showing(
        "<button id=a hidden>A</button><button id=b disabled>B</button>
         <fieldset disabled><legend><input id=c></legend><input id=d></fieldset>",
    );
    for id in ["#a", "#b", "#d"] {
        let element = found(&mut page, &css(id));
        let refused = page.click(element, false);
        assert!(
            matches!(refused, Err(PageError::NotInteractable(_))),
            "{id}"
        );
    }
    let legend = found(&mut page, &css("#c"));
    assert!(page.click(legend, false).is_ok());
}

#[test]
fn refused_action_is_not_on_record() {
    let mut page = showing("<button disabled>B</button>");
    let element = found(&mut page, &css("button"));
    let before = page.actions().len();
    assert!(page.click(element, false).is_err());
    assert_eq!(page.actions().len(), before);
}

#[test]
fn nearest_reaction_to_a_click_is_what_follows() {
    let portal = Portal::new()
        .page(
            "containers",
            "/list",
            "<div id=row><button>Open</button></div>",
        )
        .on_click(css("#row"), Next::document("<title>Row</title>"))
        .on_click(text("Open"), Next::document("<title>Button</title>"));
    let mut page = at_list(portal);
    let open = found(&mut page, &text("Open"));
    page.click(open, false).unwrap();
    assert_eq!(page.title().unwrap(), "Button");
    // In place: the address is the same.
    assert_eq!(page.location().unwrap().path, "/list");
}

#[test]
fn reactions_to_one_locator_follow_in_order_and_the_last_stays() {
    let step = |html: &str| Next::inside(css("p"), html);
    let portal = Portal::new()
        .page("containers", "/list", "<p></p><button>More</button>")
        .on_click(text("More"), step("one"))
        .on_click(text("More"), step("two"));
    let mut page = at_list(portal);
    let more = found(&mut page, &text("More"));
    let mut seen = Vec::new();
    for _ in 0..3 {
        page.click(more, false).unwrap();
        let told = found(&mut page, &css("p"));
        seen.push(page.text(told).unwrap());
    }
    assert_eq!(seen, ["one", "two", "two"]);
}

#[test]
fn record_tells_what_was_done_to_what_and_in_which_order() {
    let mut page = showing(
        "<form><label for=n>Container</label><input id=n><select name=move><option>Pick full</option></select></form>",
    );
    let input = found(&mut page, &label("Container"));
    page.fill(input, "ABCU1234567").unwrap();
    page.press(input, "Tab").unwrap();
    let select = found(&mut page, &css("select"));
    page.choose(select, " Pick  full ").unwrap();
    let told: Vec<String> = page.actions()[1..]
        .iter()
        .map(|action| match action {
            Action::Typed { into, text } => format!("{into} := {text}"),
            Action::Pressed { on, key } => format!("{on} {key}"),
            Action::Chose { of, choice } => format!("{of} = {choice}"),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        told,
        [
            "<input id=\"n\"> \"Container\" := ABCU1234567",
            "<input id=\"n\"> \"Container\" Tab",
            "<select> \"move\" = Pick full",
        ]
    );
    assert_eq!(page.value(&css("#n")).as_deref(), Some("ABCU1234567"));
    // As in a browser, the attribute is what the document says.
    assert_eq!(page.attribute(input, "value").unwrap(), None);
}

#[test]
fn only_text_controls_take_text() {
    let mut page = showing("<p></p><input type=checkbox><input readonly><textarea></textarea>");
    for what in ["p", "[type=checkbox]", "[readonly]"] {
        let element = found(&mut page, &css(what));
        let refused = page.fill(element, "x");
        assert!(
            matches!(refused, Err(PageError::NotInteractable(_))),
            "{what}"
        );
    }
    let area = found(&mut page, &css("textarea"));
    assert!(page.fill(area, "x").is_ok());
}

#[test]
fn choice_that_not_exactly_one_option_offers_is_refused_with_those_there_are() {
    let mut page = showing("<select><option>A</option><option>B</option></select>");
    let select = found(&mut page, &css("select"));
    let Err(PageError::NotInteractable(why)) = page.choose(select, "C") else {
        panic!("C was chosen");
    };
    assert_eq!(why, "0 options say \"C\"; offered: A | B");
}

#[test]
fn text_that_is_no_key_is_not_pressed() {
    let mut page = showing("<input>");
    let input = found(&mut page, &css("input"));
    assert_eq!(
        code(page.press(input, "Return").unwrap_err()),
        "invalid-argument"
    );
}

#[test]
fn guarded_button_is_not_clicked_whatever_its_case_and_whichever_part_of_it() {
    let mut page = showing("<button> SUBMIT <i></i></button><input type=submit value=submit>");
    for what in ["button", "i", "input"] {
        let element = found(&mut page, &css(what));
        let told = page.click(element, false).unwrap();
        assert_eq!(told, Clicked::Guarded("Submit".to_owned()), "{what}");
    }
    let button = found(&mut page, &css("button"));
    assert_eq!(page.click(button, true).unwrap(), Clicked::Yes);
}

#[test]
fn enter_in_a_field_sets_off_its_forms_button() {
    let html = "<form><input id=a><button>Submit</button></form><input id=b>";
    let portal = Portal::new().page("containers", "/list", html);
    let mut page = at_list(portal.on_click(text("Submit"), Next::document("<title>Sent</title>")));
    let (inside, outside) = (found(&mut page, &css("#a")), found(&mut page, &css("#b")));
    assert_eq!(
        page.sets_off(inside, "Enter").unwrap().as_deref(),
        Some("Submit")
    );
    assert_eq!(page.sets_off(inside, "Tab").unwrap(), None);
    assert_eq!(page.sets_off(outside, "Enter").unwrap(), None);
    page.press(inside, "Enter").unwrap();
    assert_eq!(page.title().unwrap(), "Sent");
}

#[test]
fn script_answers_what_the_test_says_and_nothing_else() {
    let portal = Portal::new()
        .page("containers", "/list", "")
        .on_script("rows.length", "7");
    let mut page = at_list(portal);
    assert_eq!(page.evaluate("return rows.length", "[]").unwrap(), "7");
    assert_eq!(
        code(page.evaluate("return 1", "[]").unwrap_err()),
        "mock-unsupported"
    );
}
