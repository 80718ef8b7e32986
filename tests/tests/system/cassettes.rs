//! Runs that are recorded: what is in their cassettes, and operations run against them without a browser.

use gantry::browser::cassette::{Cassette, Outcome};
use gantry::config::schema::Config;
use gantry::plugin::engine::Engine;
use gantry::plugin::load::{Loader, Plugin};
use gantry::plugin::replay::{Report, replay};
use gantry_portal::{Fault, FaultKind, FaultMatch, MarkupChange};
use serde_json::{Value, json};

use crate::guests::Guest;
use crate::office::{Answer, Office, by, config, plugins};

/// Runs `get-containers` for the first account, recorded.
async fn recorded(office: &Office, input: &Value) -> Answer {
    let mut body = by(&office.account(0), input);
    body["record"] = json!(true);
    office.post("/v1/operations/get-containers", body).await
}

/// The cassette with this id, and its text.
async fn cassette(office: &Office, id: &Value) -> (Cassette, String) {
    let url = format!("{}/v1/artifacts/{}", office.url, id.as_str().unwrap());
    let got = office.client.get(url).send().await.unwrap();
    assert_eq!(got.headers()["content-type"], "application/json");
    let text = got.text().await.unwrap();
    (Cassette::read(text.as_bytes()).unwrap(), text)
}

/// The ids of the cassettes among the files of a run.
fn cassettes(answer: &Value) -> Vec<Value> {
    let files = answer["artifacts"].as_array().unwrap().iter();
    files
        .filter(|file| file["name"] == "cassette.json")
        .map(|file| file["id"].clone())
        .collect()
}

fn real() -> Vec<u8> {
    std::fs::read(plugins().join("get-containers.wasm")).unwrap()
}

async fn replayed(config: &Config, component: Vec<u8>, cassette: &Cassette) -> Report {
    let loader = Loader::new(Engine::new(&config.limits).unwrap(), config);
    let plugin = loader.load(component).await.unwrap().plugin;
    let Plugin::Operation(version) = plugin else {
        panic!("it is an operation");
    };
    replay(&version, cassette).await.unwrap()
}

/// Fails if anything of the portal's data is in the text.
#[track_caller]
fn assert_plain(office: &Office, text: &str) {
    let text = text.to_uppercase();
    for container in office.portal.containers() {
        assert!(!text.contains(&container.number), "{}", container.number);
    }
    for account in office.portal.accounts() {
        for secret in [&account.username, &account.password] {
            assert!(!text.contains(&secret.to_uppercase()), "{secret}");
        }
    }
}

#[tokio::test]
async fn a_recorded_run_is_repeated_without_a_browser_and_without_its_data() {
    let office = Office::quick().await;
    let target = office.portal.containers_of(&office.account(0).username)[5]
        .number
        .clone();
    let input = json!({ "target_container_id": target });
    let answer = recorded(&office, &input).await.ok();
    assert_eq!(answer["output"]["found_target_container"], true);
    let ids = cassettes(&answer);
    assert_eq!(ids.len(), 1, "{:#}", answer["artifacts"]);
    let (recorded, text) = cassette(&office, &ids[0]).await;
    assert_plain(&office, &text);
    assert_eq!(recorded.operation, "get-containers");
    assert_eq!(json!(recorded.digest), answer["plugin"]["digest"]);
    assert!(recorded.calls.len() > 3 && !recorded.truncated);
    let Outcome::Output(output) = &recorded.outcome else {
        panic!("it had an answer");
    };
    assert_eq!(output["count"], answer["output"]["count"]);

    let config = config(&office.portal, office.folder.path());
    office.close().await;
    // The same build does the same, on a portal that is not there any more.
    let report = replayed(&config, real(), &recorded).await;
    assert!(report.is_same(), "{report:#?}");
    assert_eq!(report.calls_made, report.calls_recorded);
    assert!(report.not_read.is_empty());

    // Asked for something else it comes to something else, or does what was not recorded.
    let mut other = recorded.clone();
    other.input = json!({ "target_count": 2 });
    let report = replayed(&config, real(), &other).await;
    assert!(!report.is_same());
    let count = report
        .changes
        .iter()
        .find(|change| change.at == "/output/count" && change.now == Some(json!(2)));
    assert!(
        count.is_some() || report.difference.is_some(),
        "{report:#?}"
    );

    // Another build does something else.
    let guest = Guest::operation("version-after-title").named("get-containers");
    let report = replayed(&config, guest.version("9.0.0").build(), &recorded).await;
    let difference = report.difference.unwrap();
    assert_eq!(difference.asked.call, "title");
    assert_eq!(difference.recorded, Some(recorded.calls[0].asked.clone()));
    assert!(!report.not_done.is_empty());
}

#[tokio::test]
async fn a_recorded_run_that_fails_leaves_its_cassette_as_evidence() {
    let office = Office::quick().await;
    let renamed = FaultKind::Markup {
        change: MarkupChange::ScrollerRenamed,
    };
    office
        .portal
        .add_fault(Fault::always(renamed, FaultMatch::default()));
    let answer = recorded(&office, &json!({})).await;
    assert_eq!(answer.problem(), (502, "layout-changed"));
    // The debug bundle comes last.
    let evidence = answer.body["evidence"].as_array().unwrap();
    let (recorded, text) = cassette(&office, &evidence[evidence.len() - 2]).await;
    assert_plain(&office, &text);
    let Outcome::Failure { code, .. } = &recorded.outcome else {
        panic!("it failed");
    };
    assert_eq!(code, "layout-changed");
    let config = config(&office.portal, office.folder.path());
    let report = replayed(&config, real(), &recorded).await;
    assert!(report.is_same(), "{report:#?}");
    office.close().await;
}

#[tokio::test]
async fn a_run_leaves_a_cassette_only_if_it_is_asked_to() {
    let office = Office::quick().await;
    let account = office.account(0);
    let input = json!({ "target_count": 1 });
    let plain = office.run("get-containers", &account, input).await.ok();
    assert_eq!(cassettes(&plain), [Value::Null; 0]);
    // The earlier routes take it as well, and still name the debug bundle.
    let flat = json!({
        "username": account.username, "password": account.password,
        "target_count": 1, "return_url": true, "record": true, "debug": true,
    });
    let answer = office.post("/get_containers", flat).await.ok();
    let bundle = answer["debug_bundle_url"].as_str().unwrap();
    assert!(bundle.ends_with("/debug.zip"), "{bundle}");
    let run = answer["run_id"].as_str().unwrap();
    let folder = office.folder.path().join("data/artifacts").join(run);
    let is_cassette = |file: &std::fs::DirEntry| file.path().join("cassette.json").is_file();
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    assert_eq!(files.filter(is_cassette).count(), 1);
    office.close().await;
}
