//! A portal in memory, for tests of an operation on the build machine: no component, no browser, no host.
//!
//! Owns: what a test says of the portal, and what it can ask afterwards. The page itself is `gantry-mock-page`.
//!
//! ```
//! # use gantry_sdk::schemars::JsonSchema;
//! # use gantry_sdk::serde::{Deserialize, Serialize};
//! # use gantry_sdk::serde_json::json;
//! # use gantry_sdk::{Failure, Operation, mock, page};
//! # struct PageTitle;
//! # #[derive(Deserialize, JsonSchema)]
//! # #[serde(crate = "gantry_sdk::serde")]
//! # #[schemars(crate = "gantry_sdk::schemars")]
//! # struct Input { path: String }
//! # #[derive(Serialize, JsonSchema)]
//! # #[serde(crate = "gantry_sdk::serde")]
//! # #[schemars(crate = "gantry_sdk::schemars")]
//! # struct Output { title: String }
//! # impl Operation for PageTitle {
//! #     type Input = Input;
//! #     type Output = Output;
//! #     const NAME: &'static str = "page-title";
//! #     const SUMMARY: &'static str = "Tells the title of one page.";
//! #     fn run(input: Input) -> Result<Output, Failure> {
//! #         page::goto("containers", &input.path)?;
//! #         Ok(Output { title: page::title()? })
//! #     }
//! # }
//! let portal = mock::Portal::new().page("containers", "/containers", "<title>Port Manager</title>");
//! let output = portal.run::<PageTitle>(&json!({ "path": "/containers" }))?;
//! assert_eq!(output, json!({ "title": "Port Manager" }));
//! # Ok::<(), Failure>(())
//! ```

use std::cell::RefCell;
use std::rc::Rc;

use gantry_mock_page::MockCall;
pub use gantry_mock_page::{
    Action, BegunEffect, Content, Kept, Level, LogLine, Next, Progress, Settled, Target,
};
use serde_json::Value;

use crate::native::clock::MockClock;
use crate::native::installed::Backend;
pub use crate::native::installed::Installed;
use crate::operation::run;
use crate::{Capability, Failure, Locator, Operation, Presence, SignInOutcome, Trace};

/// A portal in memory, and the record of what was done in it.
///
/// It can be described further between two runs. The record goes on from run to run.
#[derive(Debug)]
pub struct Portal {
    backend: Rc<RefCell<Backend>>,
    /// Instead of what the operation asks for.
    grants: Option<Vec<Capability>>,
}

impl Default for Portal {
    fn default() -> Self {
        Self::new()
    }
}

/// What the portal is.
impl Portal {
    /// A portal with the contract's sites and no pages. `Submit` is guarded.
    #[must_use]
    pub fn new() -> Self {
        let backend = Backend {
            call: MockCall::new(gantry_mock_page::Portal::new()),
            clock: MockClock::new(),
        };
        Self {
            backend: Rc::new(RefCell::new(backend)),
            grants: None,
        }
    }

    /// What a path of a site shows. A path with a query is that address only; one without stands for every query.
    #[must_use]
    pub fn page(self, site: &str, path: &str, html: impl Into<String>) -> Self {
        self.changed(|portal| portal.page(site, path, html))
    }

    /// A path of a site that leads on to another, as a portal does with whoever is signed out.
    #[must_use]
    pub fn redirect(self, from: (&str, &str), to: (&str, &str)) -> Self {
        self.changed(|portal| portal.redirect(from, to))
    }

    /// What follows a click on what matches, or on something inside it. Given again for the same locator it is for the next
    /// click; the last one stays.
    #[must_use]
    pub fn on_click(self, what: Locator, next: Next) -> Self {
        self.changed(|portal| portal.on_click(what, next))
    }

    /// What follows when something is typed into what matches.
    #[must_use]
    pub fn on_fill(self, what: Locator, next: Next) -> Self {
        self.changed(|portal| portal.on_fill(what, next))
    }

    /// What follows when an option of what matches is chosen.
    #[must_use]
    pub fn on_choose(self, what: Locator, next: Next) -> Self {
        self.changed(|portal| portal.on_choose(what, next))
    }

