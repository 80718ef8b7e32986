//! Effects as a guest meets them: what is written before what is sent, and what the host does not let through.

use std::time::Duration;

use gantry::config::schema::Limits;
use gantry::plugin::bindings::page::HostElement as _;
use gantry::plugin::bindings::{effects, page, types};
use gantry::plugin::bounds::GuestBounds;
use gantry::plugin::capability::Capability;
use gantry::plugin::context::{BeginError, Intent, Settled};
use gantry::plugin::imports::effects::OpenEffect;
use gantry::plugin::imports::fault::PageFault;
use gantry::plugin::state::{CallState, Caller};
use wasmtime::component::Resource;

use crate::fake_page::{Actions, FakePage};
use crate::plugin::fake_journal::Written;
use crate::plugin::setup::Setup;

struct Guest {
    setup: Setup,
    state: CallState,
    actions: Actions,
}

impl Guest {
    fn with(grants: &[Capability]) -> Self {
        let setup = Setup::new();
        let page = FakePage::new();
        let actions = page.actions();
        let caller = Caller {
            plugin: "p".to_owned(),
            grants: grants.iter().copied().collect(),
            sites: None,
        };
        let context = setup.context(Duration::from_secs(30));
        let bounds = GuestBounds::new(&Limits::default());
        let state = CallState::new(caller, &bounds, Box::new(page), context);
        Self {
            setup,
            state,
            actions,
        }
    }

    async fn begin(&mut self) -> Result<Resource<OpenEffect>, effects::EffectError> {
        let (summary, key, memo) = ("a slot".to_owned(), "k".to_owned(), "m".to_owned());
        effects::Host::begin(&mut self.state, summary, key, memo)
            .await
            .unwrap()
    }

    /// Clicks the guarded button; says why that was denied, if it was.
    async fn submit(&mut self) -> Option<String> {
        let what = types::Locator::Text("Submit".to_owned());
        let button = page::Host::find(&mut self.state, what).await.unwrap();
        match self.state.click(button).await {
            Ok(()) => None,
            Err(PageFault::Guest(types::PageError::Denied(why))) => Some(why),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn clicks(&self) -> usize {
        let actions = self.actions.all();
        actions
            .iter()
            .filter(|action| action.starts_with("click"))
            .count()
    }
}

#[tokio::test]
async fn without_the_grant_no_effect_begins_and_nothing_guarded_is_clicked() {
    let mut guest = Guest::with(&[]);
    assert!(matches!(
        guest.begin().await,
        Err(effects::EffectError::Denied(_))
    ));
    let why = guest.submit().await.unwrap();
    assert!(why.contains("`Submit` is guarded"), "{why}");
    assert_eq!(guest.clicks(), 0);
    assert_eq!(guest.setup.journal.written(), []);
}

#[tokio::test]
async fn with_the_grant_the_intent_comes_first() {
    let mut guest = Guest::with(&[Capability::Submit]);
    guest.submit().await.unwrap();
    assert_eq!(guest.clicks(), 0);
    let effect = guest.begin().await.unwrap();
    assert_eq!(guest.submit().await, None);
    assert_eq!(guest.clicks(), 1);
    let settled = effects::Settled::Confirmed("77".to_owned());
    effects::Host::settle(&mut guest.state, effect, settled)
        .await
        .unwrap();
    let intent = Intent {
        summary: "a slot".to_owned(),
        key: "k".to_owned(),
        memo: "m".to_owned(),
    };
    assert_eq!(
        guest.setup.journal.written(),
        [
            Written::Begun(intent),
            Written::Submitting,
            Written::Settled(Settled::Confirmed("77".to_owned())),
        ]
    );
}

#[tokio::test]
async fn an_effect_is_good_for_one_click() {
    let mut guest = Guest::with(&[Capability::Submit]);
    let effect = guest.begin().await.unwrap();
    assert_eq!(guest.submit().await, None);
    guest.submit().await.unwrap();
    let settled = effects::Settled::Unknown("?".to_owned());
    effects::Host::settle(&mut guest.state, effect, settled)
        .await
        .unwrap();
    guest.submit().await.unwrap();
    assert!(matches!(
        guest.begin().await,
        Err(effects::EffectError::Duplicate(_))
    ));
    assert_eq!(guest.clicks(), 1);
}

#[tokio::test]
async fn an_intent_that_cannot_be_written_opens_nothing() {
    let mut guest = Guest::with(&[Capability::Submit]);
    let full = BeginError::Storage("the disk is full".to_owned());
    *guest.setup.journal.refuses.lock().unwrap() = Some(full);
    let begun = guest.begin().await;
    assert!(
        matches!(begun, Err(effects::EffectError::Other(problem)) if problem.code == "storage-failed")
    );
    guest.submit().await.unwrap();
    assert_eq!(guest.clicks(), 0);
}

#[tokio::test]
async fn a_text_cannot_press_what_a_key_may_not() {
    let mut guest = Guest::with(&[Capability::Submit]);
    guest.begin().await.unwrap();
    for text in ["x\t ", "x\u{8}", "\u{1b}", "x\n\n", "\r\r"] {
        let what = types::Locator::Text("Submit".to_owned());
        let control = page::Host::find(&mut guest.state, what).await.unwrap();
        let typed = guest.state.fill(control, text.to_owned()).await;
        assert!(matches!(typed, Err(PageFault::Guest(_))), "{text:?}");
    }
    let typed = |action: &String| action.starts_with("fill");
    assert!(
        !guest.actions.all().iter().any(typed),
        "{:?}",
        guest.actions.all()
    );
    assert!(!guest.setup.journal.written().contains(&Written::Submitting));
}
