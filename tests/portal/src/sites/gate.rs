//! The gate every request passes: cookies, log, faults and latency.
//!
//! Owns: the order of these. Ends: the log entry is closed even when the client leaves.
//! Never: knows what the sites serve.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};

use crate::clock::Clock;
use crate::config::ExpiryForm;
use crate::faults::{FaultKind, MarkupChange, RefusalForm, Subject};
use crate::origin::Origin;
use crate::request::RequestKind;
use crate::request_log::RequestEntry;
use crate::sessions::{Expiry, Standing, Whose};
use crate::sites::{account, appointments, assets, containers, html, wizard};
use crate::trouble::{self, Timed};
use crate::visit::Refusal;
use crate::wire::Wire;
use crate::world::World;

/// One site: an origin of a portal.
#[derive(Clone)]
pub(crate) struct Site {
    pub world: Arc<World>,
    pub origin: Origin,
}

/// What the gate found out about a request, for the handlers.
#[derive(Clone)]
pub(crate) struct Visit {
    pub seq: u64,
    pub visitor: String,
    pub standing: Standing,
    pub blank_ms: u64,
    pub markup: Vec<MarkupChange>,
    pub troubles: Vec<Timed>,
}

/// The router of an origin.
pub(crate) fn site(world: Arc<World>, origin: Origin) -> Router {
    let site = Site { world, origin };
    let routes = match origin {
        Origin::Account => account::routes(),
        Origin::Containers => containers::routes(),
        Origin::Wizard => wizard::routes(),
        Origin::Appointments => appointments::routes(),
    };
    routes
        .merge(assets::routes())
        .fallback(|| async { html::status_page(404) })
        .layer(middleware::from_fn_with_state(site.clone(), pass))
        .with_state(site)
}

async fn pass(
    State(site): State<Site>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    mut request: Request,
    next: Next,
) -> Response {
    let arrival = Arrival::of(&site, &request);
    let open = OpenEntry::begin(&site, &arrival);
    let faults = site.world.faults.take(&arrival.subject(&site, &request));
    let mut visit = Visit {
        seq: open.seq,
        visitor: arrival.visitor.clone(),
        standing: arrival.standing.clone(),
        blank_ms: 0,
        markup: Vec::new(),
        troubles: Vec::new(),
    };
    let plan = plan(&site, &wire, &arrival, &faults, &open, &mut visit);
    let troubles = std::mem::take(&mut visit.troubles);
    request.extensions_mut().insert(visit);
    let mut response = carry_out(&site, &arrival, plan, &open, next.run(request)).await;
    if faults.contains(&FaultKind::CutAfterwards) {
        cut(&site, &wire, &arrival);
    }
    response = trouble::attach(&troubles, response).await;
    finish(&site, &arrival, response.headers_mut());
    open.end(response.status());
    response
}

/// What the script and the latencies make of a request.
struct Plan {
    wait_ms: u64,
    hangs: bool,
    /// Instead of what the site would answer, which then does nothing.
    answer: Option<Response>,
    /// The status instead of what the site has answered.
    afterwards: Option<u16>,
}

