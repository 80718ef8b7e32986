//! Host functions, called as the bindings call them.

use std::time::Duration;

use gantry::browser::error::PageError;
use gantry::browser::page::Locator;
use gantry::config::schema::Limits;
use gantry::config::secrets::Credentials;
use gantry::plugin::bindings::{artifacts, downloads, page, progress, secrets, types};
use gantry::plugin::bounds::GuestBounds;
use gantry::plugin::capability::Capability;
use gantry::plugin::context::Progress;
use gantry::plugin::imports::fault::{PageFault, to_guest};
use gantry::plugin::state::{CallState, Caller};

use crate::fake_page::FakePage;
use crate::plugin::fake_journal::Written;
use crate::plugin::setup::Setup;

const LONG: Duration = Duration::from_secs(30);

fn state(setup: &Setup, page: FakePage, grants: &[Capability], time: Duration) -> CallState {
    let caller = Caller {
        plugin: "p".to_owned(),
        grants: grants.iter().copied().collect(),
        sites: None,
    };
    let mut context = setup.context(time);
    context.credentials = Some(Credentials::new("user", "hunter2"));
    let bounds = GuestBounds::new(&Limits::default());
    CallState::new(caller, &bounds, Box::new(page), context)
}

fn css(text: &str) -> types::Locator {
    types::Locator::Css(text.to_owned())
}

fn told(fault: PageFault) -> types::PageError {
    match fault {
        PageFault::Guest(error) => error,
        PageFault::Trap(error) => panic!("{error}"),
    }
}

#[test]
fn every_page_error_has_its_word_for_the_guest() {
    let word = |error| format!("{:?}", to_guest(error));
    let text = String::new;
    for (error, expected) in [
        (
            PageError::NoSuchElement(Locator::Css(text())),
            "NoSuchElement",
        ),
        (PageError::NotInteractable(text()), "NotInteractable"),
        (PageError::StaleElement, "StaleElement"),
        (PageError::TimedOut(text()), "TimedOut"),
        (PageError::PageLoadTimeout, "page-load-timeout"),
        (PageError::Denied(text()), "Denied"),
        (PageError::DialogOpen(text()), "DialogOpen"),
        (PageError::InvalidArgument(text()), "invalid-argument"),
        (PageError::Script(text()), "script-failed"),
        (PageError::NoDialog, "no-dialog"),
        (PageError::PortalFailed(text()), "portal-error"),
        (PageError::Unreachable(text()), "portal-down"),
        (PageError::BrowserLost(text()), "BrowserLost"),
        (PageError::Hung("x"), "BrowserLost"),
        (PageError::Protocol(text()), "BrowserLost"),
    ] {
        let word = word(error.clone());
        assert!(word.contains(expected), "{error:?} is {word}");
    }
}

#[tokio::test]
async fn a_wait_is_no_longer_than_what_is_left() {
    let setup = Setup::new();
    let page = FakePage::new();
    let actions = page.actions();
    let mut state = state(&setup, page, &[], Duration::from_millis(5_900));
    let any_of = vec![
        page::Condition::Quiet(100),
        page::Condition::Present(css("a")),
    ];
    let which = page::Host::wait(&mut state, any_of, 60_000).await.unwrap();
    assert_eq!(which, 1);
    assert_eq!(actions.all(), ["wait 2 for 5 s"]);
}

#[tokio::test]
async fn a_wait_cut_short_by_the_call_is_a_deadline_and_not_a_time_out() {
    let setup = Setup::new();
    let page = || FakePage::new().failing(PageError::TimedOut("x".to_owned()));
    let quiet = || vec![page::Condition::Quiet(100)];
    let mut cut = state(&setup, page(), &[], LONG);
    let error = told(
        page::Host::wait(&mut cut, quiet(), 60_000)
            .await
            .unwrap_err(),
    );
    assert!(matches!(error, types::PageError::Deadline), "{error:?}");
    let mut whole = state(&setup, page(), &[], LONG);
    let error = told(
        page::Host::wait(&mut whole, quiet(), 1_000)
            .await
            .unwrap_err(),
    );
    assert!(matches!(error, types::PageError::TimedOut(_)), "{error:?}");
}

