//! The OpenAPI document: valid, true of the host that gives it, and followed by it when a plugin is swapped.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use gantry::config::schema::{self, Config};
use gantry_portal::PortalConfig;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::office::{Office, plugins, target};

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
    assert_eq!(books["security"][0]["token"], json!(["book"]));
    // What the plugin says of its input is what the document says.
    let plugin = office.get("/v1/plugins/make-appointment").await.ok();
    let told = &before["components"]["schemas"]["make-appointment.input"]["properties"];
    assert_eq!(told, &plugin["input_schema"]["properties"]);
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

/// An office whose callers name an account; no password that is made up can open a browser.
async fn office() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let password_file = folder.path().join("password");
    let portal = PortalConfig::quick();
    let mut office = Office::open(portal, |config: &mut Config| {
        config.server.passwords = false;
        config.pool.wait_ms = 5000;
        let account = schema::Account {
            username: "somebody".to_owned(),
            password_file: password_file.clone(),
        };
        config.accounts.insert("office".to_owned(), account);
    })
    .await;
    std::fs::write(&password_file, "no password of the portal's").unwrap();
    office.keep(folder);
    office
}

async fn fuzz(office: &Office, arguments: &[&str]) {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzzer/schemathesis.toml");
    let fuzzing = Command::new(program("schemathesis"))
        .arg("--config-file")
        .arg(config)
        .arg("run")
        .arg(format!("{}/v1/openapi.json", office.url))
        .args(arguments)
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
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_asked_is_answered_as_the_document_says_and_never_by_a_fault() {
    let office = office().await;
    fuzz(&office, &["--max-examples", "20"]).await;
    let lives = office.get("/readyz").await;
    assert_eq!(lives.status, 200, "{:#}", lives.body);
}
