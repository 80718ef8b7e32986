//! What the host knows during one call of a guest; every host function works on this and nothing else.
//!
//! Owns: the lent page, until the call gives it back. Ends with the store, that is with the call.
//! Never: outlives a call, or is seen by two guests.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use gantry_grants::Effect;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};
use wasmtime::UpdateDeadline;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::artifacts::run::RunArtifacts;
use crate::browser::error::PageError;
use crate::browser::page::Page;
use crate::config::limits;
use crate::config::secrets::Credentials;
use crate::model::ids::RunId;
use crate::plugin::bindings::types;
use crate::plugin::bounds::GuestBounds;
use crate::plugin::capability::Capability;
use crate::plugin::context::{CallContext, Journal};
use crate::plugin::guest_log::GuestLog;
use crate::plugin::imports::fault::{self, PageFault};
use crate::plugin::imports::stdio;
use crate::plugin::memory::GuestMemory;

/// Which bound made the host end the guest. A trap does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The call's time.
    Deadline,
    /// Computing without calling the host.
    Cpu,
    /// Calling the host.
    HostCalls,
}

/// Who is called, and with what rights.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The component's name, or that of its file before it has one.
    pub plugin: String,
    /// What it was granted.
    pub grants: BTreeSet<Capability>,
    /// The sites that it may be at; none are all.
    pub sites: Option<BTreeSet<String>>,
}

/// The state of one call.
pub struct CallState {
    pub(in crate::plugin) page: Option<Box<dyn Page>>,
    pub(in crate::plugin) credentials: Option<Credentials>,
    pub(in crate::plugin) artifacts: Option<Arc<RunArtifacts>>,
    pub(in crate::plugin) journal: Option<Arc<dyn Journal>>,
    pub(in crate::plugin) effect: Effect,
    /// Whether clicks on guarded elements are refused: those of operations are.
    pub(in crate::plugin) is_guarded: bool,
    pub(in crate::plugin) log: Arc<GuestLog>,
    pub(in crate::plugin) memory: GuestMemory,
    pub(in crate::plugin) table: ResourceTable,
    pub(in crate::plugin) begun: Instant,
    pub(in crate::plugin) instantiated: Option<Instant>,
    pub(in crate::plugin) deadline: Instant,
    pub(in crate::plugin) host_calls: u64,
    pub(in crate::plugin) ended: Option<Ended>,
    pub(in crate::plugin) browser_lost: Option<PageError>,
    /// After this the guest may not run scripts: they could read what was typed.
    pub(in crate::plugin) secret_typed: bool,
    grants: BTreeSet<Capability>,
    sites: Option<BTreeSet<String>>,
    wasi: WasiCtx,
    bounds: GuestBounds,
    ticks_computing: u32,
    host_calls_at_tick: u64,
}

impl CallState {
    /// The state of a call that works on a page.
    #[must_use]
    pub fn new(
        caller: Caller,
        bounds: &GuestBounds,
        page: Box<dyn Page>,
        context: CallContext,
    ) -> Self {
        let mut state = Self::without_page(caller, bounds, context.run_id, context.deadline);
        state.page = Some(page);
        state.credentials = context.credentials;
        state.artifacts = Some(context.artifacts);
        state.journal = context.journal;
        state
    }

