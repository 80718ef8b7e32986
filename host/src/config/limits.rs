//! Every bound that is not a configuration key, with its reason. The keys are in `schema.rs`.

use std::time::Duration;

pub mod dashboard;
pub mod webhooks;

/// Commands waiting for the pool's task. Callers wait when it is full; it holds only while the task is busy
/// for some microseconds.
pub const POOL_INBOX: usize = 256;

/// A driver that has not said its port by then does not start at all: 30 ms is usual.
pub const DRIVER_START: Duration = Duration::from_secs(10);

/// Opening a browser session takes 0.9 s alone on two cores; several at once take longer.
pub const NEW_SESSION: Duration = Duration::from_secs(20);

/// Further tries to start a browser, from a fresh folder, and the pauses before them (host-behaviour e.5).
pub const LAUNCH_RETRIES: usize = 2;
/// See `LAUNCH_RETRIES`.
pub const LAUNCH_RETRY: Duration = Duration::from_millis(500);
/// See `LAUNCH_RETRIES`.
pub const LAUNCH_RETRY_MAX: Duration = Duration::from_secs(5);

/// Dialogs one after another that are dismissed when a page is put in order.
pub const DIALOGS: usize = 5;

/// What a polite end may take before the process group is killed.
pub const CLOSE_POLITELY: Duration = Duration::from_secs(2);

/// Killed processes are gone within a second; after this they are reported and the slot is freed regardless.
pub const PROCESSES_GONE: Duration = Duration::from_secs(10);

/// Waits between attempts to remove a session's folder: Chromium may still be writing for a moment.
pub const REMOVE_RETRIES: [Duration; 4] = [
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
];

/// One wait inside the page lasts no longer, so that a lease that was dropped in the middle of one leaves the
/// browser busy for at most this long.
pub const WAIT_SLICE: Duration = Duration::from_secs(5);

/// A page that asks nothing of its server is given this long before it is believed to want nothing.
pub const SILENCE: Duration = Duration::from_millis(1500);

/// The least it is given when it is known to react sooner: lists delay their reaction to scrolling by a tenth of a second
/// or two, and not always by as much.
pub const SILENCE_MIN: Duration = Duration::from_millis(500);

/// An element that something covers is given this long before a click on it is refused, as WebDriver's own click does.
pub const COVERED: Duration = Duration::from_secs(1);

/// What the driver grants a script beyond our slice before it gives up on it.
pub const SCRIPT_TIMEOUT: Duration = Duration::from_secs(10);

/// The driver answers a page that is too slow by itself; this much later the driver is taken for hung.
pub const PAGE_LOAD_GRACE: Duration = Duration::from_secs(5);

/// Keep-alive visits four sites; a page takes up to some seconds.
pub const KEEP_ALIVE: Duration = Duration::from_mins(1);

/// Signing in took 20–60 s in the field (portal-facts S5).
pub const SIGN_IN: Duration = Duration::from_secs(90);

/// Passwords typed for one user in an hour that do not lead in: a fourth may lock the account (host-behaviour e.2).
pub const PASSWORD_ATTEMPTS: usize = 3;
/// See `PASSWORD_ATTEMPTS`.
pub const PASSWORD_WINDOW: Duration = Duration::from_hours(1);
/// A refresh that could not sign in waits so long before it tries again, twice as long each time...
pub const SIGN_IN_BACK_OFF: Duration = Duration::from_mins(1);
/// ...and at most so long.
pub const SIGN_IN_PAUSE: Duration = Duration::from_mins(30);

/// Sessions of an earlier host start their browsers one after another.
pub const RESTORE: Duration = Duration::from_mins(5);

/// Putting a page in order after its use.
pub const TIDY: Duration = Duration::from_secs(3);

/// Beyond the calls it makes, a lease is held for this long at most: instantiating, putting in order.
pub const LEASE_MARGIN: Duration = Duration::from_secs(30);

/// The longest that a session is held for a caller who has to send something first: as the portal's own idle limit
/// of a wizard, as far as is known. `[limits] held_ms` may say less.
pub const HELD: Duration = Duration::from_mins(10);

/// Looking whether a session is signed in.
pub const PROBE: Duration = Duration::from_secs(15);

/// Refreshes under way at once. Browsers are heavy, and so are the portal's pages.
pub const REFRESH_PARALLEL: usize = 4;

/// Epoch ticks of the engine: the grain of the CPU deadline.
pub const EPOCH_TICK: Duration = Duration::from_millis(10);

