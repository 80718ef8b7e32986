//! Operations that try everything, on real sessions: each ends with its own error, gives its session back, and
//! disturbs nobody.

use std::path::Path;
use std::time::{Duration, Instant};

use gantry::config::limits;
use gantry::config::schema::{Config, PluginSettings};
use gantry_portal::{Latencies, PortalConfig};
use serde_json::{Value, json};

use crate::guests::{self, Guest};
use crate::office::{Office, plugins};
use crate::pace::paced;

/// The time of a run in these tests: an endless loop ends by it before it has computed for too long, and a full list has
/// enough of it.
fn run_time() -> Duration {
    let most = limits::GUEST_CPU.saturating_sub(Duration::from_secs(5));
    paced(Duration::from_secs(15)).min(most)
}

/// Each hostile operation, the code of its error, and the status that comes with it.
const HOSTILE: [(&str, &str, u16); 7] = [
    ("hostile-loop", "deadline", 504),
    ("hostile-memory", "plugin-out-of-memory", 500),
    ("hostile-stack", "plugin-stack-overflow", 500),
    ("hostile-trap", "plugin-crashed", 500),
    ("hostile-output-huge", "plugin-output-too-large", 500),
    ("hostile-request", "plugin-host-call-too-large", 500),
    ("hostile-flood", "plugin-host-call-limit", 500),
];

/// An office that serves the hostile operations beside the real ones.
async fn office(portal: PortalConfig, more: &[(&str, Vec<u8>)]) -> Office {
    office_with(portal, more, |_| {}).await
}

/// The same, with the configuration changed.
async fn office_with(
    portal: PortalConfig,
    more: &[(&str, Vec<u8>)],
    change: impl FnOnce(&mut Config),
) -> Office {
    let folder = tempfile::tempdir().unwrap();
    for file in ["session.wasm", "get-containers.wasm"] {
        std::fs::copy(plugins().join(file), folder.path().join(file)).unwrap();
    }
    for (name, _, _) in HOSTILE {
        put(folder.path(), name, &guests::component(name));
    }
    for (name, component) in more {
        put(folder.path(), name, component);
    }
    let mut office = Office::open(portal, |config| {
        folder.path().clone_into(&mut config.plugins.dir);
        config.limits.run_read_ms = u64::try_from(run_time().as_millis()).unwrap();
        config.limits.memory_mib = 64;
        change(config);
    })
    .await;
    office.keep(folder);
    office
}

fn put(folder: &Path, name: &str, component: &[u8]) {
    std::fs::write(folder.join(format!("{name}.wasm")), component).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operation_may_have_a_time_of_its_own() {
    let office = office_with(PortalConfig::quick(), &[], |config| {
        let mut settings = PluginSettings::default();
        settings.limits.run_ms = Some(321);
        let plugins = &mut config.plugins.settings;
        plugins.insert("hostile-loop".to_owned(), settings);
    })
    .await;
    let answer = office
        .run("hostile-loop", &office.account(0), json!({}))
        .await;
    assert_eq!(answer.problem(), (504, "deadline"));
    let detail = answer.body["detail"].as_str().unwrap();
    // The time begins some microseconds before the call does.
    assert!(
        detail.contains("within 3") && detail.contains("ms:"),
        "{detail}"
    );
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_operation_fails_with_its_own_error_and_the_next_run_on_its_session_works() {
    let office = office(PortalConfig::quick(), &[]).await;
    let account = office.account(0);
    let list = json!({ "target_count": 1 });
    let first = office
        .run("get-containers", &account, list.clone())
        .await
        .ok();
    for (name, code, status) in HOSTILE {
        let began = Instant::now();
        let answer = office.run(name, &account, json!({})).await;
        assert_eq!(
            answer.problem(),
            (status, code),
            "{name}: {:#}",
            answer.body
        );
        assert_eq!(answer.body["session_id"], first["session_id"]);
        assert!(
            began.elapsed() < run_time() + paced(Duration::from_secs(5)),
            "{name}: {:?}",
            began.elapsed()
        );
        let sessions = office.get("/v1/sessions").await.ok();
        assert_eq!(sessions["sessions"][0]["in_use"], Value::Null, "{name}");
        let next = office
            .run("get-containers", &account, list.clone())
            .await
            .ok();
        assert_eq!(next["session_id"], first["session_id"], "{name}");
    }
    assert_eq!(
        office.portal.sign_ins().len(),
        1,
        "nobody had to sign in again"
    );
    office.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_on_other_sessions_are_not_disturbed_by_a_hostile_one() {
    let portal = PortalConfig {
        latencies: Latencies {
            batch_ms: 100,
            ..Latencies::none()
        },
        ..PortalConfig::quick()
    };
    let office = office(portal, &[]).await;
    let (hostile, honest) = (office.account(0), office.account(1));
    for account in [&hostile, &honest] {
        office
            .run("get-containers", account, json!({ "target_count": 1 }))
            .await
            .ok();
    }
    for (name, code, _) in HOSTILE {
        let attack = office.run(name, &hostile, json!({}));
        let list = office.run("get-containers", &honest, json!({}));
        let (attack, list) = tokio::join!(attack, list);
        assert_eq!(attack.problem().1, code);
        let list = list.ok();
        assert_eq!(
            (&list["output"]["count"], &list["output"]["complete"]),
            (&json!(PortalConfig::QUICK_CONTAINERS), &json!(true))
        );
    }
    office.close().await;
}

#[tokio::test]
async fn a_file_that_is_no_operation_of_this_contract_is_listed_with_its_reason_and_changes_nothing()
 {
    let truncated = guests::component("answer");
    let bad = [
        (
            "core-module",
            Guest::operation("answer").build_module(),
            "file-core-module",
        ),
        ("no-wasm", b"#!/bin/sh\n".to_vec(), "file-not-wasm"),
        (
            "truncated",
            truncated[..truncated.len() / 2].to_vec(),
            "component-invalid",
        ),
        (
            "no-world",
            wat::parse_str("(component)").unwrap(),
            "world-missing",
        ),
        (
            "newer",
            Guest::operation("answer").contract("0.2.0").build(),
            "contract-version",
        ),
        ("sockets", sockets(), "import-denied"),
        ("files", files(), "import-denied"),
        (
            "script",
            Guest::operation("answer").capability("script").build(),
            "capability-not-granted",
        ),
    ];
    let files: Vec<(&str, Vec<u8>)> = bad
        .iter()
        .map(|(name, component, _)| (*name, component.clone()))
        .collect();
    let office = office(PortalConfig::quick(), &files).await;
    let listed = office.get("/v1/plugins").await.ok();
    for (name, _, code) in &bad {
        let file = format!("{name}.wasm");
        let plugins = listed["plugins"].as_array().unwrap();
        let plugin = plugins
            .iter()
            .find(|plugin| plugin["file"] == file.as_str())
            .unwrap();
        assert_eq!(
            plugin["problem"]["code"], *code,
            "{file}: {}",
            plugin["problem"]
        );
        assert_eq!(plugin["served"], Value::Null);
    }
    let account = office.account(0);
    office
        .run("get-containers", &account, json!({ "target_count": 1 }))
        .await
        .ok();
    office.close().await;
}

fn sockets() -> Vec<u8> {
    Guest::operation("imports-sockets")
        .import("wasi:sockets/instance-network@0.2.0")
        .build()
}

/// Files under another name than WASI's are outside the contract. WASI's own are linked over nothing: see
/// `host/src/plugin/linker.rs`.
fn files() -> Vec<u8> {
    Guest::operation("imports-stranger")
        .import("test:outside/registry@1.0.0")
        .build()
}
