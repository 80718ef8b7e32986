//! Scripted faults: what goes wrong, at which requests, how many times.
//!
//! Owns: the script. Ends: a fault with a count leaves the script when it is used up.
//! Never: waits or answers; the gate of the sites does what is said here.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::config::ExpiryForm;
use crate::origin::Origin;
use crate::request::RequestKind;
use crate::trouble::PageTrouble;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum FaultKind {
    /// Answers with this status instead, after the usual latency.
    Status {
        /// Such as 500, 503, or 403 for the page shown outside the region.
        status: u16,
    },
    /// Never answers; the connection stays open until the client or the portal goes.
    Hang,
    /// Closes the connection without an answer.
    Cut,
    /// Waits this long instead of the usual latency.
    Delay {
        /// How long.
        delay_ms: u64,
    },
    /// The page stays white this long after it has loaded.
    BlankPage {
        /// How long.
        blank_ms: u64,
    },
    /// The page is built differently.
    Markup {
        /// The difference.
        change: MarkupChange,
    },
    /// The session of the request ends just before it is answered.
    Expire {
        /// At which origins; empty means at all four.
        #[serde(default)]
        origins: Vec<Origin>,
        /// How the end shows.
        form: ExpiryForm,
    },
    /// Does what was asked, and then answers with this status all the same.
    StatusAfterwards {
        /// Such as 500.
        status: u16,
    },
    /// Does what was asked, and then closes the connection without an answer.
    CutAfterwards,
    /// The wizard's request is refused, and nothing recorded.
    Refuse {
        /// What the page says.
        text: String,
        /// Where it says it.
        shown: RefusalForm,
    },
    /// The click on Submit does nothing and nothing is sent. It is told to the page as step 3
    /// opens; a count is a number of clicks.
    LostClick,
    /// The page does something by itself: after it has loaded, or when the answer that
    /// this happens to arrives. An answer without a document or script has no use for it.
    Trouble {
        /// What it does.
        #[serde(flatten)]
        trouble: PageTrouble,
        /// How long after that it happens.
        #[serde(default)]
        defer_ms: u64,
    },
}

impl FaultKind {
    /// A trouble that happens without delay.
    #[must_use]
    pub fn trouble(trouble: PageTrouble) -> Self {
        Self::Trouble {
            trouble,
            defer_ms: 0,
        }
    }
}

/// Where the wizard says that something was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalForm {
    /// In a dialog with CLOSE.
    Dialog,
    /// In red beside the form.
    Inline,
}

/// A difference in the document that a reader has to notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum MarkupChange {
    /// `#searchres` has another id and class.
    ScrollerRenamed,
    /// A column has another header.
    ColumnRenamed {
        /// The header it has otherwise.
        column: String,
        /// The header it has now.
        to: String,
    },
    /// A column is not there at all.
    ColumnMissing {
        /// Its header.
        column: String,
    },
    /// The expand arrow has another icon.
    ArrowIconChanged,
    /// The dividers of the timeline have no classes that tell anything.
    DividersUnmarked,
    /// There is no Excel button.
    ExportMissing,
    /// There is no person icon in the header.
    PersonIconMissing,
    /// The inputs of the login form have other names.
    LoginInputsRenamed,
    /// The wizard's step headers do not tell which step it is.
    StepperUnmarked,
    /// The slot's select has another `formcontrolname`.
    SlotSelectRenamed,
    /// In an opened row each value stands right after its label.
    ValuesBesideLabels,
    /// In an opened row the last value of each card is missing.
    ValueMissing,
    /// A frame with a list of its own stands in front of the container list.
    FrameBeside,
}

/// At which requests a fault happens. An empty match is every request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultMatch {
    /// Only at this origin.
    pub origin: Option<Origin>,
    /// Only this kind of request.
    pub kind: Option<RequestKind>,
    /// Only this batch of the list, counted from zero.
    pub batch: Option<usize>,
    /// Only paths that start so.
    pub path_prefix: Option<String>,
    /// Only requests of a session of this account. A submitted login form has no session yet.
    pub username: Option<String>,
    /// Only requests of this sign-in.
    pub sign_in: Option<String>,
}