    /// What follows when a key is pressed on what matches.
    #[must_use]
    pub fn on_press(self, what: Locator, key: &str, next: Next) -> Self {
        self.changed(|portal| portal.on_press(what, key, next))
    }

    /// A list that loads on demand: each time `container` is scrolled to its end, the next batch is appended inside `into`.
    #[must_use]
    pub fn grows(
        self,
        container: Locator,
        into: Locator,
        batches: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.changed(|portal| portal.grows(container, into, batches))
    }

    /// What scripts answer that contain this text.
    #[must_use]
    pub fn on_script(self, containing: &str, answer: &Value) -> Self {
        self.changed(|portal| portal.on_script(containing, answer.to_string()))
    }

    /// The words that are guarded, instead of `Submit`.
    #[must_use]
    pub fn guarding(self, words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.changed(|portal| portal.guarding(words))
    }

    /// A native dialog that is open when a run begins.
    #[must_use]
    pub fn with_dialog(self, text: impl Into<String>) -> Self {
        self.changed(|portal| portal.with_dialog(text))
    }

    /// What the operator grants, instead of all that the operation asks for.
    #[must_use]
    pub fn granting(mut self, grants: impl IntoIterator<Item = Capability>) -> Self {
        self.grants = Some(grants.into_iter().collect());
        self
    }

    /// The account's secrets, for a session component.
    #[must_use]
    pub fn with_credentials(self, username: &str, password: &str) -> Self {
        self.with(|backend| backend.call.set_credentials(username, password));
        self
    }

    /// The wall time at the beginning, in milliseconds since 1970, and how much a call has left. Both stand still but for
    /// `clock::sleep_ms`, which takes no time.
    #[must_use]
    pub fn with_time(self, now_ms: u64, remaining_ms: u64) -> Self {
        self.with(|backend| {
            backend.clock = MockClock {
                now_ms,
                remaining_ms,
            };
        });
        self
    }

    fn changed(
        self,
        change: impl FnOnce(gantry_mock_page::Portal) -> gantry_mock_page::Portal,
    ) -> Self {
        self.with(|backend| backend.call.page().change(change));
        self
    }
}

/// Calls.
impl Portal {
    /// Runs an operation as the host does, on a page that was just opened: the input goes through its JSON, so that what the
    /// type refuses is refused here too. Its schema is not looked at.
    ///
    /// # Errors
    /// The operation's failure.
    ///
    /// # Panics
    /// If what the operation gives is no JSON.
    pub fn run<O: Operation>(&self, input: &Value) -> Result<Value, Failure> {
        self.running::<O>(input, None)
    }

    /// Goes on in a phase, on the page as the last run left it.
    ///
    /// # Errors
    /// The operation's failure.
    ///
    /// # Panics
    /// As [`run`](Self::run).
    pub fn resume<O: Operation>(&self, input: &Value, phase: u32) -> Result<Value, Failure> {
        self.running::<O>(input, Some(phase))
    }

    /// Looks what became of an effect, on a page that was just opened and without any grant.
    ///
    /// # Errors
    /// The operation's failure.
    pub fn reconcile<O: Operation>(&self, memo: &str) -> Result<Trace, Failure> {
        self.with(|backend| backend.call.begin([], false));
        let _installed = self.installed();
        O::reconcile(memo)
    }

    /// Has a session component sign in. The page stays where it is, as for all calls of one.
    ///
    /// # Errors
    /// The component's failure.
    pub fn sign_in<P: crate::Portal>(&self) -> Result<SignInOutcome, Failure> {
        self.in_session(P::CAPABILITIES, P::sign_in)
    }

    /// Has a session component look whether the session is signed in.
    ///
    /// # Errors
    /// The component's failure.
    pub fn probe<P: crate::Portal>(&self) -> Result<Presence, Failure> {
        self.in_session(P::CAPABILITIES, P::probe)
    }