#[tokio::test]
async fn a_script_needs_its_grant() {
    let setup = Setup::new();
    let page = FakePage::new();
    let actions = page.actions();
    let run = |mut state: CallState| async move {
        page::Host::evaluate(&mut state, "return 1".to_owned(), "[1]".to_owned()).await
    };
    let error = told(run(state(&setup, page, &[], LONG)).await.unwrap_err());
    assert!(matches!(&error, types::PageError::Denied(what) if what.contains("script")));
    assert_eq!(actions.all(), ["dropped"], "nothing was sent");
    let value = run(state(&setup, FakePage::new(), &[Capability::Script], LONG))
        .await
        .unwrap();
    assert_eq!(value, r#"{"a":1}"#);
}

#[tokio::test]
async fn no_script_runs_after_a_secret_was_typed() {
    let setup = Setup::new();
    let page = FakePage::new()
        .at_site("account")
        .with_input_type("password");
    let mut state = state(&setup, page, &[Capability::Script], LONG);
    let into = page::Host::find(&mut state, css("#p")).await.unwrap();
    secrets::Host::fill(&mut state, secrets::Secret::Password, into)
        .await
        .unwrap();
    let script = page::Host::evaluate(&mut state, "x".to_owned(), "[]".to_owned()).await;
    assert!(matches!(
        told(script.unwrap_err()),
        types::PageError::Denied(_)
    ));
}

#[tokio::test]
async fn handles_are_bounded_and_a_list_is_held_whole_or_not_at_all() {
    let setup = Setup::new();
    let mut state = state(&setup, FakePage::new(), &[], LONG);
    let first = page::Host::find_all(&mut state, css("li")).await.unwrap();
    let error = told(
        page::Host::find_all(&mut state, css("li"))
            .await
            .unwrap_err(),
    );
    assert!(
        matches!(&error, types::PageError::Other(problem) if problem.code == "too-many-elements")
    );
    for handle in first {
        page::HostElement::drop(&mut state, handle).await.unwrap();
    }
    // One more, so that handles left over from the refused list would show.
    page::Host::find(&mut state, css("li")).await.unwrap();
    page::Host::find_all(&mut state, css("li")).await.unwrap();
}

#[tokio::test]
async fn nothing_is_sent_to_the_browser_when_the_time_is_used_up() {
    let setup = Setup::new();
    let page = FakePage::new();
    let actions = page.actions();
    let mut state = state(&setup, page, &[], Duration::from_millis(100));
    let error = told(page::Host::title(&mut state).await.unwrap_err());
    assert!(matches!(error, types::PageError::Deadline));
    assert!(actions.all().is_empty());
}

#[tokio::test]
async fn progress_and_parts_of_the_result_are_written_in_the_journal() {
    let setup = Setup::new();
    let mut state = state(&setup, FakePage::new(), &[], LONG);
    progress::Host::report(&mut state, "rows".to_owned(), 2, Some(3))
        .await
        .unwrap();
    let kept = progress::Host::keep(&mut state, "one".to_owned(), "{\"a\":1}".to_owned());
    kept.await.unwrap().unwrap();
    let not_json = progress::Host::keep(&mut state, "two".to_owned(), "{".to_owned());
    assert_eq!(not_json.await.unwrap().unwrap_err().code, "not-json");
    let progress = Progress {
        step: "rows".to_owned(),
        done: 2,
        total: Some(3),
    };
    assert_eq!(
        setup.journal.written(),
        [
            Written::Progress(progress),
            Written::Part("one".to_owned(), serde_json::json!({ "a": 1 })),
        ]
    );
}

#[tokio::test]
async fn a_screenshot_becomes_an_artifact() {
    let setup = Setup::new();
    let mut state = state(&setup, FakePage::new(), &[], LONG);
    let id = page::Host::screenshot(&mut state, "the list".to_owned())
        .await
        .unwrap();
    assert_eq!(id.len(), 32);
    let bad = page::Host::screenshot(&mut state, "../x".to_owned()).await;
    let error = told(bad.unwrap_err());
    assert!(matches!(&error, types::PageError::Other(problem) if problem.code == "invalid-name"));
}

#[tokio::test]
async fn an_artifact_needs_a_media_type() {
    let setup = Setup::new();
    let mut state = state(&setup, FakePage::new(), &[], LONG);
    let put = async |state: &mut CallState, media_type: &str| {
        let name = "a.csv".to_owned();
        artifacts::Host::put_bytes(state, name, media_type.to_owned(), b"a".to_vec())
            .await
            .unwrap()
    };
    put(&mut state, "text/csv").await.unwrap();
    for media_type in ["", "text", "text/csv\r\nX: y", "a/b/c"] {
        let problem = put(&mut state, media_type).await.unwrap_err();
        assert_eq!(problem.code, "invalid-media-type");
    }
}

#[tokio::test]
async fn downloads_are_denied_without_their_grant() {
    let setup = Setup::new();
    let mut plain = state(&setup, FakePage::new(), &[], LONG);
    assert!(matches!(
        told(downloads::Host::begin(&mut plain).await.unwrap_err()),
        types::PageError::Denied(_)
    ));
}
