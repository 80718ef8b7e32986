//! All metrics of the host, each in this one place; `docs/metrics.md` has the same table for people.
//!
//! Never: a label with the number of a container, a user's name, or a path with an id in it.

use crate::telemetry::metric::{Metric, Unit};

/// The one portal, as labels name it.
pub const PORTAL: &str = "emodal";

/// Of requests, after the convention of OpenTelemetry.
const OF_REQUESTS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];
/// Of whatever waits for the portal.
const OF_PORTAL: &[f64] = &[
    0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0,
];
/// Of commands to a browser.
const OF_COMMANDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// What requests took until their answer began.
pub const REQUEST_DURATION: Metric = Metric::times(
    "http_server_request_duration_seconds",
    &["method", "route", "status"],
    OF_REQUESTS,
    "Time from a request to the beginning of its answer",
);
/// What runs took.
pub const OPERATION_DURATION: Metric = Metric::times(
    "portal_operation_duration_seconds",
    &["op", "portal", "outcome"],
    OF_PORTAL,
    "Time from the acceptance of a run to its end, waiting included",
);
/// How long runs waited.
pub const QUEUE_WAIT: Metric = Metric::times(
    "portal_operation_queue_wait_seconds",
    &["op", "portal"],
    OF_PORTAL,
    "Time that a run waited for its session, the start of a browser included",
);
/// Runs that ended.
pub const OPERATIONS: Metric = Metric::counter(
    "portal_operations_total",
    &["op", "portal", "outcome", "code"],
    "Runs that ended, by outcome and error code; the code is ok where there was none",
);
/// Runs whose effect is not known.
pub const WRITES_UNKNOWN: Metric = Metric::gauge(
    "portal_writes_unknown",
    &["portal"],
    "Runs of which nobody knows whether their effect happened",
);
/// How looking for effects ended.
pub const RECONCILIATIONS: Metric = Metric::counter(
    "portal_reconciliations_total",
    &["portal", "result"],
    "Searches for an effect whose end nobody saw, by result: happened, absent, unresolved",
);
/// Requests that came with a key.
pub const IDEMPOTENCY: Metric = Metric::counter(
    "idempotency_requests_total",
    &["result"],
    "Requests with an Idempotency-Key: new, replay, conflict (the same is under way), mismatch (the key is another request's)",
);
/// Sessions.
pub const SESSIONS: Metric = Metric::gauge(
    "session_count",
    &["portal", "state"],
    "Sessions by state, as GET /v1/sessions names it",
);
/// How many browsers there may be.
pub const POOL_MAX: Metric = Metric::gauge(
    "session_pool_max",
    &["portal"],
    "Browsers that there may be at once",
);
/// Requests that wait.
pub const PENDING: Metric = Metric::gauge(
    "session_pending_requests",
    &["portal"],
    "Requests that wait for a session",
);
/// Requests that waited in vain.
pub const ACQUIRE_TIMEOUTS: Metric = Metric::counter(
    "session_acquire_timeouts_total",
    &["portal"],
    "Requests that got no session in the time they had",
)
.there_as_zero(&[&[]]);
/// What browsers took to start.
pub const SESSION_CREATE: Metric = Metric::times(
    "session_create_duration_seconds",
    &["portal", "kind"],
    OF_PORTAL,
    "Time that the start of a browser took, by its profile: fresh, kept; failed if none came up",
);
/// How long leases were waited for.
pub const SESSION_WAIT: Metric = Metric::times(
    "session_wait_duration_seconds",
    &["portal", "kind"],
    OF_PORTAL,
    "Time from asking for a lease to having it, by what it is for",
);
/// How long leases were held.
pub const SESSION_USE: Metric = Metric::times(
    "session_use_duration_seconds",
    &["portal", "kind"],
    OF_PORTAL,
    "Time that a lease was held, by what it was for",
);
/// Browsers that were ended.
pub const DESTROYED: Metric = Metric::counter(
    "session_destroyed_total",
    &["reason"],
    "Browsers that were ended: lru, age, ops, memory, faults, crash, hung, auth, drain, admin",
);
/// Memory of browsers.
pub const SESSION_PSS: Metric = Metric::gauge(
    "session_memory_pss_bytes",
    &["account"],
    "Proportional set size of an account's browser, as measured last; accounts without an alias together as -",
)
.in_unit(Unit::Bytes);
/// Age of browsers.
pub const SESSION_AGE: Metric = Metric::gauge(
    "session_age_seconds",
    &["account"],
    "Time since an account's browser was started; of accounts without an alias the oldest, as -",
)
.in_unit(Unit::Seconds);
/// Keep-alives.
pub const KEEPALIVES: Metric = Metric::counter(
    "keepalive_total",
    &["portal", "result"],
    "Keep-alives: ok, skipped_busy, expired (signed in again), error",
);
/// What keep-alives took.
pub const KEEPALIVE_DURATION: Metric = Metric::times(
    "keepalive_duration_seconds",
    &["portal", "result"],
    OF_PORTAL,
    "Time that a keep-alive took",
);
/// Sign-ins.
pub const AUTH_ATTEMPTS: Metric = Metric::counter(
    "auth_attempts_total",
    &["portal", "result"],
    "Sign-ins that were tried: signed_in, refused, operator_needed, error",
);
/// Where accounts stand.
pub const AUTH_STATE: Metric = Metric::gauge(
    "account_auth_state",
    &["portal", "state"],
    "Accounts with a session: signed_in, signed_out, needs_operator, in_use, unknown",
);
/// What commands took.
pub const COMMAND_DURATION: Metric = Metric::times(
    "webdriver_command_duration_seconds",
    &["command"],
    OF_COMMANDS,
    "Time that a command to a browser took",
);
/// Commands that failed.
pub const COMMAND_ERRORS: Metric = Metric::counter(
    "webdriver_errors_total",
    &["code"],
    "Commands to browsers that failed, by kind of failure",
);
/// Two that wanted one session, and one that waited.
pub const CONFLICTS_PREVENTED: Metric = Metric::counter(
    "lease_conflicts_prevented_total",
    &["kind"],
    "Uses of a session that were refused because somebody has it: in_use, late_return (a lease that had been taken back)",
);
/// Two that had one session.
pub const LEASE_VIOLATIONS: Metric = Metric::counter(
    "lease_violations_total",
    &["kind"],
    "Pages of lent sessions that were found with the pool at the same time. Always 0; alert if it is not",
)
.there_as_zero(&[&[PAGE_TWICE]]);
/// What an earlier host left.
pub const ORPHANS: Metric = Metric::counter(
    "process_orphans_reaped_total",
    &["what"],
    "What an earlier host had left and this one removed at its start: group (of processes), folder",
)
.there_as_zero(&[&["group"], &["folder"]]);
/// Children that nobody waited for.
pub const ZOMBIES: Metric = Metric::gauge(
    "process_zombies",
    &[],
    "Children of the host that have ended and were not waited for",
);
/// Folders of browsers.
pub const SCRATCH_DIRS: Metric = Metric::gauge(
    "scratch_dirs",
    &[],
    "Folders of browsers in the storage folder: one a browser",
);
/// Rules that did not hold.
pub const VIOLATIONS: Metric = Metric::counter(
    "invariant_violations_total",
    &["what"],
    "Rules of the pool that were found broken. Always 0; alert if it is not",
)
.there_as_zero(&[&[TOO_MANY], &[TWO_OF_ONE], &[NO_BROWSER], &[NO_PAGE]]);
/// Requests that were turned away.
pub const REJECTIONS: Metric = Metric::counter(
    "admission_rejections_total",
    &["reason"],
    "Requests that were turned away for want of room, by error code",
);
/// Deliveries of events.
pub const WEBHOOKS: Metric = Metric::counter(
    "webhook_deliveries_total",
    &["event", "result"],
    "Deliveries of events that were tried, by event and result",
);
/// Files of the plugin folder.
pub const PLUGINS: Metric = Metric::gauge(
    "plugin_files",
    &["state"],
    "Files in the plugin folder by state: served, waiting, failed",
);