    /// Has a session component say what the page shows.
    ///
    /// # Errors
    /// The component's failure.
    pub fn look<P: crate::Portal>(&self) -> Result<Presence, Failure> {
        self.in_session(P::CAPABILITIES, P::look)
    }

    /// Has a session component visit every site.
    ///
    /// # Errors
    /// The component's failure.
    pub fn keep_alive<P: crate::Portal>(&self) -> Result<Presence, Failure> {
        self.in_session(P::CAPABILITIES, P::keep_alive)
    }

    /// Begins a call without an operation, for tests of a part of one: the contract's functions work on this portal until what
    /// comes back is dropped. Nothing is granted that [`granting`](Self::granting) does not say.
    pub fn install(&self) -> Installed {
        let grants = self.grants.clone().unwrap_or_default();
        self.with(|backend| backend.call.begin(grants, false));
        self.installed()
    }

    fn running<O: Operation>(&self, input: &Value, phase: Option<u32>) -> Result<Value, Failure> {
        let grants = self.grants.clone();
        let grants = grants.unwrap_or_else(|| O::CAPABILITIES.to_vec());
        self.with(|backend| backend.call.begin(grants, phase.is_some()));
        let _installed = self.installed();
        let output = run::<O>(&input.to_string(), phase)?;
        Ok(serde_json::from_str(&output).expect("it was written as JSON"))
    }

    fn in_session<T>(
        &self,
        asked_for: &[Capability],
        call: fn() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let grants = self.grants.clone().unwrap_or_else(|| asked_for.to_vec());
        self.with(|backend| backend.call.begin_session(grants));
        let _installed = self.installed();
        call()
    }

    fn installed(&self) -> Installed {
        Installed::new(Rc::clone(&self.backend))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Backend) -> T) -> T {
        work(&mut self.backend.borrow_mut())
    }
}

/// What was done, in all runs.
impl Portal {
    /// Everything that was done to the page, in order.
    #[must_use]
    pub fn actions(&self) -> Vec<Action> {
        self.with(|backend| backend.call.page().actions().to_vec())
    }

    /// What was clicked, by what it is called on the page.
    #[must_use]
    pub fn clicked(&self) -> Vec<String> {
        let actions = self.actions().into_iter();
        let clicked = actions.filter_map(|action| match action {
            Action::Clicked(target) => Some(target.name),
            _ => None,
        });
        clicked.collect()
    }

    /// What was typed, with what the control is called on the page. Secrets are not among it.
    #[must_use]
    pub fn typed(&self) -> Vec<(String, String)> {
        let actions = self.actions().into_iter();
        let typed = actions.filter_map(|action| match action {
            Action::Typed { into, text } => Some((into.name, text)),
            _ => None,
        });
        typed.collect()
    }

    /// What is in a control of the page now: what was typed or chosen, else its `value`.
    #[must_use]
    pub fn value(&self, what: Locator) -> Option<String> {
        self.with(|backend| backend.call.page().value(&what.into()))
    }

    /// The effects that were begun, and how each was said to end.
    #[must_use]
    pub fn effects(&self) -> Vec<BegunEffect> {
        self.with(|backend| backend.call.effects().to_vec())
    }

    /// The artifacts that were kept.
    #[must_use]
    pub fn artifacts(&self) -> Vec<Kept> {
        self.with(|backend| backend.call.files().to_vec())
    }

    /// The lines of the log.
    #[must_use]
    pub fn log(&self) -> Vec<LogLine> {
        self.with(|backend| backend.call.lines().to_vec())
    }

    /// What was reported.
    #[must_use]
    pub fn progress(&self) -> Vec<Progress> {
        self.with(|backend| backend.call.progress().to_vec())
    }

    /// The parts of the result that were kept, by name.
    ///
    /// # Panics
    /// Never: only JSON is kept.
    #[must_use]
    pub fn parts(&self) -> Vec<(String, Value)> {
        let parts = self.with(|backend| backend.call.parts().to_vec());
        let parsed = parts.into_iter().map(|(item, json)| {
            let value = serde_json::from_str(&json).expect("it was looked at when it was kept");
            (item, value)
        });
        parsed.collect()
    }
}
