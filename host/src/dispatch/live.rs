//! Live views: what a person at one is shown and can ask for, and which there are.
//!
//! Owns: the list of open views. A view is on it exactly as long as its task runs (`operator.rs`).
//! Never: touches a page.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub use crate::browser::live::Gesture;

use crate::config::limits;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::operator::Operator;
use crate::model::ids::SessionId;
use crate::model::session::LeaseKind;
use crate::pool::entry::{Condition, Standing};
use crate::pool::error::LeaseDenied;
use crate::pool::handle::{Purpose, Whose};
use crate::pool::lease::Lease;

/// Why there is no live view, or why it did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LiveError {
    /// The pool gave no lease.
    #[error(transparent)]
    Lease(#[from] LeaseDenied),
    /// Nobody has to sign in there.
    #[error("session `{0}` does not wait for a person; GET /v1/sessions/{0} says how it is")]
    NotNeeded(SessionId),
    /// It has to be opened first.
    #[error("no live view of session `{0}` is open; POST /v1/sessions/{0}/live opens it")]
    NotOpen(SessionId),
    /// More gestures wait than are carried out.
    #[error("too many gestures wait to be carried out; nothing of this request was taken")]
    Busy,
}

/// Why a live view ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// The portal says that somebody is signed in: the session can be used.
    SignedIn,
    /// The person gave up, or went away. The session still waits for one.
    GivenUp,
    /// As `GivenUp`, because the time was over.
    OutOfTime,
    /// The portal refused the account; the session ends.
    Refused,
    /// The session was closed.
    SessionClosed,
    /// The session lost its browser.
    BrowserLost,
    /// The host is stopping.
    HostStopping,
}

/// A picture of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Counts the pictures of a view that differ from the one before.
    pub number: u64,
    /// JPEG.
    pub jpeg: Vec<u8>,
    /// Its width in CSS pixels of the page, in which gestures are told.
    pub width: u32,
    /// Its height in CSS pixels.
    pub height: u32,
    /// How many windows there are. The newest is shown.
    pub windows: usize,
}

/// What a person at the view is shown now.
#[derive(Debug, Clone, Default)]
pub struct Scene {
    /// The last picture.
    pub picture: Option<Arc<Picture>>,
    /// The text of a native dialog that is open. It has to be answered before anything else.
    pub dialog: Option<String>,
    /// What the host has to say.
    pub notice: Option<String>,
    /// The view has ended. Nothing follows.
    pub ended: Option<Ended>,
}

/// What a person asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// To have this done in the page.
    Gesture(Gesture),
    /// To have the dialog answered.
    Dialog {
        /// With yes, or with no.
        accept: bool,
    },
    /// To have the portal asked whether somebody is signed in: nothing is left to do.
    Done,
    /// To have the sign-in begun again from its start.
    StartOver,
}

/// An open view, as its task and its viewers have it.
pub(in crate::dispatch) struct Live {
    session_id: SessionId,
    username: String,
    reason: String,
    ends_at: Instant,
    orders: mpsc::Sender<Order>,
    pub(in crate::dispatch) scene: watch::Sender<Scene>,
    /// What it is to end for.
    pub(in crate::dispatch) end: watch::Sender<Option<Ended>>,
}

/// A handle on an open live view. Cheap to clone; does not keep it open.
#[derive(Clone)]
pub struct LiveView(Arc<Live>);

impl LiveView {
    /// Its session.
    #[must_use]
    pub fn session_id(&self) -> SessionId {
        self.0.session_id
    }

    /// Whose session it is.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.0.username
    }

    /// What a person was needed for when it was opened.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// How long it may still be open.
    #[must_use]
    pub fn time_left(&self) -> std::time::Duration {
        self.0.ends_at.saturating_duration_since(Instant::now())
    }

    /// What it shows, from now on. As long as the answer is kept, somebody counts as looking.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Scene> {
        self.0.scene.subscribe()
    }

    /// Asks for these, in order; all of them, or none if they are too many.
    pub fn ask(&self, orders: Vec<Order>) -> Result<(), LiveError> {
        let room = self.0.orders.try_reserve_many(orders.len());
        let room = room.map_err(|error| match error {
            mpsc::error::TrySendError::Full(()) => LiveError::Busy,
            mpsc::error::TrySendError::Closed(()) => LiveError::NotOpen(self.0.session_id),
        })?;
        for (place, order) in room.zip(orders) {
            place.send(order);
        }
        Ok(())
    }

    /// Ends it, and returns when its lease has ended.
    pub async fn end(&self, why: Ended) {
        let mut scene = self.0.scene.subscribe();
        self.0.end.send_if_modified(|end| {
            let is_first = end.is_none();
            end.get_or_insert(why);
            is_first
        });
        // The other end is kept by this handle itself.
        drop(scene.wait_for(|scene| scene.ended.is_some()).await);
    }
}