/// Calls of a host function in one run. A full list of 10,000 rows needs about 1,000.
pub const HOST_CALLS: u64 = 100_000;

/// JSON that an operation may return. 10,000 containers are about 6 MB.
pub const OUTPUT_BYTES: usize = 16 << 20;

/// Bytes that one host call may take from or give to a guest.
pub const HOST_CALL_BYTES: usize = 32 << 20;

/// Log text of one run; further lines are counted and dropped.
pub const LOG_BYTES: usize = 256 << 10;

/// Stack of a guest. Rust guests use some kilobytes.
pub const GUEST_STACK_BYTES: usize = 512 << 10;

/// Component files larger than this are not read. A Python guest is 18 MB.
pub const COMPONENT_BYTES: u64 = 64 << 20;

/// Guests that run at once, at most. Each holds a browser session, so the pool's size decides before this.
pub const GUESTS: u32 = 128;

/// What `describe` may take.
pub const DESCRIBE: Duration = Duration::from_secs(5);

/// Two events of the plugin folder closer than this are one change.
pub const WATCH_QUIET: Duration = Duration::from_millis(200);

/// Hosts that a session's pages wanted and may not reach, of which the log tells: a script can make up any number.
pub const REFUSED_HOSTS: usize = 64;

/// A file that the portal hands to the browser. The portal's own exports are some hundred kilobytes.
pub const DOWNLOAD_BYTES: u64 = 64 << 20;

/// How often the driver is asked how a download stands, since it tells nothing by itself: the longer it takes the less
/// often, so that a slow export costs few commands and is noticed soon all the same.
pub const DOWNLOAD_LOOK: Duration = Duration::from_millis(40);
/// See `DOWNLOAD_LOOK`.
pub const DOWNLOAD_LOOK_MAX: Duration = Duration::from_millis(250);

/// A file that is read as a table; ten thousand rows of twenty columns are about a megabyte.
pub const TABLE_FILE_BYTES: u64 = 64 << 20;

/// What a spreadsheet may unpack to.
pub const TABLE_UNPACKED_BYTES: u64 = 256 << 20;

/// Cells of a table, empty ones among others included.
pub const TABLE_CELLS: u64 = 1_000_000;

/// Tables that are read at once.
pub const TABLE_READERS: usize = 2;

/// What making a debug bundle of a page may take; what is not there by then is left out.
pub const BUNDLE: Duration = Duration::from_secs(6);

/// What is recorded of one run, as JSON. A full list of 10,000 rows is about 6 MB.
pub const CASSETTE_BYTES: usize = 64 << 20;

/// As `CASSETTE_BYTES`, in calls of the page: as many as a run may make.
pub const CASSETTE_CALLS: usize = 100_000;

/// What a replay may take. Nothing is waited for in it; waits are granted what they ask for up to this.
pub const REPLAY: Duration = Duration::from_mins(10);

/// Differences between two outcomes that are told; a person reads no more.
pub const CHANGES_TOLD: usize = 100;

/// Between two looks for files that nobody has to keep any longer.
pub const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// Artifacts of one run, together.
pub const ARTIFACT_BYTES_A_RUN: u64 = 256 << 20;

/// A request's body.
pub const BODY_BYTES: usize = 1 << 20;

/// How long a lease is taken to last before any has: what a caller who is refused for lack of room is told to wait
/// follows from it.
pub const FIRST_HOLD: Duration = Duration::from_secs(5);

/// The longest that a caller is told to wait before it asks again.
pub const RETRY_AFTER_MAX: Duration = Duration::from_mins(2);

/// What a caller is told to wait varies by up to this share, so that those who were turned away together do not come
/// back together.
pub const RETRY_SPREAD: f64 = 0.2;

/// How often the pool looks at its own leases and browsers.
pub const UPKEEP: Duration = Duration::from_secs(1);

/// Looks at the memory of browsers: reading it takes the kernel some milliseconds a browser.
pub const MEASURE: Duration = Duration::from_secs(30);

/// A holder whose lease was called back and whose browser was killed fails at its next command. If it has not given
/// the lease back by then, it never will, and the session goes on without it.
pub const RECLAIM: Duration = Duration::from_secs(10);

/// Failures to start a browser, in how long, that stop further tries, and for how long (host-behaviour e.4).
pub const BREAKER_FAILURES: usize = 5;
/// See `BREAKER_FAILURES`.
pub const BREAKER_WINDOW: Duration = Duration::from_mins(1);
/// See `BREAKER_FAILURES`.
pub const BREAKER_OPEN: Duration = Duration::from_secs(30);

