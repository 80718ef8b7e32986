//! Versions of plugins over HTTP: put into service, refused, gone back from, and swapped while they are used.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;
use gantry::config::schema::{Config, PluginSettings};
use gantry::plugin::digest;
use gantry_portal::{Account, Latencies, PortalConfig};
use serde_json::{Value, json};

use crate::guests::{self, Guest};
use crate::office::{Answer, Office, by, plugins, until_async};
use crate::processes;

const REQUESTS: usize = 1_000;
const CALLERS: usize = 4;
const SWAPS: usize = 50;

/// A version of `answer`, which answers with its number.
fn answer(version: &str) -> Vec<u8> {
    let guest = Guest::operation("version-after-title").named("answer");
    guest.version(version).build()
}

/// An office that serves what these tests put there, and signs in.
async fn office() -> Office {
    office_with(|_| {}).await
}

async fn office_with(change: impl FnOnce(&mut Config)) -> Office {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(
        plugins().join("session.wasm"),
        folder.path().join("session.wasm"),
    )
    .unwrap();
    let portal = PortalConfig {
        accounts: Account::invented(CALLERS),
        latencies: Latencies::none(),
        ..PortalConfig::quick()
    };
    let mut office = Office::open(portal, |config| {
        folder.path().clone_into(&mut config.plugins.dir);
        change(config);
    })
    .await;
    office.keep(folder);
    office
}

async fn served(office: &Office) -> Value {
    let plugin = office.get("/v1/plugins/answer").await.ok();
    plugin["served"]["version"].clone()
}

#[tokio::test]
async fn a_version_is_put_into_service_gone_back_from_and_removed() {
    let office = office().await;
    let first = office.put("/v1/plugins/answer", answer("1.0.0")).await;
    assert_eq!(first.status, 200);
    let first = first.ok();
    assert_eq!(first["file"], "answer.wasm");
    assert_eq!(
        first["served"]["digest"],
        json!(digest::sha256(&answer("1.0.0")))
    );
    office.put("/v1/plugins/answer", answer("2.0.0")).await.ok();
    assert_eq!(served(&office).await, "2.0.0");

    let versions = office.get("/v1/plugins/answer/versions").await.ok();
    assert_eq!(versions["versions"][0]["version"], "2.0.0");
    assert_eq!(versions["versions"][0]["served"], true);
    assert_eq!(versions["versions"][1]["version"], "1.0.0");

    let back = office.post("/v1/plugins/answer/rollback", json!({})).await;
    assert_eq!(back.ok()["served"]["version"], "1.0.0");
    let newer = json!({ "digest": digest::sha256(&answer("2.0.0")) });
    let forward = office.post("/v1/plugins/answer/rollback", newer).await;
    assert_eq!(forward.ok()["served"]["version"], "2.0.0");

    assert_eq!(office.delete("/v1/plugins/answer").await.status, 204);
    let gone = office.get("/v1/plugins/answer").await;
    assert_eq!(gone.problem(), (404, "plugin-not-found"));
    let run = office.run("answer", &office.account(0), json!({})).await;
    assert_eq!(run.problem(), (404, "operation-not-found"));
    office.close().await;
}

#[tokio::test]
async fn what_cannot_be_put_into_service_changes_nothing_and_is_told() {
    let office = office().await;
    office.put("/v1/plugins/answer", answer("1.0.0")).await.ok();
    let whole = answer("2.0.0");
    for (path, component, refusal) in [
        ("answer", b"nonsense".to_vec(), (422, "file-not-wasm")),
        (
            "answer",
            whole[..whole.len() / 2].to_vec(),
            (422, "component-invalid"),
        ),
        ("another", whole.clone(), (422, "plugin-name-differs")),
        (
            "hostile",
            Guest::operation("answer")
                .named("hostile")
                .capability("script")
                .build(),
            (422, "capability-not-granted"),
        ),
    ] {
        let answer = office.put(&format!("/v1/plugins/{path}"), component).await;
        assert_eq!(answer.problem(), refusal);
    }
    let as_json = office.post_text("/v1/plugins/answer/rollback", "{}").await;
    assert_eq!(as_json.problem(), (404, "plugin-version-not-found"));
    let unknown = json!({ "digest": "00" });
    let unknown = office.post("/v1/plugins/answer/rollback", unknown).await;
    assert_eq!(unknown.problem(), (404, "plugin-version-not-found"));
    let request = office
        .client
        .put(format!("{}/v1/plugins/answer", office.url));
    let untyped = request.body(whole).send().await.unwrap();
    assert_eq!(untyped.status(), 415);
    assert_eq!(served(&office).await, "1.0.0");
    let files = office.get("/v1/plugins").await.ok();
    assert_eq!(files["plugins"].as_array().unwrap().len(), 2);
    office.close().await;
}

