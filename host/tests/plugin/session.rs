//! The session component: its verdicts, and what it may have typed where.

use std::time::Duration;

use gantry::config::secrets::Credentials;
use gantry::plugin::call::{self, Presence, SignInOutcome};

use crate::fake_page::FakePage;
use crate::guests::Guest;
use crate::plugin::setup::Setup;

const LONG: Duration = Duration::from_secs(30);

/// Signs in on this page, and gives the outcome and what was done to the page.
async fn sign_in(page: FakePage) -> (SignInOutcome, Vec<String>) {
    let setup = Setup::new();
    let version = setup.session(Guest::session("session").build()).await;
    let mut context = setup.context(LONG);
    context.credentials = Some(Credentials::new("user", "hunter2"));
    let actions = page.actions();
    let called = call::sign_in(&version, Box::new(page), context).await;
    let outcome = called.outcome.unwrap();
    (outcome, actions.all())
}

#[tokio::test]
async fn a_password_is_typed_at_the_identity_provider() {
    let page = FakePage::new()
        .at_site("account")
        .with_input_type("password");
    let (outcome, actions) = sign_in(page).await;
    assert_eq!(outcome, SignInOutcome::SignedIn);
    assert!(
        actions.contains(&"fill e1 hunter2".to_owned()),
        "{actions:?}"
    );
}

#[tokio::test]
async fn a_password_is_typed_nowhere_else() {
    for page in [
        FakePage::new()
            .at_site("containers")
            .with_input_type("password"),
        FakePage::new().with_input_type("password"),
        FakePage::new().at_site("account").with_input_type("text"),
        FakePage::new().at_site("account"),
    ] {
        let (outcome, actions) = sign_in(page).await;
        assert!(matches!(outcome, SignInOutcome::OperatorNeeded(_)));
        assert!(
            !actions.iter().any(|action| action.contains("hunter2")),
            "{actions:?}"
        );
    }
}

#[tokio::test]
async fn a_call_without_credentials_has_no_secrets() {
    let setup = Setup::new();
    let version = setup.session(Guest::session("session").build()).await;
    let page = FakePage::new()
        .at_site("account")
        .with_input_type("password");
    let called = call::sign_in(&version, Box::new(page), setup.context(LONG)).await;
    assert!(matches!(
        called.outcome,
        Ok(SignInOutcome::OperatorNeeded(_))
    ));
}

#[tokio::test]
async fn presence_is_what_the_component_says() {
    let setup = Setup::new();
    let version = setup.session(Guest::session("session").build()).await;
    let probed = call::probe(&version, Box::new(FakePage::new()), setup.context(LONG)).await;
    assert_eq!(probed.outcome.unwrap(), Presence::SignedIn);
    let looked = call::look(&version, probed.page, setup.context(LONG)).await;
    // The page in memory is titled neither "in" nor "out".
    let seen = Presence::Unknown("#password".to_owned());
    assert_eq!(looked.outcome.unwrap(), seen);
    let kept = call::keep_alive(&version, looked.page, setup.context(LONG)).await;
    assert_eq!(kept.outcome.unwrap(), Presence::SignedOut);
}