/// A browser that is older is replaced when nobody uses it: Chromium grows (host-behaviour e.3).
pub const BROWSER_AGE: Duration = Duration::from_hours(12);
/// As `BROWSER_AGE`, by operations served.
pub const BROWSER_OPERATIONS: u64 = 500;
/// As `BROWSER_AGE`, by memory (PSS).
pub const BROWSER_MEMORY_BYTES: u64 = 1_200 << 20;
/// As `BROWSER_AGE`, by what went wrong: one for each lease that ended badly, half a one back for each good one.
pub const BROWSER_FAULTS: f32 = 3.0;

/// So many browsers lost in a row with one profile, and the next gets a fresh one.
pub const LOSSES_OF_A_PROFILE: u32 = 3;

/// The longest that a request may ask to wait, by `Prefer: wait=`: as long as a person may take to sign in.
pub const WAIT_MAX: Duration = Duration::from_mins(10);

/// An account without a browser that has waited for so long gets the place of a session that others go on waiting
/// for: a busy account must not keep a quiet one out.
pub const FAIR_WAIT: Duration = Duration::from_secs(10);

/// What leases under way may still take when the host stops.
pub const STOP_GRACE: Duration = Duration::from_secs(150);

/// What open connections may still take after that: their requests have been answered.
pub const STOP_SERVER: Duration = Duration::from_secs(5);

/// Time a guest may compute without calling the host, together. A Python guest that formats 10,000 rows needs
/// about two seconds.
pub const GUEST_CPU: Duration = Duration::from_secs(30);

/// Host calls fail with `deadline` this long before the call ends, so that the guest can still answer.
pub const CLEAN_UP: Duration = Duration::from_millis(200);

/// Handles that a guest holds at once. Lists are read with `page.read`, not element by element.
pub const GUEST_HANDLES: usize = 50_000;

/// Rows of all tables of a guest, together. A Python guest's function table has about 15,000.
pub const GUEST_TABLE_ELEMENTS: usize = 64 << 10;

/// Core instances in a component. Python guests link every library as one.
pub const GUEST_CORE_INSTANCES: u32 = 200;

/// One line of a guest's log; the rest of a longer one is dropped.
pub const LOG_LINE_BYTES: usize = 4 << 10;

/// A step's name in a progress report; the rest of a longer one is dropped.
pub const PROGRESS_STEP_BYTES: usize = 200;

/// Random bytes in one request of a guest.
pub const RANDOM_BYTES: u64 = 64 << 10;

/// Host calls that `describe` may make: some lines of log.
pub const DESCRIBE_HOST_CALLS: u64 = 100;

/// One JSON Schema of a component.
pub const SCHEMA_BYTES: usize = 256 << 10;

/// Objects and arrays in one JSON Schema. Ours have about 100.
pub const SCHEMA_NODES: usize = 2_000;

/// The same, each counted as often as it is used: the work of checking one value.
pub const SCHEMA_COST: u64 = 100_000;

/// How deep JSON may be nested that is checked. What operations take and give is less than 10 deep.
pub const JSON_DEPTH: usize = 32;

/// Stack on which JSON is checked: all of `SCHEMA_NODES` at each level of `JSON_DEPTH`, less than a kilobyte each.
pub const SCHEMA_STACK_BYTES: usize = 64 << 20;

/// Problems named when JSON does not match its schema; a person reads no more.
pub const SCHEMA_PROBLEMS: usize = 20;

/// Components compiled at once: each takes all the memory and cores it can get.
pub const COMPILES: usize = 2;

/// Compiled components kept on disk; the longest unused go first. A Python guest's is 35 MB.
pub const COMPILED_KEPT: usize = 64;

/// A plugin folder that is being written to without a pause is looked at after this long regardless.
pub const WATCH_UNQUIET: Duration = Duration::from_secs(5);

/// The plugin folder is looked at this often without any event: network file systems report none.
pub const WATCH_RESCAN: Duration = Duration::from_secs(30);

/// Versions of a plugin that are remembered for a roll-back, the one in service among them.
pub const VERSIONS_KEPT: u32 = 5;

/// A version that crashes this often, with no answer in between, makes way for the one before it.
pub const CRASHES_IN_A_ROW: u32 = 3;

/// Reports of such versions that wait to be looked at; one that finds no room comes again with the next crash.
pub const CRASH_REPORTS: usize = 16;

/// Component files in the plugin folder; further ones are not looked at.
pub const PLUGIN_FILES: usize = 256;