/// The open views.
#[derive(Clone)]
pub(in crate::dispatch) struct Views {
    open: Arc<watch::Sender<HashMap<SessionId, Arc<Live>>>>,
    pub(in crate::dispatch) stopping: CancellationToken,
}

impl Views {
    pub(in crate::dispatch) fn none() -> Self {
        Self {
            open: Arc::default(),
            stopping: CancellationToken::new(),
        }
    }

    fn find(&self, id: SessionId) -> Option<LiveView> {
        self.open.borrow().get(&id).cloned().map(LiveView)
    }

    /// Returns when there is a view of the session.
    async fn opened(&self, id: SessionId) -> LiveView {
        let mut open = self.open.subscribe();
        let open = open.wait_for(|open| open.contains_key(&id)).await;
        let view = open.expect("this end keeps the channel open")[&id].clone();
        LiveView(view)
    }
}

/// A view on the list of those that are open. Dropping it takes it off and tells its viewers.
pub(in crate::dispatch) struct Listed {
    pub(in crate::dispatch) live: Arc<Live>,
    pub(in crate::dispatch) why: Ended,
    views: Views,
}

impl Listed {
    fn list(live: Arc<Live>, views: Views) -> Self {
        let entry = Arc::clone(&live);
        views
            .open
            .send_modify(|open| drop(open.insert(live.session_id, entry)));
        Self {
            live,
            // What it says if its task does not come to say anything.
            why: Ended::BrowserLost,
            views,
        }
    }

    pub(in crate::dispatch) fn session_id(&self) -> SessionId {
        self.live.session_id
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        let id = self.live.session_id;
        // Off the list first: who is told that it ended may open the next one at once.
        self.views.open.send_modify(|open| drop(open.remove(&id)));
        self.live
            .scene
            .send_modify(|scene| scene.ended = Some(self.why));
    }
}

impl Dispatch {
    /// Opens the live view of a session that waits for a person, or joins the one that is open.
    pub async fn open_live_view(&self, id: SessionId) -> Result<LiveView, LiveError> {
        let views = &self.0.views;
        if let Some(view) = views.find(id) {
            return Ok(view);
        }
        if views.stopping.is_cancelled() {
            return Err(LeaseDenied::Draining.into());
        }
        let purpose = Purpose {
            kind: LeaseKind::Operator,
            run_id: None,
            keep_alive: None,
            wait: limits::OPERATOR_WAIT,
            is_patient: false,
            hold: limits::OPERATOR + limits::OPERATOR_ABSENT,
        };
        let lease = tokio::select! {
            biased;
            view = views.opened(id) => return Ok(view),
            lease = self.0.pool.lease(Whose::Session(id, None), purpose) => lease,
        };
        let lease = lease.map_err(|denied| match denied {
            LeaseDenied::WaitedTooLong { .. } => LeaseDenied::InUse(id),
            denied => denied,
        })?;
        let Standing::AwaitingOperator(reason) = lease.standing().clone() else {
            lease.finish(Condition::Untouched);
            return Err(LiveError::NotNeeded(id));
        };
        Ok(self.start_view(lease, reason).await)
    }

    async fn start_view(&self, lease: Lease, reason: String) -> LiveView {
        let id = lease.session();
        let session = self.0.pool.session(id).await;
        let (orders, taken) = mpsc::channel(limits::GESTURES_WAITING);
        let live = Arc::new(Live {
            session_id: id,
            username: session.map(|session| session.username).unwrap_or_default(),
            reason: reason.clone(),
            ends_at: Instant::now() + limits::OPERATOR,
            orders,
            scene: watch::Sender::default(),
            end: watch::Sender::default(),
        });
        let listed = Listed::list(Arc::clone(&live), self.0.views.clone());
        let operator = Operator::new(self.clone(), lease, reason, taken, listed, live.ends_at);
        tokio::spawn(operator.run());
        LiveView(live)
    }

    /// The live view of a session, if one is open.
    pub fn live_view(&self, id: SessionId) -> Result<LiveView, LiveError> {
        self.0.views.find(id).ok_or(LiveError::NotOpen(id))
    }

    /// Ends every live view, and lets no further one be opened: the host is stopping.
    pub(in crate::dispatch) fn stop_live_views(&self) {
        self.0.views.stopping.cancel();
    }
}
