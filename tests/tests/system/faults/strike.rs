//! Carrying a fault out: a signal to a process, or a line in the portal's script.
//!
//! Never: waits for time to pass. The step is found in the portal's own log.

use std::time::{Duration, Instant};

use gantry_portal::{
    Expiry, ExpiryForm, Fault as Scripted, FaultKind, FaultMatch, Origin, RequestEntry,
    RequestKind, Whose,
};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use crate::faults::table::{Fault, LAST_BATCH, Place};
use crate::faults::trial::Scene;
use crate::pace::paced;
use crate::processes::{self, Process};

/// The sites in the order of a keep-alive.
const SITES: [Origin; 4] = [
    Origin::Account,
    Origin::Containers,
    Origin::Wizard,
    Origin::Appointments,
];
/// A trouble of an idle page comes so long after the last answer: the operation has ended.
const DEFER_MS: u64 = 1_500;

/// Puts a fault of the portal into its script; nothing for signals.
pub(crate) fn script(scene: &Scene, fault: Fault, place: Place) {
    let Some(kind) = kind(fault) else { return };
    if place == Place::Lease {
        return expire(scene);
    }
    let at = FaultMatch {
        username: Some(scene.account.username.clone()),
        ..match_of(place)
    };
    let scripted = match fault {
        // Browsers ask again by themselves where a connection breaks.
        Fault::Cut => Scripted::always(kind, at),
        _ => Scripted::once(kind, at),
    };
    scene.office.portal.add_fault(scripted);
}

fn kind(fault: Fault) -> Option<FaultKind> {
    match fault {
        Fault::Hang => Some(FaultKind::Hang),
        Fault::ServerError => Some(FaultKind::Status { status: 500 }),
        Fault::Cut => Some(FaultKind::Cut),
        Fault::Expiry => Some(FaultKind::Expire {
            origins: Vec::new(),
            form: ExpiryForm::Rendered,
        }),
        _ => fault.trouble().map(FaultKind::trouble),
    }
}

fn match_of(place: Place) -> FaultMatch {
    match place {
        Place::Batch(number) => FaultMatch::batch(number),
        Place::Site(site) => FaultMatch::page(SITES[site]),
        Place::Lease | Place::Page | Place::Idle => FaultMatch::page(Origin::Containers),
    }
}

fn expire(scene: &Scene) {
    let ended = scene.office.portal.expire(&Expiry {
        whose: Whose::Username(scene.account.username.clone()),
        origins: Vec::new(),
        form: ExpiryForm::Redirect,
    });
    assert!(ended > 0, "the session was signed in");
}

/// Waits for the step and sends the signal.
pub(crate) async fn signal(scene: &Scene<'_>, fault: Fault, place: Place, since: u64) {
    soon(&format!("{place:?} was reached"), async || {
        reached(scene, place, since).await
    })
    .await;
    send(scene, fault);
}

async fn reached(scene: &Scene<'_>, place: Place, since: u64) -> bool {
    let asked = |is: fn(&RequestEntry, Place) -> bool| {
        let requests = scene.office.portal.requests_since(since);
        let own = |entry: &&RequestEntry| entry.username.as_ref() == Some(&scene.account.username);
        requests.iter().filter(own).any(|entry| is(entry, place))
    };
    match place {
        Place::Idle => true,
        Place::Lease => scene.session().await["in_use"]["by"] == "operation",
        Place::Batch(_) => asked(|entry, place| match_of(place).batch == entry.batch),
        Place::Page | Place::Site(_) => asked(|entry, place| {
            entry.kind == RequestKind::Page && match_of(place).origin == Some(entry.origin)
        }),
    }
}

fn send(scene: &Scene, fault: Fault) {
    let is_driver = |process: &Process| process.command.contains("--log-path=");
    let is_renderer = |process: &Process| process.command.contains("--type=renderer");
    let is_browser = |process: &Process| {
        process.command.contains("--user-data-dir=")
            && !process.command.contains("--type=")
            && !process.command.contains("crashpad")
    };
    let processes = processes::find(&scene.folder());
    let (wanted, signal): (Vec<&Process>, _) = match fault {
        Fault::KillRenderer => (
            processes.iter().filter(|one| is_renderer(one)).collect(),
            Signal::SIGKILL,
        ),
        Fault::KillDriver => (
            processes.iter().filter(|one| is_driver(one)).collect(),
            Signal::SIGKILL,
        ),
        Fault::StopBrowser => (
            processes.iter().filter(|one| is_browser(one)).collect(),
            Signal::SIGSTOP,
        ),
        _ => (
            processes.iter().filter(|one| is_browser(one)).collect(),
            Signal::SIGKILL,
        ),
    };
    assert!(!wanted.is_empty(), "nothing to signal in {processes:?}");
    for process in wanted {
        // One that has just ended by itself needs no signal.
        let _ = kill(Pid::from_raw(process.pid), signal);
    }
}

/// Carries a fault out while nobody uses the session.
pub(crate) async fn strike_idle(scene: &Scene<'_>, fault: Fault) {
    if fault.is_signal() {
        return send(scene, fault);
    }
    let Some(trouble) = fault.trouble() else {
        return expire(scene);
    };
    let portal = &scene.office.portal;
    let kind = FaultKind::Trouble {
        trouble,
        defer_ms: DEFER_MS,
    };
    let at = FaultMatch {
        username: Some(scene.account.username.clone()),
        ..FaultMatch::batch(LAST_BATCH)
    };
    portal.add_fault(Scripted::once(kind, at));
    let whole = scene.list(json!({})).await.ok();
    assert_eq!(whole["output"]["complete"], true, "{}", whole["output"]);
    // The portal's clock tells when the page has done it.
    let done = portal.now_ms() + 2 * DEFER_MS;
    soon("the page did it", async || portal.now_ms() > done).await;
}

/// Waits for something that comes within milliseconds and may be over as soon.
async fn soon(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + paced(Duration::from_secs(20));
    while !holds().await {
        assert!(Instant::now() < deadline, "{what}: not in time");
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
}