/// JPEG quality of live pictures: text is well readable, and a picture of a login page is about 30 kB.
pub const FRAME_QUALITY: u8 = 60;

/// Between two live pictures. One takes a quarter of a core's time while it is made, about 50 ms.
pub const FRAME_EVERY: Duration = Duration::from_millis(200);

/// How long a person may have a session's live view open.
pub const OPERATOR: Duration = Duration::from_mins(10);

/// How long a live view stays open with nobody at it: a page that is loaded anew comes back within seconds.
pub const OPERATOR_ABSENT: Duration = Duration::from_secs(30);

/// How long opening a live view waits for a session that is in use: a look or a keep-alive, not an operation.
pub const OPERATOR_WAIT: Duration = Duration::from_secs(10);

/// Between two looks whether a session that awaits a person is signed in.
pub const OPERATOR_LOOK: Duration = Duration::from_secs(2);

/// The same while somebody is at the live view.
pub const LIVE_LOOK: Duration = Duration::from_secs(1);

/// After a gesture: what it changed is looked at so much later.
pub const LIVE_SETTLE: Duration = Duration::from_millis(300);

/// One passive look: two commands, and a page that may be loading.
pub const LOOK: Duration = Duration::from_secs(70);

/// A page that looked signed in and was not when it was asked is not asked again for so long: asking navigates,
/// under the hands of whoever is signing in.
pub const OPERATOR_CONFIRM_AGAIN: Duration = Duration::from_secs(20);

/// What a live view that ends leaves to the command under way; a session whose command is cut is suspect.
pub const OPERATOR_LAST_COMMAND: Duration = Duration::from_secs(2);

/// Gestures of one request. A person makes some a second.
pub const GESTURES: usize = 64;

/// Gestures that wait to be carried out, of all who look at one session.
pub const GESTURES_WAITING: usize = 256;

/// Text of one gesture, in bytes: a password or a code, pasted.
pub const GESTURE_TEXT_BYTES: usize = 4 << 10;

/// Between two signs of life on a stream of events, so that a connection that broke is noticed.
pub const HEARTBEAT: Duration = Duration::from_secs(15);

/// The parts of a result that a run keeps while it goes on, together.
pub const PARTS_BYTES: usize = 16 << 20;

/// Between two times that old runs are forgotten.
pub const FORGET_EVERY: Duration = Duration::from_hours(1);

/// Runs in one answer of `GET /v1/runs`.
pub const RUNS_LISTED: u32 = 100;

/// The shortest and the longest `Idempotency-Key` (host-behaviour e.8): shorter ones are used twice by accident.
pub const KEY_CHARACTERS: std::ops::RangeInclusive<usize> = 16..=255;

/// A run that is cancelled ends within this, unless the machine is busy: its task drops what it does.
pub const CANCELLED: Duration = Duration::from_secs(2);

/// What the first call of a new version may take, before it is served. There is nothing to wait for in it.
pub const REHEARSAL: Duration = Duration::from_secs(10);

/// What a host may take to answer `gantry plugin install`. Compiling the largest of components takes a minute on a busy machine.
pub const INSTALL: Duration = Duration::from_mins(5);

/// What a call may take that `gantry plugin test` makes. Nothing is waited for in a page that is no browser.
pub const TRIAL: Duration = Duration::from_secs(30);

/// What is listed of who did what, in one answer.
pub const DEEDS_LISTED: u32 = 1000;

/// How long browsers need not ask again what a page of another origin may send.
pub const PREFLIGHT: Duration = Duration::from_mins(10);

/// A caller sends its headers within this time, or is gone. They take milliseconds.
pub const HEADERS: Duration = Duration::from_secs(10);
/// The headers of a request, together. The largest that callers have reason to send are some hundred bytes.
pub const HEADER_BYTES: usize = 32 << 10;
/// Between two parts of a body. Components are large, and offices have slow lines.
pub const BODY_PAUSE: Duration = Duration::from_secs(30);

/// Between two times that noted times are summed up (`telemetry::figures`): some thousand numbers at most.
pub const SUM_UP_EVERY: Duration = Duration::from_secs(5);
/// The longest label of a metric that somebody else than the host chooses.
pub const LABEL_CHARACTERS: usize = 48;
/// Error codes that are counted by name. The host has a hundred of its own; operations add to them.
pub const CODES_TOLD: usize = 300;
/// What sending spans may take, the last ones at the host's end included.
pub const SPANS_SENT: Duration = Duration::from_secs(5);
/// The longest `Request-Id` that is taken over.
pub const REQUEST_ID_CHARACTERS: usize = 128;
