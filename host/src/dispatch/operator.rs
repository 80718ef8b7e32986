//! A person at the live page of a session: one task a view, which has the operator's lease.
//!
//! Owns: the lease, for as long as the view is open. Ends when the portal says that somebody is signed in, when
//! the person gives up, goes away or runs out of time, when the session is taken away, or when the host stops;
//! in each case the lease ends, and the session is as it was unless something was learned.
//! Never: two commands at once, or a word of what was typed in the log.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use crate::browser::error::PageError;
use crate::browser::live::{Frame, Gesture};
use crate::browser::page::Page as _;
use crate::config::limits;
use crate::dispatch::ending::Ending;
use crate::dispatch::error::RunError;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::live::{Ended, Listed, Order, Picture};
use crate::dispatch::pace::{Due, Pace};
use crate::dispatch::stopped::Stopped;
use crate::plugin::call::Presence;
use crate::pool::entry::Condition;
use crate::pool::lease::Lease;

/// A picture that takes longer is one of a page that is still on its way.
const LOADING: Duration = Duration::from_millis(1500);

/// The task of one live view.
pub(in crate::dispatch) struct Operator {
    dispatch: Dispatch,
    lease: Lease,
    /// What a person is needed for.
    reason: String,
    orders: mpsc::Receiver<Order>,
    listed: Listed,
    ending: Ending,
    pace: Pace,
    /// How the session is left, where that is not as it was.
    condition: Option<Condition>,
}

impl Operator {
    pub(in crate::dispatch) fn new(
        dispatch: Dispatch,
        lease: Lease,
        reason: String,
        orders: mpsc::Receiver<Order>,
        listed: Listed,
        ends_at: Instant,
    ) -> Self {
        let stopping = dispatch.0.views.stopping.clone();
        let ending = Ending::new(&listed.live, &lease, stopping, ends_at);
        Self {
            dispatch,
            lease,
            reason,
            orders,
            listed,
            ending,
            pace: Pace::new(Instant::now()),
            condition: None,
        }
    }

    pub(in crate::dispatch) async fn run(mut self) {
        let session_id = self.listed.session_id();
        tracing::info!(session.id = %session_id, reason = self.reason, "live view opened");
        self.lease.lend().attended(true);
        let Err(why) = self.serve().await;
        self.lease.lend().attended(false);
        tracing::info!(session.id = %session_id, ?why, "live view ended");
        let condition = match (why, self.condition.take()) {
            (Ended::SignedIn, _) => {
                self.dispatch.forgive(&self.lease);
                Condition::SignedIn
            }
            (_, Some(condition)) => condition,
            (_, None) => Condition::AwaitingOperator(self.reason),
        };
        self.lease.finish(condition);
        self.listed.why = why;
    }

    async fn serve(&mut self) -> Result<Infallible, Ended> {
        loop {
            let until_due = self.until_due();
            let order = tokio::select! {
                biased;
                why = self.ending.signalled() => return Err(why),
                Some(order) = self.orders.recv() => Some(order),
                () = sleep(until_due) => None,
            };
            match order {
                Some(order) => self.carry_out(order).await?,
                None => self.tick().await?,
            }
        }
    }

    /// Nothing is due at times that are known beforehand: a viewer may come at any moment.
    fn until_due(&mut self) -> Duration {
        match self.due() {
            Due::Nothing => limits::FRAME_EVERY / 4,
            Due::Look | Due::Picture | Due::Leave => Duration::ZERO,
        }
    }

    fn due(&mut self) -> Due {
        let is_watched = self.listed.live.scene.receiver_count() > 0;
        self.pace.due(Instant::now(), is_watched)
    }

    async fn tick(&mut self) -> Result<(), Ended> {
        match self.due() {
            Due::Look => self.look().await,
            Due::Picture => self.picture().await,
            Due::Leave => Err(Ended::GivenUp),
            Due::Nothing => Ok(()),
        }
    }

    async fn carry_out(&mut self, order: Order) -> Result<(), Ended> {
        match order {
            Order::Gesture(gesture) => self.gesture(&gesture).await?,
            Order::Dialog { accept } => {
                let mut page = self.lease.lend();
                let answered = self.ending.unless(page.answer_dialog(accept)).await?;
                drop(page);
                self.settle(answered)?;
            }
            Order::Done => self.confirm().await?,
            Order::StartOver => self.start_over().await?,
        }
        self.pace.acted(Instant::now());
        Ok(())
    }

    async fn gesture(&mut self, gesture: &Gesture) -> Result<(), Ended> {
        let mut page = self.lease.lend();
        let done = self.ending.unless(page.gesture(gesture)).await?;
        drop(page);
        if let Err(PageError::InvalidArgument(why)) = &done {
            self.say(why);
        }
        self.settle(done)?;
        Ok(())
    }