/// A kind of `LEASE_VIOLATIONS`.
pub const PAGE_TWICE: &str = "page_in_two_places";
/// A kind of `VIOLATIONS`: more browsers than there may be.
pub const TOO_MANY: &str = "pool_size";
/// A kind of `VIOLATIONS`: two sessions of one account.
pub const TWO_OF_ONE: &str = "two_sessions_of_one_account";
/// A kind of `VIOLATIONS`: a session that should have a browser has none.
pub const NO_BROWSER: &str = "session_without_browser";
/// A kind of `VIOLATIONS`: a free session whose page is elsewhere.
pub const NO_PAGE: &str = "free_session_without_page";

/// All of them, in the order in which they are documented.
pub const ALL: [&Metric; 32] = [
    &REQUEST_DURATION,
    &OPERATION_DURATION,
    &QUEUE_WAIT,
    &OPERATIONS,
    &WRITES_UNKNOWN,
    &RECONCILIATIONS,
    &IDEMPOTENCY,
    &SESSIONS,
    &POOL_MAX,
    &PENDING,
    &ACQUIRE_TIMEOUTS,
    &SESSION_CREATE,
    &SESSION_WAIT,
    &SESSION_USE,
    &DESTROYED,
    &SESSION_PSS,
    &SESSION_AGE,
    &KEEPALIVES,
    &KEEPALIVE_DURATION,
    &AUTH_ATTEMPTS,
    &AUTH_STATE,
    &COMMAND_DURATION,
    &COMMAND_ERRORS,
    &CONFLICTS_PREVENTED,
    &LEASE_VIOLATIONS,
    &ORPHANS,
    &ZOMBIES,
    &SCRATCH_DIRS,
    &VIOLATIONS,
    &REJECTIONS,
    &WEBHOOKS,
    &PLUGINS,
];
