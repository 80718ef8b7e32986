//! Plugins that may not be at every site of the portal.

use std::collections::BTreeSet;
use std::time::Duration;

use gantry::config::schema::{Limits, PluginSettings};
use gantry::plugin::bindings::{page, types};
use gantry::plugin::bounds::GuestBounds;
use gantry::plugin::imports::fault::PageFault;
use gantry::plugin::state::{CallState, Caller};

use crate::fake_page::FakePage;
use crate::guests;
use crate::plugin::setup::Setup;

/// A call of a plugin that may be at the container list only.
fn state(setup: &Setup, page: FakePage) -> CallState {
    let caller = Caller {
        plugin: "p".to_owned(),
        grants: BTreeSet::new(),
        sites: Some(BTreeSet::from(["containers".to_owned()])),
    };
    let context = setup.context(Duration::from_secs(30));
    let bounds = GuestBounds::new(&Limits::default());
    CallState::new(caller, &bounds, Box::new(page), context)
}

fn told<T: std::fmt::Debug>(result: Result<T, PageFault>) -> types::PageError {
    match result.unwrap_err() {
        PageFault::Guest(error) => error,
        PageFault::Trap(error) => panic!("{error}"),
    }
}

fn row() -> types::Locator {
    types::Locator::Css("tr".to_owned())
}

#[tokio::test]
async fn a_site_that_is_not_granted_is_not_gone_to() {
    let setup = Setup::new();
    let fake = FakePage::new().at_site("containers");
    let actions = fake.actions();
    let mut state = state(&setup, fake);
    let went = page::Host::goto(&mut state, "wizard".to_owned(), "/addvisit".to_owned()).await;
    let types::PageError::Denied(what) = told(went) else {
        panic!("it is denied");
    };
    assert!(
        what.contains("`wizard`") && what.contains("`sites`"),
        "{what}"
    );
    assert!(actions.all().is_empty(), "{:?}", actions.all());
    page::Host::goto(&mut state, "containers".to_owned(), "/".to_owned())
        .await
        .unwrap();
    page::Host::find(&mut state, row()).await.unwrap();
}

#[tokio::test]
async fn a_page_that_went_to_another_site_by_itself_is_neither_read_nor_touched() {
    let setup = Setup::new();
    let fake = FakePage::new().at_site("wizard");
    let actions = fake.actions();
    let mut state = state(&setup, fake);
    for refused in [
        told(page::Host::find(&mut state, row()).await.map(drop)),
        told(
            page::Host::read(&mut state, row(), Vec::new(), 0)
                .await
                .map(drop),
        ),
        told(page::Host::title(&mut state).await),
        told(
            page::Host::scroll(&mut state, row(), page::ScrollTo::End)
                .await
                .map(drop),
        ),
        told(page::Host::screenshot(&mut state, "x".to_owned()).await),
    ] {
        assert!(
            matches!(refused, types::PageError::Denied(_)),
            "{refused:?}"
        );
    }
    assert!(
        actions.all().iter().all(|action| action == "location"),
        "{:?}",
        actions.all()
    );
    // It may ask where it is, and go back.
    assert_eq!(
        page::Host::location(&mut state)
            .await
            .unwrap()
            .site
            .as_deref(),
        Some("wizard")
    );
}

#[tokio::test]
async fn a_page_that_goes_elsewhere_while_it_is_waited_for_is_noticed() {
    let setup = Setup::new();
    let mut state = state(
        &setup,
        FakePage::new().at_site("containers").moving_to("wizard"),
    );
    let waited = page::Host::wait(&mut state, vec![page::Condition::Present(row())], 1_000).await;
    assert!(matches!(told(waited), types::PageError::Denied(_)));
    let button = page::Host::find(&mut state, row()).await;
    assert!(matches!(
        told(button.map(drop)),
        types::PageError::Denied(_)
    ));
}

#[tokio::test]
async fn of_another_sites_address_the_query_is_not_told() {
    let setup = Setup::new();
    let mut elsewhere = state(&setup, FakePage::new().at_site("account"));
    let place = page::Host::location(&mut elsewhere).await.unwrap();
    assert_eq!(place.url, "https://x.test/p");
    let mut at_home = state(&setup, FakePage::new().at_site("containers"));
    let place = page::Host::location(&mut at_home).await.unwrap();
    assert_eq!(place.url, "https://x.test/p?q");
}

#[tokio::test]
async fn the_look_where_a_page_is_counts_as_no_call_of_the_plugin() {
    let mut setup = Setup::new();
    let settings = PluginSettings {
        sites: Some(vec!["containers".to_owned()]),
        ..PluginSettings::default()
    };
    let plugins = &mut setup.config.plugins.settings;
    plugins.insert("title-or-fail".to_owned(), settings);
    let version = setup.operation(guests::component("title-or-fail")).await;
    let fake = FakePage::new().at_site("containers");
    let actions = fake.actions();
    let called = setup.run(&version, fake, Duration::from_secs(30)).await;
    called.outcome.unwrap();
    assert_eq!(actions.all(), ["location", "title"]);
    assert_eq!(called.stats.host_calls, 1);
}

#[tokio::test]
async fn the_site_for_signing_in_means_that_the_session_is_signed_out() {
    let setup = Setup::new();
    let mut state = state(&setup, FakePage::new().at_site("account"));
    let found = told(page::Host::find(&mut state, row()).await.map(drop));
    assert!(matches!(found, types::PageError::SignedOut), "{found:?}");
}