async fn carry_out(
    site: &Site,
    arrival: &Arrival,
    plan: Plan,
    open: &OpenEntry,
    handler: impl Future<Output = Response>,
) -> Response {
    let world = &site.world;
    if plan.hangs {
        world.stopped().await;
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let act = async {
        let response = match plan.answer {
            Some(answer) => answer,
            None => handler.await,
        };
        plan.afterwards.map_or(response, html::status_page)
    };
    // A submit is booked when it comes, and its answer is what takes time: a client that
    // gives up meanwhile has booked all the same.
    if arrival.kind == RequestKind::Submit {
        let response = act.await;
        world.wait(plan.wait_ms).await;
        open.waited();
        return response;
    }
    world.wait(plan.wait_ms).await;
    open.waited();
    act.await
}

/// Takes the script as far as it can be taken before any waiting.
fn plan(
    site: &Site,
    wire: &Wire,
    arrival: &Arrival,
    faults: &[FaultKind],
    open: &OpenEntry,
    visit: &mut Visit,
) -> Plan {
    let mut plan = Plan {
        wait_ms: arrival.kind.latency_ms(&site.world.latencies()),
        hangs: false,
        answer: None,
        afterwards: None,
    };
    let is_repeat = |request: &String| site.world.severed.has(request);
    if arrival.click.as_ref().is_some_and(is_repeat) {
        open.note(&FaultKind::Cut);
        wire.cut();
        plan.answer = Some(StatusCode::SERVICE_UNAVAILABLE.into_response());
        return plan;
    }
    for fault in faults {
        open.note(fault);
        match fault {
            FaultKind::Status { status } => plan.answer = Some(html::status_page(*status)),
            FaultKind::StatusAfterwards { status } => plan.afterwards = Some(*status),
            FaultKind::Hang => plan.hangs = true,
            FaultKind::Cut => {
                cut(site, wire, arrival);
                plan.answer = Some(StatusCode::SERVICE_UNAVAILABLE.into_response());
            }
            FaultKind::Refuse { text, shown } => {
                let (text, dialog) = (text.clone(), *shown == RefusalForm::Dialog);
                let told = Json(Refusal { text, dialog });
                plan.answer = Some((StatusCode::UNPROCESSABLE_ENTITY, told).into_response());
            }
            FaultKind::Delay { delay_ms } => plan.wait_ms = *delay_ms,
            FaultKind::BlankPage { blank_ms } => visit.blank_ms = *blank_ms,
            FaultKind::Markup { change } => visit.markup.push(change.clone()),
            FaultKind::Trouble { trouble, defer_ms } => visit.troubles.push(Timed {
                trouble: trouble.clone(),
                defer_ms: *defer_ms,
            }),
            FaultKind::Expire { origins, form } => {
                expire(site, arrival, origins, *form);
                visit.standing = arrival.standing_now(site);
            }
            // After the answer, and before the click.
            FaultKind::CutAfterwards | FaultKind::LostClick => {}
        }
    }
    plan
}

fn cut(site: &Site, wire: &Wire, arrival: &Arrival) {
    if let Some(click) = &arrival.click {
        site.world.severed.add(click.clone());
    }
    wire.cut();
}

fn expire(site: &Site, arrival: &Arrival, origins: &[Origin], form: ExpiryForm) {
    if let Standing::SignedIn { sign_in, .. } = &arrival.standing {
        site.world.sessions.expire(&Expiry {
            whose: Whose::SignIn(sign_in.clone()),
            origins: origins.to_vec(),
            form,
        });
    }
}

fn finish(site: &Site, arrival: &Arrival, headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let name = site.origin.visitor_cookie();
    let is_set = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .any(|cookie| cookie.as_bytes().starts_with(name.as_bytes()));
    if arrival.is_new_visitor && !is_set {
        headers.append(header::SET_COOKIE, html::cookie(&name, &arrival.visitor));
    }
}

/// A request as it came.
struct Arrival {
    kind: RequestKind,
    batch: Option<usize>,
    /// The id of the click on Submit that this request comes from.
    click: Option<String>,
    visitor: String,
    is_new_visitor: bool,
    session: Option<String>,
    standing: Standing,
    entry: RequestEntry,
}

impl Arrival {
    fn of(site: &Site, request: &Request) -> Self {
        let sessions = &site.world.sessions;
        let (method, uri) = (request.method(), request.uri());
        let query = uri.query().unwrap_or_default();
        let kind = RequestKind::of(site.origin, method, uri.path());
        let click = (kind == RequestKind::Submit)
            .then(|| html::query_value(query, "request"))
            .flatten();
        let batch = matches!(kind, RequestKind::Batch | RequestKind::Appointments)
            .then(|| html::query_value(query, "batch")?.parse().ok())
            .flatten();
        let known = cookie_of(request.headers(), &site.origin.visitor_cookie());
        let is_new_visitor = known.is_none();
        // A redirect from another origin brings that origin's visitor along: hosts do
        // not share cookies, and it is the same browser.
        let visitor = known
            .or_else(|| html::query_value(query, "nonce"))
            .unwrap_or_else(|| sessions.new_visitor());
        let session = cookie_of(request.headers(), &site.origin.session_cookie());
        let now_ms = site.world.clock.now_ms();
        let standing = sessions.standing(session.as_deref(), site.origin, now_ms);
        let (username, sign_in) = names(&standing);
        let entry = RequestEntry {
            seq: 0,
            start_ms: now_ms,
            end_ms: None,
            started_at: Clock::wall(),
            origin: site.origin,
            method: method.to_string(),
            path: uri.path().to_owned(),
            query: query.to_owned(),
            kind,
            batch,
            status: None,
            username: username.map(str::to_owned),
            sign_in: sign_in.map(str::to_owned),
            visitor: visitor.clone(),
            waited_ms: 0,
            drawn: drawn(request.headers(), now_ms),
            faults: Vec::new(),
        };
        Self {
            kind,
            batch,
            click,
            visitor,
            is_new_visitor,
            session,
            standing,
            entry,
        }
    }

    fn subject<'a>(&'a self, site: &Site, request: &'a Request) -> Subject<'a> {
        let (username, sign_in) = names(&self.standing);
        Subject {
            origin: site.origin,
            kind: self.kind,
            batch: self.batch,
            path: request.uri().path(),
            username,
            sign_in,
        }
    }

    fn standing_now(&self, site: &Site) -> Standing {
        let now_ms = site.world.clock.now_ms();
        site.world
            .sessions
            .standing(self.session.as_deref(), site.origin, now_ms)
    }
}

fn names(standing: &Standing) -> (Option<&str>, Option<&str>) {
    match standing {
        Standing::Anonymous => (None, None),
        Standing::SignedIn { sign_in, username }
        | Standing::Ended {
            sign_in, username, ..
        } => (Some(username), Some(sign_in)),
    }
}

fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// What `ask.js` says of its page: spans in milliseconds before its request.
fn drawn(headers: &HeaderMap, now_ms: u64) -> Vec<(u64, u64)> {
    let told = headers.get("portal-drawn");
    let spans = told
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let at = |before: &str| Some(now_ms.saturating_sub(before.parse().ok()?));
    let span = |span: &str| {
        let (from, to) = span.split_once('-')?;
        Some((at(from)?, at(to)?))
    };
    spans.split(',').filter_map(span).collect()
}

/// A log entry that is still open. Dropped before its end, the client has left.
struct OpenEntry {
    world: Arc<World>,
    seq: u64,
    start_ms: u64,
    is_waiting: AtomicBool,
}

impl OpenEntry {
    fn begin(site: &Site, arrival: &Arrival) -> Self {
        let seq = site.world.log.begin(arrival.entry.clone());
        let start_ms = arrival.entry.start_ms;
        Self {
            world: Arc::clone(&site.world),
            seq,
            start_ms,
            is_waiting: AtomicBool::new(true),
        }
    }

    fn note(&self, fault: &FaultKind) {
        let text = format!("{fault:?}");
        self.world
            .log
            .amend(self.seq, |entry| entry.faults.push(text));
    }

    fn waited(&self) {
        self.is_waiting.store(false, Ordering::Relaxed);
        let waited_ms = self.world.clock.now_ms() - self.start_ms;
        self.world
            .log
            .amend(self.seq, |entry| entry.waited_ms = waited_ms);
    }

    fn end(&self, status: StatusCode) {
        self.world.log.amend(self.seq, |entry| {
            let is_cut = entry.faults.iter().any(|fault| fault.starts_with("Cut"));
            entry.status = (!is_cut).then_some(status.as_u16());
        });
    }
}

impl Drop for OpenEntry {
    fn drop(&mut self) {
        if self.is_waiting.load(Ordering::Relaxed) {
            self.waited();
        }
        let end_ms = self.world.clock.now_ms();
        self.world
            .log
            .amend(self.seq, |entry| entry.end_ms = Some(end_ms));
    }
}
