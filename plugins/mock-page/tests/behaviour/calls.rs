//! What the host's rules around the page allow: grants, effects, downloads, files and secrets.

use gantry_mock_page::{
    Action, Capability, Condition, Content, EffectError, MockCall, Next, PageError, Portal,
    Settled, Spreadsheet,
};

use crate::locators::{css, text};

/// A call at a page that shows this.
fn call(html: &str, grants: &[Capability]) -> MockCall {
    let portal = Portal::new()
        .page("containers", "/list", html)
        .page("account", "/login", html)
        .on_click(text("Export"), Next::download("list 1.csv", "No;x\n1,2"))
        .on_script("return", "1");
    let mut call = MockCall::new(portal);
    call.begin(grants.iter().copied(), false);
    call.page().goto("containers", "/list").unwrap();
    call
}

fn click(call: &mut MockCall, what: &str) -> Result<(), PageError> {
    let element = call.page().find(None, &text(what))?;
    call.click(element)
}

const BUTTONS: &str = "<form><input><button>Submit</button></form><button>Export</button>";

#[test]
fn what_needs_a_grant_is_denied_without_it_and_names_it() {
    let mut call = call(BUTTONS, &[]);
    let denied = |grant: &str| PageError::Denied(format!("the grant `{grant}`"));
    assert_eq!(call.evaluate("return 1", "[]"), Err(denied("script")));
    assert_eq!(call.begin_download(), Err(denied("downloads")));
    assert_eq!(call.finish_download(), Err(denied("downloads")));
    let refused = call.begin_effect("It", "key", "memo").unwrap_err();
    assert_eq!(
        refused,
        EffectError::Denied("the grant `submit`".to_owned())
    );
    assert!(call.effects().is_empty());
}

#[test]
fn guarded_click_without_an_effect_is_denied_and_not_made() {
    let mut call = call(BUTTONS, &Capability::ALL);
    assert!(matches!(
        click(&mut call, "Submit"),
        Err(PageError::Denied(_))
    ));
    let is_click = |action: &Action| matches!(action, Action::Clicked(_));
    assert!(!call.page().actions().iter().any(is_click));
}

#[test]
fn effect_lets_one_guarded_action_through_and_no_second_one() {
    let mut call = call(BUTTONS, &[Capability::Submit]);
    let effect = call.begin_effect("It", "key", "memo").unwrap();
    click(&mut call, "Submit").unwrap();
    assert!(matches!(
        click(&mut call, "Submit"),
        Err(PageError::Denied(_))
    ));
    call.settle(effect, Settled::Confirmed("7".to_owned()));
    let field = call.page().find(None, &css("input")).unwrap();
    assert!(matches!(
        call.press(field, "Enter"),
        Err(PageError::Denied(_))
    ));
    assert!(matches!(call.fill(field, "x\n"), Err(PageError::Denied(_))));
    assert_eq!(
        call.effects()[0].outcome,
        Some(Settled::Confirmed("7".to_owned()))
    );
}

#[test]
fn call_has_one_effect() {
    let mut call = call(BUTTONS, &[Capability::Submit]);
    let effect = call.begin_effect("It", "one", "").unwrap();
    call.settle(effect, Settled::Refused("full".to_owned()));
    assert!(matches!(
        call.begin_effect("It", "two", ""),
        Err(EffectError::Duplicate(_))
    ));
}

#[test]
fn effect_whose_end_is_not_known_keeps_its_key_from_the_next_call() {
    let mut call = call(BUTTONS, &[Capability::Submit]);
    let effect = call.begin_effect("It", "one", "").unwrap();
    call.settle(effect, Settled::Unknown("the page hung".to_owned()));
    call.begin([Capability::Submit], false);
    assert!(matches!(
        call.begin_effect("It", "one", ""),
        Err(EffectError::Duplicate(_))
    ));
    assert!(call.begin_effect("It", "two", "").is_ok());
}

#[test]
fn download_that_a_click_brings_is_kept_and_read_as_csv() {
    let mut call = call(BUTTONS, &[Capability::Downloads]);
    call.begin_download().unwrap();
    click(&mut call, "Export").unwrap();
    let id = call.finish_download().unwrap();
    assert_eq!(call.bytes(&id), Some(b"No;x\n1,2".as_slice()));
    let table = call.read_table(&id).unwrap();
    assert_eq!(
        (table.columns, table.rows),
        (vec!["No;x".to_owned()], vec![vec!["1".to_owned()]])
    );
}

