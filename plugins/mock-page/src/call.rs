//! One call after another of a component: its page, its grants, and what it leaves behind.
//!
//! Owns: the rules that the host applies around its page, taken from `gantry-grants`. The record outlives a call.
//! Never: reads JSON. Whoever knows the component's types does.

use std::collections::BTreeSet;

use gantry_grants::{BeginDenied, Capability, Effect};

use crate::artifacts::{Content, Files, Kept, Spreadsheet, name_of_download};
use crate::effects::{BegunEffect, EffectError, Settled};
use crate::error::{PageError, Problem};
use crate::page::MockPage;
use crate::portal::Portal;
use crate::words::{Clicked, ElementId};

/// The one site where secrets may be typed.
const SECRETS_AT: &str = "account";

/// How much a line of the log matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For whoever works on the plugin.
    Debug,
    /// What happened.
    Info,
    /// Something was recovered from.
    Warn,
    /// Something to act on.
    Error,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How much it matters.
    pub level: Level,
    /// What it says.
    pub message: String,
}

/// How far a call said it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The step.
    pub step: String,
    /// So many.
    pub done: u32,
    /// Of so many.
    pub total: Option<u32>,
}

/// What a component is given, call after call.
#[derive(Debug)]
pub struct MockCall {
    page: MockPage,
    grants: BTreeSet<Capability>,
    is_guarded: bool,
    effect: Effect,
    has_typed_secret: bool,
    credentials: Option<(String, String)>,
    effects: Vec<BegunEffect>,
    files: Files,
    log: Vec<LogLine>,
    progress: Vec<Progress>,
    parts: Vec<(String, String)>,
}