    /// The state of a call of `describe`.
    #[must_use]
    pub fn without_page(
        caller: Caller,
        bounds: &GuestBounds,
        run_id: RunId,
        deadline: Instant,
    ) -> Self {
        let log = Arc::new(GuestLog::new(&caller.plugin, run_id, bounds.log_bytes));
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits::GUEST_HANDLES);
        Self {
            page: None,
            credentials: None,
            artifacts: None,
            journal: None,
            effect: Effect::None,
            is_guarded: true,
            wasi: stdio::empty_context(&log),
            log,
            memory: GuestMemory::new(bounds),
            table,
            begun: Instant::now(),
            instantiated: None,
            deadline,
            host_calls: 0,
            ended: None,
            browser_lost: None,
            secret_typed: false,
            grants: caller.grants,
            sites: caller.sites,
            bounds: bounds.clone(),
            ticks_computing: 0,
            host_calls_at_tick: 0,
        }
    }

    /// Until when host functions may wait: a moment before the end, so that the guest can still answer.
    #[must_use]
    pub fn host_deadline(&self) -> Instant {
        self.deadline
            .checked_sub(limits::CLEAN_UP)
            .unwrap_or(self.deadline)
    }

    /// The bounds of this call.
    #[must_use]
    pub const fn bounds(&self) -> &GuestBounds {
        &self.bounds
    }

    /// Counts one host call; every host function begins with it.
    ///
    /// # Errors
    /// Ends the guest if it called too often.
    pub fn count(&mut self) -> wasmtime::Result<()> {
        self.host_calls += 1;
        if self.host_calls > self.bounds.host_calls {
            self.ended = Some(Ended::HostCalls);
            wasmtime::bail!("more than {} host calls", self.bounds.host_calls);
        }
        Ok(())
    }

    /// Whether the guest was granted something.
    #[must_use]
    pub fn may(&self, capability: Capability) -> bool {
        self.grants.contains(&capability)
    }

    /// Whether the guest may be at a site.
    #[must_use]
    pub fn may_be_at(&self, site: &str) -> bool {
        self.sites.as_ref().is_none_or(|sites| sites.contains(site))
    }

    /// Whether it may be at every site.
    #[must_use]
    pub const fn may_be_anywhere(&self) -> bool {
        self.sites.is_none()
    }

    /// Begins a host function that works on what the page shows: the page, and until when it may take. Of a guest that may
    /// not be everywhere it is asked first where the page is, however it came there; that is one more command.
    pub(in crate::plugin) async fn begin(&mut self) -> Result<(&mut dyn Page, Instant), PageFault> {
        self.count()?;
        self.stays_where_it_may_be().await?;
        self.page_until()
    }

    /// The same, for what does not depend on where the page is.
    pub(in crate::plugin) fn begin_anywhere(
        &mut self,
    ) -> Result<(&mut dyn Page, Instant), PageFault> {
        self.count()?;
        self.page_until()
    }

    /// Asks where the page is, of a guest that may not be everywhere. Whatever waits asks once more at its end: the page may
    /// have gone on meanwhile.
    pub(in crate::plugin) async fn stays_where_it_may_be(&mut self) -> Result<(), PageFault> {
        if self.sites.is_none() {
            return Ok(());
        }
        let (page, until) = self.page_until()?;
        let done = timeout_at(until, page.location()).await;
        let place = self.finish(done)?;
        match place.site {
            Some(site) if self.may_be_at(site) => Ok(()),
            Some(SIGN_IN) => Err(types::PageError::SignedOut.into()),
            Some(site) => Err(not_granted(site).into()),
            None => {
                let what = "the page: it is at no site of the portal".to_owned();
                Err(types::PageError::Denied(what).into())
            }
        }
    }

    /// The page, and until when it may take, within a host function that has begun.
    pub(in crate::plugin) fn page_until(&mut self) -> Result<(&mut dyn Page, Instant), PageFault> {
        let until = self.host_deadline();
        if Instant::now() >= until {
            return Err(types::PageError::Deadline.into());
        }
        match self.page.as_deref_mut() {
            Some(page) => Ok((page, until)),
            None => Err(types::PageError::Denied("a page: `describe` has none".to_owned()).into()),
        }
    }

    /// Ends a wait that was given no more than what was left of the call. Where the guest asked for longer, it is
    /// not the condition that did not come true.
    pub(in crate::plugin) fn waited<T>(
        &mut self,
        done: Result<Result<T, PageError>, Elapsed>,
        asked: Duration,
        left: Duration,
    ) -> Result<T, PageFault> {
        if asked > left && matches!(done, Ok(Err(PageError::TimedOut(_)))) {
            return Err(types::PageError::Deadline.into());
        }
        self.finish(done)
    }

    /// Ends it: remembers a lost browser, and puts the error in the guest's words.
    pub(in crate::plugin) fn finish<T>(
        &mut self,
        done: Result<Result<T, PageError>, Elapsed>,
    ) -> Result<T, PageFault> {
        match done {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                if error.is_fatal() {
                    self.browser_lost.get_or_insert_with(|| error.clone());
                }
                Err(fault::to_guest(error).into())
            }
            Err(Elapsed { .. }) => Err(types::PageError::Deadline.into()),
        }
    }

    /// What to do at an epoch tick: every tick that the guest computes, it lets others run; past its bounds it
    /// ends.
    pub fn tick(&mut self) -> UpdateDeadline {
        if Instant::now() >= self.deadline {
            self.ended = Some(Ended::Deadline);
            return UpdateDeadline::Interrupt;
        }
        if self.host_calls == self.host_calls_at_tick {
            self.ticks_computing += 1;
        }
        self.host_calls_at_tick = self.host_calls;
        if limits::EPOCH_TICK * self.ticks_computing > self.bounds.cpu {
            self.ended = Some(Ended::Cpu);
            return UpdateDeadline::Interrupt;
        }
        // Tokio's own yield lets its timers and sockets be looked at; a plain one does not.
        UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now()))
    }
}

impl WasiView for CallState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

/// Where a portal sends whoever is not signed in.
const SIGN_IN: &str = "account";

/// A site that the guest may not be at.
pub(in crate::plugin) fn not_granted(site: &str) -> types::PageError {
    let what = format!("the site `{site}`: it is not among `sites` of this plugin");
    types::PageError::Denied(what)
}
