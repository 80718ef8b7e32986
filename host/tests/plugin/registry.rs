//! The plugin folder is followed: new files are served, bad ones change nothing, calls in flight keep theirs.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use gantry::plugin::call;
use gantry::plugin::digest;
use gantry::plugin::registry::Registry;
use gantry::plugin::status::PluginStatus;
use gantry::plugin::watch::watch;
use gantry::store::database::Store;
use serde_json::json;
use sqlx::{Connection as _, Executor as _, SqliteConnection};

use crate::fake_page::FakePage;
use crate::gate::Gate;
use crate::guests::{self, Guest};
use crate::plugin::setup::{PATIENCE, Setup};

const LONG: Duration = Duration::from_secs(30);

impl Setup {
    /// Puts a file into the plugin folder as a careful person does: whole, by rename.
    pub(crate) fn put(&self, file: &str, content: &[u8]) {
        fs::create_dir_all(&self.config.plugins.dir).unwrap();
        let unfinished = self.dir.path().join("unfinished");
        fs::write(&unfinished, content).unwrap();
        fs::rename(unfinished, self.path(file)).unwrap();
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.config.plugins.dir.join(file)
    }

    /// A host's registry; the next one over the same folders is that of the host after it.
    pub(crate) async fn open(&self) -> Arc<Registry> {
        let store = Store::open(&self.dir.path().join("gantry.db"))
            .await
            .unwrap();
        let registry = Registry::open(&self.config, self.engine.clone(), store).await;
        Arc::new(registry.unwrap())
    }
}

/// Waits until the registry's list is as asked for.
pub(crate) async fn until(registry: &Registry, is_so: impl Fn(&Registry) -> bool) {
    let mut changes = registry.changes();
    let wait = changes.wait_for(|_| is_so(registry));
    tokio::time::timeout(PATIENCE, wait)
        .await
        .expect("it never was so")
        .unwrap();
}

pub(crate) fn version(registry: &Registry, name: &str) -> Option<String> {
    registry
        .operation(name)
        .map(|version| version.identity.version.to_string())
}

pub(crate) fn problem(list: &[PluginStatus], file: &str) -> Option<&'static str> {
    list.iter()
        .find(|status| status.file == file)?
        .problem
        .as_ref()
        .map(|problem| problem.code)
}

#[tokio::test]
async fn the_folder_is_served_at_start_and_bad_files_are_listed() {
    let setup = Setup::new();
    setup.put("a.wasm", &guests::component("answer"));
    setup.put("b.wasm", b"nonsense");
    setup.put("c.txt", b"not looked at");
    setup.put(".half.wasm", b"not looked at");
    setup.put("s.wasm", &Guest::session("session").build());
    let registry = setup.open().await;
    assert_eq!(version(&registry, "answer").as_deref(), Some("1.0.0"));
    assert!(registry.session().is_some());
    let list = registry.list();
    let files: Vec<&str> = list.iter().map(|status| status.file.as_str()).collect();
    assert_eq!(files, ["a.wasm", "b.wasm", "s.wasm"]);
    assert_eq!(problem(&list, "b.wasm"), Some("file-not-wasm"));
    let json = serde_json::to_value(&list).unwrap();
    assert_eq!(json[0]["served"]["name"], "answer");
    assert_eq!(json[2]["served"]["kind"], "session");
}

#[tokio::test]
async fn the_later_of_two_files_with_one_name_waits_until_it_is_free() {
    let setup = Setup::new();
    setup.put("a.wasm", &guests::component("answer"));
    setup.put(
        "b.wasm",
        &Guest::operation("answer").version("2.0.0").build(),
    );
    let registry = setup.open().await;
    assert_eq!(version(&registry, "answer").as_deref(), Some("1.0.0"));
    assert_eq!(problem(&registry.list(), "b.wasm"), Some("name-taken"));
    fs::remove_file(setup.path("a.wasm")).unwrap();
    registry.sync().await.unwrap();
    assert_eq!(version(&registry, "answer").as_deref(), Some("2.0.0"));
    assert_eq!(problem(&registry.list(), "b.wasm"), None);
}

/// The file of `answer` with another version.
pub(crate) fn answering(version: &str, change: impl FnOnce(Guest) -> Guest) -> Vec<u8> {
    change(Guest::operation("answer").version(version)).build()
}

pub(crate) const ONE_FIELD: &str = r#"{"type":"object","properties":{"a":{"type":"string"}}}"#;
pub(crate) const TWO_FIELDS: &str =
    r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}}}"#;

#[tokio::test]
async fn a_version_that_callers_would_notice_waits_and_says_what_differs() {
    let setup = Setup::new();
    setup.put(
        "a.wasm",
        &answering("1.0.0", |it| it.input_schema(TWO_FIELDS)),
    );
    let registry = setup.open().await;
    for (change, what) in [
        (
            answering("2.0.0", |it| it.input_schema(ONE_FIELD)),
            "input/properties/b is gone",
        ),
        (
            answering("2.0.0", |it| {
                it.input_schema(TWO_FIELDS).output_schema(ONE_FIELD)
            }),
            "output/properties is another",
        ),
        (
            answering("2.0.0", |it| it.input_schema(TWO_FIELDS).effectful(&["a"])),
            "it is effectful",
        ),
    ] {
        setup.put("a.wasm", &change);
        registry.sync().await.unwrap();
        assert_eq!(version(&registry, "answer").as_deref(), Some("1.0.0"));
        let list = registry.list();
        assert_eq!(problem(&list, "a.wasm"), Some("replacement-differs"));
        let said = &list[0].problem.as_ref().unwrap().message;
        assert!(said.contains(what), "{said}");
    }
    // One that nobody notices takes its place all the same.
    setup.put(
        "a.wasm",
        &answering("3.0.0", |it| it.input_schema(TWO_FIELDS)),
    );
    registry.sync().await.unwrap();
    assert_eq!(version(&registry, "answer").as_deref(), Some("3.0.0"));
    assert_eq!(problem(&registry.list(), "a.wasm"), None);
}