impl MockCall {
    /// Calls on a page of this portal, without any grant.
    #[must_use]
    pub fn new(portal: Portal) -> Self {
        Self {
            page: MockPage::new(portal),
            grants: BTreeSet::new(),
            is_guarded: true,
            effect: Effect::None,
            has_typed_secret: false,
            credentials: None,
            effects: Vec::new(),
            files: Files::default(),
            log: Vec::new(),
            progress: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Begins a call of an operation with these grants. A resumed call finds the page as the last one left it; any other
    /// finds one that was just opened.
    pub fn begin(&mut self, grants: impl IntoIterator<Item = Capability>, is_resumed: bool) {
        self.grants = grants.into_iter().collect();
        self.is_guarded = true;
        self.effect = Effect::None;
        self.has_typed_secret = false;
        self.page.has_acted = false;
        if !is_resumed {
            self.page.start_afresh();
        }
    }

    /// Begins a call of a session component, which may click guarded elements and have secrets typed. The page stays.
    pub fn begin_session(&mut self, grants: impl IntoIterator<Item = Capability>) {
        self.begin(grants, true);
        self.is_guarded = false;
    }

    /// What `type_secret` types.
    pub fn set_credentials(&mut self, username: &str, password: &str) {
        self.credentials = Some((username.to_owned(), password.to_owned()));
    }

    /// The page. For whatever needs no rule: what does is below.
    pub fn page(&mut self) -> &mut MockPage {
        &mut self.page
    }

    /// Clicks, if the guard lets it.
    ///
    /// # Errors
    /// As [`MockPage::click`], and `denied` for a guarded element without an open effect.
    pub fn click(&mut self, element: ElementId) -> Result<(), PageError> {
        if let Clicked::Guarded(text) = self.page.click(element, !self.is_guarded)? {
            self.let_through(&text)?;
            self.page.click(element, true)?;
        }
        Ok(())
    }

    /// Types. A line feed is the Enter key, so it passes the guard as that does.
    ///
    /// # Errors
    /// As [`MockPage::fill`] and [`click`](Self::click).
    pub fn fill(&mut self, element: ElementId, text: &str) -> Result<(), PageError> {
        if text.contains(['\n', '\r']) {
            self.pass_guard(element, "Enter")?;
        }
        self.page.fill(element, text)
    }

    /// Presses a key, if the guard lets it.
    ///
    /// # Errors
    /// As [`MockPage::press`] and [`click`](Self::click).
    pub fn press(&mut self, element: ElementId, key: &str) -> Result<(), PageError> {
        self.pass_guard(element, key)?;
        self.page.press(element, key)
    }

    /// Whether a script may run. Needs `script`.
    ///
    /// # Errors
    /// `denied` without the grant, and after a secret was typed.
    pub fn may_evaluate(&self) -> Result<(), PageError> {
        self.need(Capability::Script)?;
        if self.has_typed_secret {
            return Err(denied(
                "scripts after `secrets.fill`: they could read what was typed",
            ));
        }
        Ok(())
    }

    /// Runs a script, if it may.
    ///
    /// # Errors
    /// As [`may_evaluate`](Self::may_evaluate) and [`MockPage::evaluate`].
    pub fn evaluate(&mut self, script: &str, args_json: &str) -> Result<String, PageError> {
        self.may_evaluate()?;
        self.page.evaluate(script, args_json)
    }

    /// Keeps a picture.
    ///
    /// # Errors
    /// As [`MockPage::screenshot`], and what keeping a file fails with.
    pub fn screenshot(&mut self, name: &str) -> Result<String, PageError> {
        let picture = self.page.screenshot()?;
        let name = if name.to_ascii_lowercase().ends_with(".png") {
            name.to_owned()
        } else {
            format!("{name}.png")
        };
        Ok(self.files.put_bytes(&name, "image/png", picture.to_vec())?)
    }

    /// Starts to watch for a download. Needs `downloads`.
    ///
    /// # Errors
    /// As [`MockPage::begin_download`], and `denied`.
    pub fn begin_download(&mut self) -> Result<(), PageError> {
        self.need(Capability::Downloads)?;
        self.page.begin_download()
    }

    /// Keeps the file that came. Needs `downloads`.
    ///
    /// # Errors
    /// As [`MockPage::finish_download`], and `denied`.
    pub fn finish_download(&mut self) -> Result<String, PageError> {
        self.need(Capability::Downloads)?;
        let file = self.page.finish_download()?;
        let name = name_of_download(&file.name);
        let media_type = "application/octet-stream";
        Ok(self.files.put_bytes(&name, media_type, file.content)?)
    }

    /// Begins the call's effect, and gives its place among [`effects`](Self::effects). Needs `submit`.
    ///
    /// # Errors
    /// `denied` without the grant, `duplicate` for a second one or while the end of one with the same key is not known.
    pub fn begin_effect(
        &mut self,
        summary: &str,
        key: &str,
        memo: &str,
    ) -> Result<usize, EffectError> {
        let granted = |capability| self.grants.contains(&capability);
        self.effect.may_begin(granted).map_err(|why| match why {
            BeginDenied::NoGrant => EffectError::Denied(why.to_string()),
            BeginDenied::AlreadyBegun => EffectError::Duplicate(why.to_string()),
        })?;
        if self
            .effects
            .iter()
            .any(|effect| effect.key == key && effect.is_open())
        {
            let which = format!("an earlier call began `{key}`, and its end is not known yet");
            return Err(EffectError::Duplicate(which));
        }
        self.effect.opened();
        self.effects.push(BegunEffect {
            summary: summary.to_owned(),
            key: key.to_owned(),
            memo: memo.to_owned(),
            outcome: None,
        });
        Ok(self.effects.len() - 1)
    }

    /// Says how an effect ended.
    pub fn settle(&mut self, effect: usize, outcome: Settled) {
        self.effect.settled();
        if let Some(effect) = self.effects.get_mut(effect) {
            effect.outcome = Some(outcome);
        }
    }

    /// Keeps bytes under a name, and gives their number.
    ///
    /// # Errors
    /// `invalid-name` and `invalid-media-type`.
    pub fn put_bytes(
        &mut self,
        name: &str,
        media_type: &str,
        content: Vec<u8>,
    ) -> Result<String, Problem> {
        self.files.put_bytes(name, media_type, content)
    }

    /// Keeps a table; the name is without ending.
    ///
    /// # Errors
    /// `invalid-name`, and `invalid-table` if a row has not as many cells as there are columns.
    pub fn put_table(&mut self, name: &str, table: Spreadsheet) -> Result<String, Problem> {
        self.files.put_table(name, table)
    }

    /// Reads a table that was kept, or a csv.
    ///
    /// # Errors
    /// `artifact-not-found`, `not-a-table`, and `mock-unsupported` for xlsx and xls.
    pub fn read_table(&self, id: &str) -> Result<Spreadsheet, Problem> {
        self.files.read_table(id)
    }

    /// Keeps how far the call is.
    pub fn report(&mut self, progress: Progress) {
        self.progress.push(progress);
    }

    /// Keeps a part of the result; a later one of the same name replaces it.
    pub fn keep(&mut self, item: &str, result_json: &str) {
        self.parts.retain(|(name, _)| name != item);
        self.parts.push((item.to_owned(), result_json.to_owned()));
    }

    /// Keeps a line of the log.
    pub fn log(&mut self, level: Level, message: &str) {
        let message = message.to_owned();
        self.log.push(LogLine { level, message });
    }

    /// Types the password, or else the user name.
    ///
    /// # Errors
    /// `denied` anywhere but at the site `account`, without credentials, and for a password in anything but a control for
    /// passwords; else as [`MockPage::fill`].
    pub fn type_secret(&mut self, is_password: bool, into: ElementId) -> Result<(), PageError> {
        if self.page.location()?.site.as_deref() != Some(SECRETS_AT) {
            return Err(denied("secrets anywhere but at the site `account`"));
        }
        let Some((username, password)) = self.credentials.clone() else {
            return Err(denied("secrets: this call was given none"));
        };
        if is_password && !self.page.is_password(into)? {
            return Err(denied(
                "a password in a control that is not of type `password`",
            ));
        }
        self.has_typed_secret = true;
        if is_password {
            self.page.fill_secretly(into, "password", &password)
        } else {
            self.page.fill_secretly(into, "username", &username)
        }
    }

    /// All effects that were begun.
    #[must_use]
    pub fn effects(&self) -> &[BegunEffect] {
        &self.effects
    }

    /// All files that were kept.
    #[must_use]
    pub fn files(&self) -> &[Kept] {
        &self.files.0
    }

    /// The bytes of a file that was kept as bytes.
    #[must_use]
    pub fn bytes(&self, id: &str) -> Option<&[u8]> {
        match &self.files.0.iter().find(|kept| kept.id == id)?.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Table(_) => None,
        }
    }

    /// The log.
    #[must_use]
    pub fn lines(&self) -> &[LogLine] {
        &self.log
    }

    /// All that was reported.
    #[must_use]
    pub fn progress(&self) -> &[Progress] {
        &self.progress
    }

    /// The parts of the result that were kept, as JSON by name.
    #[must_use]
    pub fn parts(&self) -> &[(String, String)] {
        &self.parts
    }

    fn need(&self, capability: Capability) -> Result<(), PageError> {
        if self.grants.contains(&capability) {
            Ok(())
        } else {
            Err(PageError::Denied(capability.missing()))
        }
    }

    fn pass_guard(&mut self, element: ElementId, key: &str) -> Result<(), PageError> {
        if !self.is_guarded {
            return Ok(());
        }
        match self.page.sets_off(element, key)? {
            Some(guarded) => self.let_through(&guarded),
            None => Ok(()),
        }
    }

    fn let_through(&mut self, guarded: &str) -> Result<(), PageError> {
        let passed = self.effect.let_through(guarded);
        passed.map_err(|why| PageError::Denied(why.to_string()))
    }
}

fn denied(what: &str) -> PageError {
    PageError::Denied(what.to_owned())
}
