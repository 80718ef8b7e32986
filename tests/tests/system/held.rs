//! Runs that pause for a field their caller has to send: held on the page where they stand, for that caller alone,
//! and continued there. Proven from the portal's own request log (portal-facts S10, S29-S33).

use std::time::{Duration, Instant};

use gantry::config::schema::Config;
use gantry_portal::{Account, PortalConfig, RequestEntry, RequestKind};
use serde_json::{Value, json};

use crate::guests::Guest;
use crate::office::{Answer, Office, by, plugins, until_async};
use crate::pace::paced;
use crate::processes;

/// Two operations that pause, from one guest.
const PAUSING: [&str; 2] = ["check-visit", "make-visit"];

const INPUT: &str = r#"{"type": "object", "properties": {"container": {"type": "string"},
    "plate": {"type": "string", "maxLength": 8}}, "required": ["container"], "additionalProperties": false}"#;

/// Longer than whatever ends a hold at once may take.
const AT_ONCE: Duration = Duration::from_secs(20);

async fn office(change: impl FnOnce(&mut Config)) -> Office {
    let folder = tempfile::tempdir().unwrap();
    for file in ["session.wasm", "get-containers.wasm"] {
        std::fs::copy(plugins().join(file), folder.path().join(file)).unwrap();
    }
    for name in PAUSING {
        let guest = Guest::operation("pauses").named(name).input_schema(INPUT);
        std::fs::write(folder.path().join(format!("{name}.wasm")), guest.build()).unwrap();
    }
    let mut office = Office::open(PortalConfig::quick(), |config| {
        folder.path().clone_into(&mut config.plugins.dir);
        change(config);
    })
    .await;
    office.keep(folder);
    office
}

/// A paused run: the id of its hold, its session, and the portal's time.
struct Paused {
    hold: String,
    session: String,
    at_ms: u64,
}

async fn pause(office: &Office, account: &Account) -> Paused {
    let answer = office
        .run(PAUSING[0], account, json!({ "container": "ABCU1234560" }))
        .await;
    assert_eq!(
        answer.problem(),
        (422, "plate-missing"),
        "{:#}",
        answer.body
    );
    let wanted = json!([{ "field": "plate", "wanted": "any plate" }]);
    assert_eq!(answer.body["fields"], wanted);
    assert_eq!(answer.body["phase"], 2);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Paused {
        hold: text(&answer.body["hold"]["id"]),
        session: text(&answer.body["session_id"]),
        at_ms: office.portal.now_ms(),
    }
}

impl Paused {
    async fn go_on(&self, office: &Office, account: &Account, input: Value) -> Answer {
        self.go_on_as(office, PAUSING[0], by(account, &input)).await
    }

    async fn go_on_as(&self, office: &Office, operation: &str, mut body: Value) -> Answer {
        body["resume"] = json!(self.hold);
        office
            .post(&format!("/v1/operations/{operation}"), body)
            .await
    }

    async fn shown(&self, office: &Office) -> Value {
        office
            .get(&format!("/v1/sessions/{}", self.session))
            .await
            .ok()
    }

    /// The pages that were loaded since the pause, by whomever.
    fn pages(&self, office: &Office) -> Vec<RequestEntry> {
        let mut entries = office.portal.requests();
        entries.retain(|it| it.kind == RequestKind::Page && it.start_ms >= self.at_ms);
        entries
    }

    async fn until_free(&self, office: &Office) -> Value {
        let free = async || self.shown(office).await["in_use"].is_null();
        until_async("the session is free", free).await;
        self.shown(office).await
    }
}

fn plate() -> Value {
    json!({ "plate": "PLATE-1" })
}

/// What a continued run answers: all that was sent.
fn whole() -> Value {
    json!({ "container": "ABCU1234560", "plate": "PLATE-1" })
}

#[tokio::test]
async fn s10_a_hold_that_expires_leaves_browser_sign_in_and_pool_entry() {
    let office = office(|config| config.limits.held_ms = 1_500).await;
    let account = office.account(0);
    let paused = pause(&office, &account).await;
    let held = paused.shown(&office).await;
    assert!(held["held_until"].is_string(), "{held:#}");
    let after = paused.until_free(&office).await;
    assert_eq!(after["held_until"], Value::Null);
    assert_eq!(after["state"], "suspect", "looked at before its next use");
    let late = paused.go_on(&office, &account, plate()).await;
    assert_eq!(late.problem(), (404, "hold-not-found"));
    let next = office
        .run("get-containers", &account, json!({ "target_count": 1 }))
        .await
        .ok();
    assert_eq!(next["session_id"], paused.session.as_str());
    assert_eq!(next["is_new_session"], false);
    assert_eq!(
        office.portal.attempts().len(),
        1,
        "no password was typed again"
    );
    let now = paused.shown(&office).await;
    assert_eq!(now["browser_since"], held["browser_since"]);
    office.close().await;
}