#[tokio::test]
async fn a_version_that_takes_more_is_served_and_one_that_takes_less_once_it_is_accepted() {
    let setup = Setup::new();
    setup.put(
        "a.wasm",
        &answering("1.0.0", |it| it.input_schema(ONE_FIELD)),
    );
    let registry = setup.open().await;
    setup.put(
        "a.wasm",
        &answering("2.0.0", |it| it.input_schema(TWO_FIELDS)),
    );
    registry.sync().await.unwrap();
    assert_eq!(version(&registry, "answer").as_deref(), Some("2.0.0"));

    let narrower = answering("3.0.0", |it| it.input_schema(ONE_FIELD));
    setup.put("a.wasm", &narrower);
    registry.sync().await.unwrap();
    assert_eq!(version(&registry, "answer").as_deref(), Some("2.0.0"));
    let waiting = digest::sha256(&narrower);
    assert!(registry.accept("answer", "00").await.is_err());
    assert!(registry.accept("other", &waiting).await.is_err());
    assert_eq!(version(&registry, "answer").as_deref(), Some("2.0.0"));
    registry.accept("answer", &waiting).await.unwrap();
    assert_eq!(version(&registry, "answer").as_deref(), Some("3.0.0"));
    assert_eq!(problem(&registry.list(), "a.wasm"), None);
    assert!(registry.accept("answer", &waiting).await.is_err(), "once");
}

#[tokio::test]
async fn a_host_has_one_session_component() {
    let setup = Setup::new();
    setup.put("a.wasm", &Guest::session("session").build());
    setup.put("b.wasm", &Guest::session("session").named("other").build());
    let registry = setup.open().await;
    assert_eq!(problem(&registry.list(), "b.wasm"), Some("session-taken"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_come_and_go_are_followed() {
    let setup = Setup::new();
    let registry = setup.open().await;
    let _watch = watch(Arc::clone(&registry)).unwrap();
    setup.put("a.wasm", &guests::component("answer"));
    until(&registry, |registry| registry.operation("answer").is_some()).await;
    fs::remove_file(setup.path("a.wasm")).unwrap();
    until(&registry, |registry| registry.operation("answer").is_none()).await;
    assert!(registry.list().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_in_flight_ends_on_the_old_version_and_the_next_starts_on_the_new() {
    let setup = Setup::new();
    let guest = Guest::operation("version-after-title");
    setup.put("a.wasm", &guest.build());
    let registry = setup.open().await;
    let _watch = watch(Arc::clone(&registry)).unwrap();
    let gate = Gate::closed();
    let old = registry.operation("version-after-title").unwrap();
    let in_flight = setup.run(&old, FakePage::new().behind(&gate), LONG);
    let swap = async {
        gate.reached_by(1).await;
        setup.put("a.wasm", &guest.clone().version("2.0.0").build());
        until(&registry, |r| {
            version(r, "version-after-title").as_deref() == Some("2.0.0")
        })
        .await;
        let new = registry.operation("version-after-title").unwrap();
        let next = setup.run(&new, FakePage::new(), LONG).await;
        gate.open();
        next
    };
    let (first, next) = tokio::join!(in_flight, swap);
    assert_eq!(first.outcome.unwrap(), json!("1.0.0"));
    assert_eq!(next.outcome.unwrap(), json!("2.0.0"));
    let weak = Arc::downgrade(&old);
    drop(old);
    assert!(
        weak.upgrade().is_none(),
        "the old version ends with its last call"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_file_changes_nothing_and_says_why() {
    let setup = Setup::new();
    setup.put("a.wasm", &guests::component("answer"));
    let registry = setup.open().await;
    let _watch = watch(Arc::clone(&registry)).unwrap();
    let half = guests::component("answer");
    setup.put("a.wasm", &half[..half.len() / 2]);
    until(&registry, |r| {
        problem(&r.list(), "a.wasm") == Some("component-invalid")
    })
    .await;
    let served = registry.operation("answer").unwrap();
    let page = Box::new(FakePage::new());
    let called = call::run(&served, (&json!({}), None), page, setup.context(LONG)).await;
    assert_eq!(called.outcome.unwrap(), json!({}));
    setup.put("a.wasm", &half);
    until(&registry, |r| problem(&r.list(), "a.wasm").is_none()).await;
}

#[tokio::test]
async fn a_change_is_told_again_once_the_versions_that_were_served_are_written_down() {
    let setup = Setup::new();
    setup.put("answer.wasm", &Guest::operation("answer").build());
    let registry = setup.open().await;
    let mut changes = registry.changes();
    // Nothing can be written meanwhile.
    let database = setup.dir.path().join("gantry.db");
    let url = format!("sqlite://{}", database.display());
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let newer = Guest::operation("answer").version("1.1.0").build();
    setup.put("answer.wasm", &newer);
    let syncing = Arc::clone(&registry);
    let syncing = tokio::spawn(async move { syncing.sync().await.unwrap() });
    changes.changed().await.unwrap();
    assert_eq!(version(&registry, "answer").as_deref(), Some("1.1.0"));
    other.execute("ROLLBACK").await.unwrap();
    let told = tokio::time::timeout(PATIENCE, changes.changed()).await;
    told.expect("it is told again").unwrap();
    syncing.await.unwrap();
    // And only once: nothing has changed since.
    registry.sync().await.unwrap();
    assert!(!changes.has_changed().unwrap());
}
