//! The table of the matrix: for each fault and place what is expected.
//!
//! Owns: the expectations. Never: carries anything out.

use gantry_portal::PageTrouble;

use crate::faults::table::Expected::{Fails, Kept, Part, Whole};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    KillRenderer,
    KillBrowser,
    KillDriver,
    StopBrowser,
    Hang,
    ServerError,
    Expiry,
    Cut,
    EndlessScript,
    Alert,
    Confirm,
    BeforeUnload,
    PopUp,
}

/// When it goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// An operation has its lease.
    Lease,
    /// It has asked for the page of the list.
    Page,
    /// It has asked for this batch, counted from zero.
    Batch(usize),
    /// A keep-alive has asked for the page of this site, in the order of its visits.
    Site(usize),
    /// Nobody uses the session; an operation is asked for afterwards.
    Idle,
}

/// What comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// The whole list.
    Whole,
    /// An incomplete list, which says so with this reason.
    Part(&'static str),
    /// A problem with this status and code.
    Fails(u16, &'static str),
    /// A keep-alive with this result.
    Kept(&'static str),
}

/// A fault with what is expected of it at each place; nothing where it cannot happen.
pub(crate) struct Line {
    pub(crate) fault: Fault,
    pub(crate) lease: Option<Expected>,
    pub(crate) page: Option<Expected>,
    pub(crate) batch: Option<Expected>,
    pub(crate) site: Option<Expected>,
    pub(crate) idle: Option<Expected>,
    /// How many sign-ins it may cost.
    pub(crate) sign_ins: usize,
}

/// A list of four batches asks for a fifth, which is empty.
pub(crate) const LAST_BATCH: usize = 4;

/// A browser that is lost is replaced, and what only reads is read again with it.
const fn loses_browser(fault: Fault) -> Line {
    Line {
        fault,
        lease: Some(Whole),
        page: Some(Whole),
        batch: Some(Whole),
        site: Some(Kept("failed")),
        idle: Some(Whole),
        sign_ins: 1,
    }
}

/// A dialog is told to the operation's caller; keeping alive sends it away.
const fn shows_dialog(fault: Fault) -> Line {
    Line {
        fault,
        lease: None,
        page: Some(Fails(502, "portal-dialog")),
        batch: Some(Fails(502, "portal-dialog")),
        site: Some(Kept("refreshed")),
        idle: Some(Whole),
        sign_ins: 0,
    }
}

/// What does not matter to who reads the page.
const fn changes_nothing(fault: Fault) -> Line {
    Line {
        fault,
        lease: None,
        page: Some(Whole),
        batch: Some(Whole),
        site: Some(Kept("refreshed")),
        idle: Some(Whole),
        sign_ins: 0,
    }
}

pub(crate) const TABLE: [Line; 13] = [
    loses_browser(Fault::KillRenderer),
    loses_browser(Fault::KillBrowser),
    loses_browser(Fault::KillDriver),
    loses_browser(Fault::StopBrowser),
    Line {
        fault: Fault::Hang,
        lease: None,
        page: Some(Fails(502, "page-load-timeout")),
        batch: Some(Part("deadline")),
        site: Some(Kept("unknown")),
        idle: None,
        sign_ins: 0,
    },
    Line {
        fault: Fault::ServerError,
        lease: None,
        page: Some(Fails(502, "portal-down")),
        // The page asks again for a batch that failed once.
        batch: Some(Whole),
        site: Some(Kept("unknown")),
        idle: None,
        sign_ins: 0,
    },
    Line {
        fault: Fault::Expiry,
        lease: Some(Whole),
        page: Some(Whole),
        batch: Some(Whole),
        site: Some(Kept("signed-in")),
        idle: Some(Whole),
        sign_ins: 1,
    },
    Line {
        fault: Fault::Cut,
        lease: None,
        page: Some(Fails(502, "portal-down")),
        batch: Some(Part("stalled")),
        site: Some(Kept("unknown")),
        idle: None,
        sign_ins: 0,
    },
    Line {
        lease: None,
        ..loses_browser(Fault::EndlessScript)
    },
    shows_dialog(Fault::Alert),
    shows_dialog(Fault::Confirm),
    changes_nothing(Fault::BeforeUnload),
    changes_nothing(Fault::PopUp),
];

impl Line {
    pub(crate) fn at(&self, place: Place) -> Option<Expected> {
        match place {
            Place::Lease => self.lease,
            Place::Page => self.page,
            Place::Batch(_) => self.batch,
            Place::Site(_) => self.site,
            Place::Idle => self.idle,
        }
    }
}

impl Fault {
    /// Whether the session's browser has to be replaced.
    pub(crate) fn loses_browser(self) -> bool {
        self.is_signal() || self == Self::EndlessScript
    }

    /// Whether it happens to a process; else it happens to a request.
    pub(crate) fn is_signal(self) -> bool {
        matches!(
            self,
            Self::KillRenderer | Self::KillBrowser | Self::KillDriver | Self::StopBrowser
        )
    }

    /// What the page does by itself, if that is the fault.
    pub(crate) fn trouble(self) -> Option<PageTrouble> {
        let text = "Please note".to_owned();
        let trouble = match self {
            Self::EndlessScript => PageTrouble::EndlessScript,
            Self::Alert => PageTrouble::Alert { text },
            Self::Confirm => PageTrouble::Confirm { text },
            Self::BeforeUnload => PageTrouble::BeforeUnload,
            Self::PopUp => PageTrouble::PopUp {
                address: "about:blank".to_owned(),
            },
            _ => return None,
        };
        Some(trouble)
    }
}