    async fn picture(&mut self) -> Result<(), Ended> {
        self.pace.pictured(Instant::now());
        let mut page = self.lease.lend();
        let live = Arc::clone(&self.listed.live);
        let taken = self.ending.unless(async {
            let mut frame = std::pin::pin!(page.frame());
            if let Ok(frame) = timeout(LOADING, &mut frame).await {
                return frame;
            }
            let loading = "The portal is loading a page. The picture follows.".to_owned();
            live.scene
                .send_modify(|scene| scene.notice = Some(loading.clone()));
            let frame = frame.await;
            live.scene.send_modify(|scene| {
                scene.notice.take_if(|notice| *notice == loading);
            });
            frame
        });
        let taken = taken.await?;
        drop(page);
        if let Some(frame) = self.settle(taken)? {
            self.show(frame);
        }
        Ok(())
    }

    fn show(&self, frame: Frame) {
        self.listed.live.scene.send_if_modified(|scene| {
            let last = scene.picture.as_deref();
            let is_same = |last: &Picture| last.jpeg == frame.jpeg && last.windows == frame.windows;
            if last.is_some_and(is_same) {
                return false;
            }
            let number = last.map_or(1, |last| last.number + 1);
            scene.picture = Some(Arc::new(Picture {
                number,
                jpeg: frame.jpeg,
                width: frame.width,
                height: frame.height,
                windows: frame.windows,
            }));
            true
        });
    }

    /// Sorts out what came of a command: the dialog it met is shown, and one that is gone is not any more.
    fn settle<T>(&self, result: Result<T, PageError>) -> Result<Option<T>, Ended> {
        let dialog = match &result {
            Err(PageError::DialogOpen(text)) => Some(text.clone()),
            Err(error) if error.is_fatal() || *error == PageError::CalledBack => {
                return Err(self.ending.reason().unwrap_or(Ended::BrowserLost));
            }
            _ => None,
        };
        self.listed.live.scene.send_if_modified(|scene| {
            let is_news = scene.dialog != dialog;
            scene.dialog = dialog;
            is_news
        });
        Ok(result.ok())
    }

    async fn look(&mut self) -> Result<(), Ended> {
        let looked = self.dispatch.look(&mut self.lease);
        let looked = self.ending.unless(looked).await?;
        self.pace.looked(Instant::now());
        match looked {
            Ok(Presence::SignedIn) if self.pace.may_confirm(Instant::now()) => self.confirm().await,
            Ok(_) => Ok(()),
            Err(Stopped { error, .. }) => {
                tracing::debug!(session.id = %self.listed.session_id(), %error, "could not look");
                self.unless_lost()
            }
        }
    }

    /// Asks the portal whether somebody is signed in. Ends the view if so.
    async fn confirm(&mut self) -> Result<(), Ended> {
        self.say("Asking the portal whether somebody is signed in.");
        let probed = self.dispatch.confirm(&mut self.lease);
        let probed = self.ending.unless(probed).await?;
        let said = match probed {
            Ok(Presence::SignedIn) => return Err(Ended::SignedIn),
            Ok(Presence::SignedOut) => "The portal says that nobody is signed in yet. \"Start over\" fills in its form again.".to_owned(),
            Ok(Presence::Unknown(seen)) => {
                format!("The portal does not say who it is; it shows {seen}")
            }
            Err(Stopped { error, .. }) => {
                tracing::info!(session.id = %self.listed.session_id(), %error, "could not ask");
                self.unless_lost()?;
                format!("The portal could not be asked: {error}")
            }
        };
        self.pace.not_confirmed(Instant::now());
        self.say(&said);
        Ok(())
    }

    /// Has the session component begin again, which leaves a form that is fresh and filled in.
    async fn start_over(&mut self) -> Result<(), Ended> {
        self.say("Starting over.");
        let begun = self.dispatch.begin_again(&mut self.lease);
        let stopped = match self.ending.unless(begun).await? {
            Ok(()) => return Err(Ended::SignedIn),
            Err(stopped) => stopped,
        };
        match (stopped.error, stopped.condition) {
            (RunError::OperatorNeeded { reason, .. }, _) => {
                self.say(&reason);
                self.reason = reason;
            }
            (RunError::Refused { message, .. }, condition) => {
                self.say(&message);
                self.condition = Some(condition);
                return Err(Ended::Refused);
            }
            (error, _) => {
                self.unless_lost()?;
                self.say(&format!("Could not start over: {error}"));
            }
        }
        Ok(())
    }

    fn unless_lost(&mut self) -> Result<(), Ended> {
        if self.lease.lend().is_lost() {
            return Err(self.ending.reason().unwrap_or(Ended::BrowserLost));
        }
        Ok(())
    }

    fn say(&self, what: &str) {
        let scene = &self.listed.live.scene;
        scene.send_modify(|scene| scene.notice = Some(what.to_owned()));
    }
}