#[tokio::test]
async fn s29_only_the_same_account_session_and_operation_go_on_and_refusals_leave_the_hold() {
    let office = office(|_| {}).await;
    let (account, stranger) = (office.account(0), office.account(1));
    let paused = pause(&office, &account).await;
    let list = json!({ "target_count": 1 });
    let strange = office.run("get-containers", &stranger, list).await.ok();

    let refused = paused.go_on(&office, &stranger, plate()).await;
    assert_eq!(refused.problem(), (409, "hold-of-other-account"));
    let body = json!({ "session_id": strange["session_id"], "input": plate() });
    let refused = paused.go_on_as(&office, PAUSING[0], body).await;
    assert_eq!(refused.problem(), (409, "hold-of-other-account"));
    let body = by(&account, &plate());
    let elsewhere = paused.go_on_as(&office, PAUSING[1], body).await;
    assert_eq!(elsewhere.problem(), (409, "hold-of-other-operation"));
    let by_nobody = paused
        .go_on_as(&office, PAUSING[0], json!({ "input": plate() }))
        .await;
    assert_eq!(by_nobody.problem(), (422, "who-missing"));

    let by_session = json!({ "session_id": paused.session, "input": plate() });
    let answer = paused.go_on_as(&office, PAUSING[0], by_session).await.ok();
    assert_eq!(answer["output"], whole());
    office.close().await;
}

#[tokio::test]
async fn s29_of_many_that_go_on_at_once_one_does() {
    let office = office(|_| {}).await;
    let account = office.account(0);
    let paused = pause(&office, &account).await;
    let all = (0..8).map(|_| paused.go_on(&office, &account, plate()));
    let answers = futures::future::join_all(all).await;
    let (good, bad): (Vec<_>, Vec<_>) = answers
        .iter()
        .partition(|answer| answer.status.is_success());
    assert_eq!(good.len(), 1);
    for answer in bad {
        let problem = answer.problem();
        assert!([(409, "hold-in-use"), (404, "hold-not-found")].contains(&problem));
    }
    office.close().await;
}

#[tokio::test]
async fn s29_a_browser_that_died_under_a_hold_ends_it_with_its_own_error() {
    let office = office(|_| {}).await;
    let account = office.account(0);
    let paused = pause(&office, &account).await;
    processes::kill_below(&office.folder.path().join("data/browsers"));
    let answer = paused.go_on(&office, &account, plate()).await;
    assert_eq!(answer.problem(), (409, "hold-lost"));
    let again = paused.go_on(&office, &account, plate()).await;
    assert_eq!(again.problem(), (404, "hold-not-found"));
    let list = json!({ "target_count": 1 });
    office.run("get-containers", &account, list).await.ok();
    office.close().await;
}

#[tokio::test]
async fn s30_only_what_is_missing_is_sent_and_nothing_is_walked_again() {
    let office = office(|_| {}).await;
    let account = office.account(0);
    let paused = pause(&office, &account).await;
    let invalid = json!({ "plate": "FAR-TOO-LONG" });
    let invalid = paused.go_on(&office, &account, invalid).await;
    assert_eq!(invalid.problem(), (422, "invalid-input"));
    assert!(paused.shown(&office).await["held_until"].is_string());

    let still = paused.go_on(&office, &account, json!({})).await;
    assert_eq!(still.problem(), (422, "plate-missing"));
    assert_eq!(still.body["hold"]["id"], paused.hold.as_str(), "as before");

    let answer = paused.go_on(&office, &account, plate()).await.ok();
    assert_eq!(answer["output"], whole());
    assert_eq!(answer["session_id"], paused.session.as_str());
    assert_eq!(paused.pages(&office), []);
    let used = paused.go_on(&office, &account, plate()).await;
    assert_eq!(used.problem(), (404, "hold-not-found"));
    office.close().await;
}

#[tokio::test]
async fn s31_an_unknown_hold_starts_nothing() {
    let office = office(|_| {}).await;
    let account = office.account(0);
    for hold in ["00000000000000000000000000000000", "appt_session_1_2"] {
        let mut body = by(&account, &whole());
        body["resume"] = json!(hold);
        let answer = office.post("/v1/operations/check-visit", body).await;
        assert_eq!(answer.problem(), (404, "hold-not-found"));
        let flat = json!({ "username": account.username, "password": account.password,
            "appointment_session_id": hold, "plate": "PLATE-1" });
        let answer = office.post("/check_visit", flat).await;
        assert_eq!(answer.status, 404);
        assert_eq!(answer.body["code"], "hold-not-found");
    }
    assert_eq!(office.portal.requests(), []);
    assert_eq!(office.portal.attempts().len(), 0);
    let sessions = office.get("/v1/sessions").await.ok();
    assert_eq!(sessions["sessions"], json!([]));
    office.close().await;
}

