//! The OpenAPI document: valid, true of the host that gives it, and followed by it when a plugin is swapped.

use std::collections::BTreeMap;
use std::iter::zip;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use gantry::config::schema;
use gantry_portal::PortalConfig;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::office::{Answer, Office, plugins, target};

/// The fuzzer ends by itself long before, on any machine.
const FUZZING: Duration = Duration::from_mins(8);

/// A program of the environment that `cargo xtask test` makes.
fn program(name: &str) -> PathBuf {
    let program = target().join("fuzzer/bin").join(name);
    let hint = "python3 -m venv target/fuzzer && target/fuzzer/bin/pip install -r tests/fuzzer/requirements.txt";
    assert!(
        program.is_file(),
        "{} is missing; run `{hint}`",
        program.display()
    );
    program
}

async fn is_valid(document: &Value, folder: &Path) {
    let file = folder.join("openapi.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let checked = Command::new(program("openapi-spec-validator"))
        .arg(&file)
        .output();
    let checked = tokio::time::timeout(FUZZING, checked)
        .await
        .unwrap()
        .unwrap();
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    println!("{}", said.trim());
    assert!(
        checked.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&checked.stderr)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_valid_before_and_after_a_swap_and_follows_it() {
    let folder = tempfile::tempdir().unwrap();
    let served = folder.path().join("plugins");
    std::fs::create_dir(&served).unwrap();
    for plugin in [
        "session.wasm",
        "get-containers.wasm",
        "make-appointment.wasm",
    ] {
        std::fs::copy(plugins().join(plugin), served.join(plugin)).unwrap();
    }
    let office = Office::open(PortalConfig::quick(), |config| {
        config.plugins.dir.clone_from(&served);
        crate::office::grant(config, "make-appointment", "submit");
    })
    .await;
    let before = office.get("/v1/openapi.json").await.ok();
    is_valid(&before, folder.path()).await;
    let paths = &before["paths"];
    assert!(
        paths["/v1/operations/get-containers"].is_object(),
        "{paths:#}"
    );
    assert!(paths["/v1/operations/get-container-timeline"].is_null());
    let books = &paths["/v1/operations/make-appointment"]["post"];
    // On the own machine nobody has to show a token; one that is shown has to be good for it.
    assert_eq!(books["security"], json!([{}, { "token": ["book"] }]));
    // What the plugin says of its input is what the document says.
    let plugin = office.get("/v1/plugins/make-appointment").await.ok();
    let told = &before["components"]["schemas"]["make-appointment.input"]["properties"];
    // What it refers to in itself lies deeper in the document.
    let told = told
        .to_string()
        .replace("#/components/schemas/make-appointment.input", "#");
    assert_eq!(told, plugin["input_schema"]["properties"].to_string());
    let component = std::fs::read(plugins().join("get-container-timeline.wasm")).unwrap();
    office
        .put("/v1/plugins/get-container-timeline", component)
        .await
        .ok();
    office.delete("/v1/plugins/get-containers").await.ok();
    let after = office.get("/v1/openapi.json").await.ok();
    is_valid(&after, folder.path()).await;
    assert!(after["paths"]["/v1/operations/get-containers"].is_null());
    assert!(after["paths"]["/v1/operations/get-container-timeline"].is_object());
}

/// An office with plugins of its own, which a caller may remove, and accounts that callers can name.
async fn office(accounts: &[&str]) -> (Office, String) {
    let folder = tempfile::tempdir().unwrap();
    let served = folder.path().join("plugins");
    std::fs::create_dir(&served).unwrap();
    for plugin in std::fs::read_dir(plugins()).unwrap().flatten() {
        std::fs::copy(plugin.path(), served.join(plugin.file_name())).unwrap();
    }
    let portal = PortalConfig::quick();
    let accounts: BTreeMap<String, schema::Account> = zip(accounts, &portal.accounts)
        .map(|(alias, account)| {
            let password_file = folder.path().join(alias);
            std::fs::write(&password_file, &account.password).unwrap();
            let username = account.username.clone();
            let account = schema::Account {
                username,
                password_file,
            };
            ((*alias).to_owned(), account)
        })
        .collect();
    let (mut office, token) = Office::guarded(portal, |config| {
        config.plugins.dir = served;
        // What is made up is no reason to ask the portal who that may be.
        config.server.passwords = false;
        config.accounts = accounts;
        crate::office::grant(config, "make-appointment", "submit");
    })
    .await;
    office.keep(folder);
    (office, token)
}

/// Tries all routes, and gives what the fuzzer said.
async fn fuzz(
    office: &Office,
    token: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzzer");
    let listed = office
        .client
        .get(format!("{}/v1/plugins", office.url))
        .bearer_auth(token);
    let listed = Answer::of(listed.send().await.unwrap()).await.ok();
    let listed = listed["plugins"].as_array().unwrap().iter();
    let served: Vec<&str> = listed
        .filter_map(|plugin| plugin["served"]["name"].as_str())
        .collect();
    let fuzzing = Command::new(program("schemathesis"))
        .arg("--config-file")
        .arg(folder.join("schemathesis.toml"))
        .arg("run")
        .arg(format!("{}/v1/openapi.json", office.url))
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args(arguments)
        .envs(environment.iter().copied())
        .env("GANTRY_FUZZED_PLUGINS", served.join(" "))
        .env("SCHEMATHESIS_HOOKS", folder.join("hooks.py"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(office.folder.path())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let fuzzed = tokio::time::timeout(FUZZING, fuzzing)
        .await
        .unwrap()
        .unwrap();
    let said = String::from_utf8_lossy(&fuzzed.stdout).into_owned();
    println!("{said}");
    assert!(
        fuzzed.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&fuzzed.stderr)
    );
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_asked_is_answered_as_the_document_says_and_never_by_a_fault() {
    // With an account, what the fuzzer makes up would be asked of the portal, as in the test below.
    let (office, token) = office(&[]).await;
    fuzz(&office, &token, &["--max-examples", "20"], &[]).await;
    let lives = office.get("/readyz").await;
    assert_eq!(lives.status, 200, "{:#}", lives.body);
    office.close().await;
}

/// What runs of the real plugins answer is held to their own schemas of their output.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_an_operation_is_asked_for_on_an_account_is_answered_as_its_schemas_say() {
    let (office, token) = office(&["office"]).await;
    let arguments = [
        "--include-path-regex",
        "^/v1/(accounts|operations/get-(containers|booking-number|info-bulk))$",
        "--phases",
        "fuzzing",
        "--mode",
        "positive",
        "--max-examples",
        "6",
    ];
    let account = [("GANTRY_FUZZED_ACCOUNT", "office")];
    fuzz(&office, &token, &arguments, &account).await;
    let runs = office
        .client
        .get(format!("{}/v1/runs", office.url))
        .bearer_auth(&token);
    let runs = Answer::of(runs.send().await.unwrap()).await.ok();
    let states = runs["runs"].as_array().unwrap().iter();
    let succeeded = states.filter(|run| run["state"] == "succeeded").count();
    println!("{succeeded} runs succeeded");
    // Most name containers that the account does not have; some lists need none.
    assert!(succeeded > 0, "{runs:#}");
    office.close().await;
}