/// One line of the script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// At which requests.
    #[serde(default)]
    pub at: FaultMatch,
    /// How many matching requests pass first.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it happens to; `None` means until it is cleared.
    #[serde(default)]
    pub count: Option<u32>,
}

impl Fault {
    /// Happens once, at the next request that matches.
    #[must_use]
    pub fn once(kind: FaultKind, at: FaultMatch) -> Self {
        Self {
            kind,
            at,
            skip: 0,
            count: Some(1),
        }
    }

    /// Happens to every request that matches, until it is cleared.
    #[must_use]
    pub fn always(kind: FaultKind, at: FaultMatch) -> Self {
        Self {
            kind,
            at,
            skip: 0,
            count: None,
        }
    }
}

/// What a fault is matched with.
pub(crate) struct Subject<'a> {
    pub origin: Origin,
    pub kind: RequestKind,
    pub batch: Option<usize>,
    pub path: &'a str,
    pub username: Option<&'a str>,
    pub sign_in: Option<&'a str>,
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    script: Mutex<Vec<Fault>>,
}

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        self.script
            .lock()
            .expect("no holder of this lock panics")
            .push(fault);
    }

    pub(crate) fn clear(&self) {
        self.script
            .lock()
            .expect("no holder of this lock panics")
            .clear();
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        self.script
            .lock()
            .expect("no holder of this lock panics")
            .clone()
    }

    /// What happens to this request, in the order of the script.
    pub(crate) fn take(&self, subject: &Subject) -> Vec<FaultKind> {
        let mut script = self.script.lock().expect("no holder of this lock panics");
        let mut happening = Vec::new();
        let happens =
            |fault: &&mut Fault| fault.kind != FaultKind::LostClick && fault.at.matches(subject);
        for fault in script.iter_mut().filter(happens) {
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            if let Some(left) = &mut fault.count {
                *left = left.saturating_sub(1);
            }
            happening.push(fault.kind.clone());
        }
        script.retain(|fault| fault.skip > 0 || fault.count != Some(0));
        happening
    }
}

impl Faults {
    /// How many clicks that would make this request are lost; they leave the script.
    pub(crate) fn take_lost_clicks(&self, subject: &Subject) -> u32 {
        let mut script = self.script.lock().expect("no holder of this lock panics");
        let mut lost: u32 = 0;
        script.retain(|fault| {
            if fault.kind != FaultKind::LostClick || !fault.at.matches(subject) {
                return true;
            }
            lost = lost.saturating_add(fault.count.unwrap_or(u32::MAX));
            fault.count.is_none()
        });
        lost
    }
}

impl FaultMatch {
    /// Every request of this kind.
    #[must_use]
    pub fn kind(kind: RequestKind) -> Self {
        Self {
            kind: Some(kind),
            ..Self::default()
        }
    }

    /// Every page of this origin.
    #[must_use]
    pub fn page(origin: Origin) -> Self {
        Self {
            origin: Some(origin),
            ..Self::kind(RequestKind::Page)
        }
    }

    /// This batch of the list, counted from zero.
    #[must_use]
    pub fn batch(number: usize) -> Self {
        Self {
            batch: Some(number),
            ..Self::kind(RequestKind::Batch)
        }
    }

    fn matches(&self, subject: &Subject) -> bool {
        self.origin.is_none_or(|origin| origin == subject.origin)
            && self.kind.is_none_or(|kind| kind == subject.kind)
            && self.batch.is_none_or(|batch| subject.batch == Some(batch))
            && self
                .path_prefix
                .as_deref()
                .is_none_or(|prefix| subject.path.starts_with(prefix))
            && self
                .username
                .as_deref()
                .is_none_or(|name| subject.username == Some(name))
            && self
                .sign_in
                .as_deref()
                .is_none_or(|id| subject.sign_in == Some(id))
    }
}