#[tokio::test]
async fn s32_nobody_else_drives_the_page_while_it_is_held() {
    let office = office(|config| {
        config.refresh.tick_ms = 200;
        config.refresh.interval_ms = 200;
    })
    .await;
    let account = office.account(0);
    let paused = pause(&office, &account).await;
    let list = json!({ "target_count": 1 });
    // Ten ticks of the scheduler.
    let waited = office
        .client
        .post(format!("{}/v1/operations/get-containers", office.url))
        .header("prefer", "wait=2")
        .json(&by(&account, &list))
        .send();
    let waited = Answer::of(waited.await.unwrap()).await;
    assert_eq!(waited.problem(), (503, "queue-timeout"));
    let refresh = format!("/v1/sessions/{}/refresh", paused.session);
    let refresh = office.post(&refresh, json!({})).await;
    assert_eq!(refresh.problem(), (409, "session-in-use"));

    let list = office.run("get-containers", &account, list);
    let go_on = async {
        let waits = async || paused.shown(&office).await["queue_length"] == 1;
        until_async("the other waits", waits).await;
        assert_eq!(paused.pages(&office), []);
        paused.go_on(&office, &account, plate()).await.ok()
    };
    let (list, answer) = tokio::join!(list, go_on);
    assert_eq!(answer["output"], whole());
    assert_eq!(list.ok()["session_id"], paused.session.as_str());
    office.close().await;
}

#[tokio::test]
async fn s33_a_paused_run_of_any_operation_can_be_continued_on_either_kind_of_route() {
    let office = office(|_| {}).await;
    let account = office.account(0);
    for name in PAUSING {
        let input = json!({ "container": "ABCU1234560" });
        let answer = office.run(name, &account, input).await;
        let mut body = by(&account, &plate());
        body["resume"] = answer.body["hold"]["id"].clone();
        let answer = office.post(&format!("/v1/operations/{name}"), body).await;
        assert_eq!(answer.ok()["output"], whole());

        let flat = json!({ "username": account.username, "password": account.password,
            "container": "ABCU1234560" });
        let path = format!("/{}", name.replace('-', "_"));
        let answer = office.post(&path, flat).await;
        assert_eq!(answer.status, 400, "{:#}", answer.body);
        assert_eq!(answer.body["success"], false);
        assert_eq!(answer.body["current_phase"], 2);
        let flat = json!({ "session_id": answer.body["session_id"], "plate": "PLATE-1",
            "appointment_session_id": answer.body["appointment_session_id"] });
        let answer = office.post(&path, flat).await.ok();
        assert_eq!(
            (&answer["success"], &answer["container"], &answer["plate"]),
            (&json!(true), &json!("ABCU1234560"), &json!("PLATE-1"))
        );
    }
    assert_eq!(office.portal.attempts().len(), 1);
    office.close().await;
}

#[tokio::test]
async fn a_hold_that_is_given_up_frees_its_session() {
    let office = office(|_| {}).await;
    let account = office.account(0);
    let paused = pause(&office, &account).await;
    let path = format!("/v1/holds/{}", paused.hold);
    assert_eq!(office.delete(&path).await.status, 204);
    assert_eq!(paused.shown(&office).await["in_use"], Value::Null);
    let again = office.delete(&path).await;
    assert_eq!(again.problem(), (404, "hold-not-found"));
    let late = paused.go_on(&office, &account, plate()).await;
    assert_eq!(late.problem(), (404, "hold-not-found"));
    pause(&office, &account).await;
    assert_eq!(office.portal.attempts().len(), 1);
    office.close().await;
}

#[tokio::test]
async fn a_held_session_that_is_closed_by_force_is_gone_at_once_and_so_is_its_hold() {
    let office = office(|_| {}).await;
    let account = office.account(0);
    let paused = pause(&office, &account).await;
    let began = Instant::now();
    let path = format!("/v1/sessions/{}?force=true", paused.session);
    assert_eq!(office.delete(&path).await.status, 204);
    assert!(began.elapsed() < paced(AT_ONCE), "{:?}", began.elapsed());
    let late = paused.go_on(&office, &account, plate()).await;
    assert_eq!(late.problem(), (404, "hold-not-found"));
    let fresh = pause(&office, &account).await;
    assert_ne!(fresh.session, paused.session);
    office.close().await;
}

#[tokio::test]
async fn a_host_that_stops_does_not_wait_for_holds() {
    let office = office(|_| {}).await;
    pause(&office, &office.account(0)).await;
    let began = Instant::now();
    office.close().await;
    assert!(began.elapsed() < paced(AT_ONCE), "{:?}", began.elapsed());
}