#[test]
fn download_has_to_be_begun_before_the_click_and_to_come() {
    let mut call = call(BUTTONS, &[Capability::Downloads]);
    click(&mut call, "Export").unwrap();
    let Err(PageError::Other(problem)) = call.finish_download() else {
        panic!("a download was finished that nobody began");
    };
    assert_eq!(problem.code, "download-not-begun");
    call.begin_download().unwrap();
    assert!(matches!(
        call.finish_download(),
        Err(PageError::TimedOut(_))
    ));
}

#[test]
fn table_comes_back_as_it_was_put_and_a_crooked_one_is_refused() {
    let mut call = call("", &[]);
    let cells = |row: &[&str]| row.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>();
    let mut table = Spreadsheet {
        sheet: "List".to_owned(),
        columns: cells(&["a", "b"]),
        rows: vec![cells(&["1", "2"])],
    };
    let id = call.put_table("list", table.clone()).unwrap();
    assert_eq!(call.read_table(&id).unwrap(), table);
    assert_eq!(call.files()[0].name, "list.xlsx");
    assert!(matches!(call.files()[0].content, Content::Table(_)));
    table.rows.push(cells(&["3"]));
    assert_eq!(
        call.put_table("list", table).unwrap_err().code,
        "invalid-table"
    );
}

#[test]
fn files_need_plain_names_and_media_types_and_xlsx_is_not_read() {
    let mut call = call("", &[]);
    let put =
        |call: &mut MockCall, name: &str, kind: &str| call.put_bytes(name, kind, b"PK".to_vec());
    assert_eq!(
        put(&mut call, "../x", "text/plain").unwrap_err().code,
        "invalid-name"
    );
    assert_eq!(
        put(&mut call, "x", "text").unwrap_err().code,
        "invalid-media-type"
    );
    let id = put(&mut call, "x.xlsx", "application/zip").unwrap();
    assert_eq!(call.read_table(&id).unwrap_err().code, "mock-unsupported");
    assert_eq!(
        call.read_table("other").unwrap_err().code,
        "artifact-not-found"
    );
}

#[test]
fn picture_is_a_png_and_is_kept_under_its_name() {
    let mut call = call("", &[]);
    let id = call.screenshot("seen").unwrap();
    assert_eq!(call.files()[0].name, "seen.png");
    assert!(call.bytes(&id).unwrap().starts_with(b"\x89PNG\r\n\x1a\n"));
}

#[test]
fn secrets_are_typed_at_the_account_site_only_and_never_on_record() {
    let mut call = call("<input><input type=password>", &[Capability::Script]);
    call.set_credentials("carrier", "hunter2");
    let field = call.page().find(None, &css("[type=password]")).unwrap();
    assert!(matches!(
        call.type_secret(true, field),
        Err(PageError::Denied(_))
    ));
    call.page().goto("account", "/login").unwrap();
    let plain = call.page().find(None, &css("input")).unwrap();
    assert!(matches!(
        call.type_secret(true, plain),
        Err(PageError::Denied(_))
    ));
    let field = call.page().find(None, &css("[type=password]")).unwrap();
    call.type_secret(true, field).unwrap();
    assert!(!format!("{:?}", call.page().actions()).contains("hunter2"));
    assert!(matches!(
        call.evaluate("return 1", "[]"),
        Err(PageError::Denied(_))
    ));
}

#[test]
fn session_component_may_click_what_is_guarded() {
    let mut call = call(BUTTONS, &[]);
    call.begin_session([]);
    assert_eq!(click(&mut call, "Submit"), Ok(()));
}

#[test]
fn call_finds_a_page_that_was_just_opened_unless_it_is_resumed() {
    let mut call = call("<p></p>", &[]);
    call.begin([], true);
    assert_eq!(call.page().location().unwrap().path, "/list");
    // But this call has done nothing to it yet.
    assert!(call.page().wait(&[Condition::Answered(100)]).is_err());
    call.begin([], false);
    assert_eq!(call.page().location().unwrap().site, None);
}

#[test]
fn call_can_go_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<MockCall>();
}