#[tokio::test]
async fn a_version_that_callers_would_notice_waits_until_it_is_accepted() {
    let office = office().await;
    let form = |schema: &str| {
        let guest = Guest::operation("answer").input_schema(schema);
        guest.version(&format!("{}.0.0", schema.len())).build()
    };
    let wide = form(r#"{"type":["object","null"]}"#);
    let narrow = form(r#"{"type":"object"}"#);
    office.put("/v1/plugins/answer", wide).await.ok();
    let before = served(&office).await;
    let waiting = office.put("/v1/plugins/answer", narrow.clone()).await;
    assert_eq!(waiting.status, 202);
    let waiting = waiting.ok();
    assert_eq!(waiting["problem"]["code"], "replacement-differs");
    assert_eq!(served(&office).await, before);
    let digest = digest::sha256(&narrow);
    assert_eq!(waiting["waiting"]["digest"], json!(digest));
    let body = json!({ "digest": digest });
    let accepted = office.post("/v1/plugins/answer/accept", body).await;
    assert_eq!(accepted.status, 204);
    assert_ne!(served(&office).await, before);
    office.close().await;
}

#[tokio::test]
async fn a_version_that_waits_is_had_by_its_digest_and_by_nobody_else() {
    let office = office_with(|config| {
        let settings = PluginSettings {
            canary_percent: Some(0),
            ..PluginSettings::default()
        };
        let plugins = &mut config.plugins.settings;
        plugins.insert("answer".to_owned(), settings);
    })
    .await;
    office.put("/v1/plugins/answer", answer("1.0.0")).await.ok();
    let tried = office.put("/v1/plugins/answer", answer("2.0.0")).await;
    assert_eq!(tried.status, 202);
    assert_eq!(tried.ok()["problem"]["code"], "canary");
    let account = office.account(0);
    let run = office.run("answer", &account, json!({})).await.ok();
    assert_eq!(run["output"], "1.0.0");
    let named = async |digest: String| {
        let url = format!("{}/v1/operations/answer", office.url);
        let request = office.client.post(url).json(&by(&account, &json!({})));
        let request = request.header("gantry-plugin-digest", digest);
        Answer::of(request.send().await.unwrap()).await
    };
    let digest = digest::sha256(&answer("2.0.0"));
    assert_eq!(named(digest.clone()).await.ok()["output"], "2.0.0");
    let unknown = named("00".to_owned()).await;
    assert_eq!(unknown.problem(), (404, "plugin-version-not-found"));
    let accepted = json!({ "digest": digest });
    let accepted = office.post("/v1/plugins/answer/accept", accepted).await;
    assert_eq!(accepted.status, 204);
    let run = office.run("answer", &account, json!({})).await.ok();
    assert_eq!(run["output"], "2.0.0");
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_is_swapped_fifty_times_under_a_thousand_requests_and_none_fails() {
    let office = office().await;
    let numbers: Vec<String> = (0..=SWAPS)
        .map(|n| format!("1.{}.{}", n / 10, n % 10))
        .collect();
    office
        .put("/v1/plugins/answer", answer(&numbers[0]))
        .await
        .ok();
    // The newest that a request finds for certain.
    let published = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let caller = async |number: usize| {
        let account = office.account(number);
        let mut seen = Vec::new();
        for _ in 0..REQUESTS / CALLERS {
            let at_least = published.load(Ordering::SeqCst);
            let answer = office.run("answer", &account, json!({})).await.ok();
            let version = answer["plugin"]["version"].as_str().unwrap();
            assert_eq!(
                answer["output"], version,
                "one version answers the whole request"
            );
            let version = numbers.iter().position(|it| it == version).unwrap();
            assert!(
                version >= at_least,
                "{version} after {at_least} was published"
            );
            seen.push(version);
            done.fetch_add(1, Ordering::SeqCst);
        }
        seen
    };
    let swapping = async {
        for (swap, number) in numbers.iter().enumerate().skip(1) {
            let due = swap * REQUESTS / (SWAPS + 1);
            until_async("requests go on", async || {
                done.load(Ordering::SeqCst) >= due
            })
            .await;
            if swap % 2 == 0 {
                let bad = office.put("/v1/plugins/answer", b"nonsense".to_vec()).await;
                assert_eq!(bad.problem(), (422, "file-not-wasm"));
            } else {
                office.put("/v1/plugins/answer", answer(number)).await.ok();
                published.store(swap, Ordering::SeqCst);
            }
        }
    };
    let callers = join_all((0..CALLERS).map(caller));
    let (seen, ()) = tokio::join!(callers, swapping);
    let mut seen: Vec<usize> = seen.into_iter().flatten().collect();
    assert_eq!(seen.len(), REQUESTS);
    seen.sort_unstable();
    seen.dedup();
    let good: Vec<usize> = (0..=SWAPS).filter(|&n| n == 0 || n % 2 == 1).collect();
    assert_eq!(seen, good, "each was used");
    assert_eq!(
        office.portal.attempts().len(),
        CALLERS,
        "nobody signed in again"
    );
    office.close().await;
}

#[tokio::test]
async fn five_hundred_swaps_leave_no_memory_behind() {
    const MOST: i64 = 8 << 20;
    let office = office().await;
    let versions = [
        answer("1.0.0"),
        answer("2.0.0"),
        guests::component("answer"),
    ];
    let mut settled = 0;
    for swap in 0..600 {
        let version = versions[swap % 3].clone();
        office.put("/v1/plugins/answer", version).await.ok();
        // What is loaded for the first time, and what the allocator keeps.
        if swap == 99 {
            settled = processes::resident(Path::new("/proc/self"));
        }
    }
    let grown = processes::resident(Path::new("/proc/self")) - settled;
    println!("after 100 swaps {settled} bytes, 500 later {grown} more");
    assert!(grown < MOST, "{grown} bytes more after 500 swaps");
    office.close().await;
}
