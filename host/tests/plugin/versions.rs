//! Versions are remembered: a former one can be put back, one that crashes makes way, and a restart forgets neither.

use std::fs;
use std::sync::Arc;

use gantry::config::schema::PluginSettings;
use gantry::plugin::call;
use gantry::plugin::call_error::CallError;
use gantry::plugin::digest;
use gantry::plugin::load_error::ChangeDenied;
use gantry::plugin::registry::Registry;
use gantry::plugin::watch::watch;
use serde_json::json;

use crate::fake_page::FakePage;
use crate::guests::Guest;
use crate::plugin::registry::{ONE_FIELD, TWO_FIELDS, answering, problem, until, version};
use crate::plugin::setup::{PATIENCE, Setup};

/// A version of `answer` that only its number tells from the others.
fn plain(version: &str) -> Vec<u8> {
    answering(version, |it| it)
}

/// A version of `answer` that crashes.
fn crashing(version: &str) -> Vec<u8> {
    let guest = Guest::operation("hostile-trap").named("answer");
    guest.version(version).build()
}

impl Setup {
    /// Puts versions of `answer` into one file, one after another.
    async fn serve(&self, registry: &Registry, versions: &[Vec<u8>]) {
        for version in versions {
            self.put("a.wasm", version);
            registry.sync().await.unwrap();
        }
    }

    /// Calls `answer` once, as it is now.
    async fn call(&self, registry: &Registry) -> Result<(), CallError> {
        let served = registry.operation("answer").unwrap();
        let page = Box::new(FakePage::new());
        let context = self.context(PATIENCE);
        let called = call::run(&served, (&json!({}), None), page, context).await;
        called.outcome.map(drop)
    }
}

#[tokio::test]
async fn going_back_serves_the_version_before_and_its_file_has_it() {
    let setup = Setup::new();
    let registry = setup.open().await;
    let versions = [plain("1.0.0"), plain("2.0.0"), plain("3.0.0")];
    setup.serve(&registry, &versions).await;
    for (back_to, bytes) in [("2.0.0", &versions[1]), ("1.0.0", &versions[0])] {
        let status = registry.roll_back("answer", None).await.unwrap();
        assert_eq!(status.served.unwrap().version, back_to);
        assert_eq!(version(&registry, "answer").as_deref(), Some(back_to));
        assert_eq!(&fs::read(setup.path("a.wasm")).unwrap(), bytes);
    }
    let denied = registry.roll_back("answer", None).await.unwrap_err();
    assert!(matches!(denied, ChangeDenied::NotKept { .. }), "{denied}");
    // Forward again, by digest.
    let newest = digest::sha256(&versions[2]);
    registry.roll_back("answer", Some(&newest)).await.unwrap();
    assert_eq!(version(&registry, "answer").as_deref(), Some("3.0.0"));
    // The look that follows a change of the folder finds what is served.
    registry.sync().await.unwrap();
    assert_eq!(version(&registry, "answer").as_deref(), Some("3.0.0"));
    let listed = registry.versions("answer").await.unwrap();
    let served: Vec<bool> = listed.iter().map(|version| version.served).collect();
    assert_eq!(served, [true, false, false]);
    assert_eq!(listed[0].digest, newest);
}

#[tokio::test]
async fn going_back_to_what_takes_less_is_done_because_it_was_asked_for() {
    let setup = Setup::new();
    let registry = setup.open().await;
    let narrow = answering("1.0.0", |it| it.input_schema(ONE_FIELD));
    let wide = answering("2.0.0", |it| it.input_schema(TWO_FIELDS));
    setup.serve(&registry, &[narrow, wide]).await;
    registry.roll_back("answer", None).await.unwrap();
    assert_eq!(version(&registry, "answer").as_deref(), Some("1.0.0"));
    assert_eq!(problem(&registry.list(), "a.wasm"), None);
}

#[tokio::test]
async fn a_kept_component_that_is_damaged_is_not_gone_back_to() {
    let setup = Setup::new();
    let registry = setup.open().await;
    let versions = [plain("1.0.0"), plain("2.0.0")];
    setup.serve(&registry, &versions).await;
    let kept = setup.config.storage.dir.join("versions");
    let damaged = kept.join(format!("{}.wasm", digest::sha256(&versions[0])));
    assert!(damaged.exists());
    fs::write(&damaged, b"nonsense").unwrap();
    let denied = registry.roll_back("answer", None).await.unwrap_err();
    assert!(matches!(denied, ChangeDenied::Folder(_)), "{denied}");
    assert_eq!(version(&registry, "answer").as_deref(), Some("2.0.0"));
    assert_eq!(fs::read(setup.path("a.wasm")).unwrap(), versions[1]);
}

#[tokio::test]
async fn the_newest_five_versions_are_kept_and_no_others() {
    let setup = Setup::new();
    let registry = setup.open().await;
    let versions: Vec<Vec<u8>> = (1..=7).map(|n| plain(&format!("{n}.0.0"))).collect();
    setup.serve(&registry, &versions).await;
    let listed = registry.versions("answer").await.unwrap();
    let numbers: Vec<&str> = listed.iter().map(|it| it.version.as_str()).collect();
    assert_eq!(numbers, ["7.0.0", "6.0.0", "5.0.0", "4.0.0", "3.0.0"]);
    let kept = fs::read_dir(setup.config.storage.dir.join("versions")).unwrap();
    assert_eq!(kept.count(), 5);
}

#[tokio::test]
async fn a_plugin_that_is_removed_can_be_put_back() {
    let setup = Setup::new();
    let registry = setup.open().await;
    setup.serve(&registry, &[plain("1.0.0")]).await;
    registry.remove("answer").await.unwrap();
    assert!(registry.operation("answer").is_none());
    assert!(!setup.path("a.wasm").exists());
    let denied = registry.remove("answer").await.unwrap_err();
    assert!(matches!(denied, ChangeDenied::Unknown(_)), "{denied}");
    registry.roll_back("answer", None).await.unwrap();
    assert_eq!(version(&registry, "answer").as_deref(), Some("1.0.0"));
    assert!(setup.path("answer.wasm").exists());
}

#[tokio::test]
async fn installing_writes_the_file_or_changes_nothing() {
    let setup = Setup::new();
    let registry = setup.open().await;
    let first = registry.install("answer", plain("1.0.0")).await.unwrap();
    assert_eq!(first.file, "answer.wasm");
    assert_eq!(version(&registry, "answer").as_deref(), Some("1.0.0"));
    for (name, bytes) in [
        ("answer", b"nonsense".to_vec()),
        ("another", plain("2.0.0")),
    ] {
        assert!(registry.install(name, bytes).await.is_err());
        assert_eq!(fs::read_dir(&setup.config.plugins.dir).unwrap().count(), 1);
        assert_eq!(version(&registry, "answer").as_deref(), Some("1.0.0"));
    }
    // One that callers would notice is in the folder, and waits there.
    registry.install("answer", plain("2.0.0")).await.unwrap();
    let narrow = answering("3.0.0", |it| it.input_schema(ONE_FIELD));
    let status = registry.install("answer", narrow.clone()).await.unwrap();
    assert_eq!(status.waiting.unwrap().version, "3.0.0");
    assert_eq!(version(&registry, "answer").as_deref(), Some("2.0.0"));
    assert_eq!(fs::read(setup.path("answer.wasm")).unwrap(), narrow);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_crashes_three_times_in_a_row_makes_way_for_the_one_before() {
    let setup = Setup::new();
    let registry = setup.open().await;
    let broken = crashing("2.0.0");
    setup
        .serve(&registry, &[plain("1.0.0"), broken.clone()])
        .await;
    let following = watch(Arc::clone(&registry)).unwrap();
    for _ in 0..3 {
        assert_eq!(version(&registry, "answer").as_deref(), Some("2.0.0"));
        setup.call(&registry).await.unwrap_err();
    }
    until(&registry, |it| {
        version(it, "answer").as_deref() == Some("1.0.0")
    })
    .await;
    assert_eq!(
        problem(&registry.list(), "a.wasm"),
        Some("version-quarantined")
    );
    setup.call(&registry).await.unwrap();
    assert_eq!(
        fs::read(setup.path("a.wasm")).unwrap(),
        broken,
        "the file is its owner's"
    );
    drop((following, registry));

    // The next host knows.
    let registry = setup.open().await;
    assert_eq!(version(&registry, "answer").as_deref(), Some("1.0.0"));
    let listed = registry.versions("answer").await.unwrap();
    assert!(listed[1].quarantined.is_some(), "{listed:?}");
    // Until somebody says otherwise, or it is mended.
    let digest = digest::sha256(&broken);
    registry.accept("answer", &digest).await.unwrap();
    assert_eq!(version(&registry, "answer").as_deref(), Some("2.0.0"));
    setup.serve(&registry, &[plain("3.0.0")]).await;
    assert_eq!(version(&registry, "answer").as_deref(), Some("3.0.0"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_crashes_stays_if_there_is_none_before_it() {
    let setup = Setup::new();
    let registry = setup.open().await;
    setup.serve(&registry, &[crashing("1.0.0")]).await;
    for _ in 0..3 {
        setup.call(&registry).await.unwrap_err();
    }
    let struck = registry.struck().await;
    registry.quarantine(&struck).await;
    assert_eq!(version(&registry, "answer").as_deref(), Some("1.0.0"));
    assert_eq!(problem(&registry.list(), "a.wasm"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_version_is_tried_on_a_share_of_the_callers_until_it_is_accepted() {
    let mut setup = Setup::new();
    let settings = PluginSettings {
        canary_percent: Some(30),
        ..PluginSettings::default()
    };
    let plugins = &mut setup.config.plugins.settings;
    plugins.insert("answer".to_owned(), settings);
    let registry = setup.open().await;
    let tried = plain("2.0.0");
    setup
        .serve(&registry, &[plain("1.0.0"), tried.clone()])
        .await;
    assert_eq!(problem(&registry.list(), "a.wasm"), Some("canary"));
    let served = |registry: &Registry| -> Vec<String> {
        let callers = (0..200).map(|n| format!("caller{n}"));
        let version = |caller: String| {
            let version = registry.operation_for("answer", &caller).unwrap();
            version.identity.version.to_string()
        };
        callers.map(version).collect()
    };
    let first = served(&registry);
    let new = first.iter().filter(|version| *version == "2.0.0").count();
    assert!((30..90).contains(&new), "{new} of 200");
    assert_eq!(served(&registry), first, "nobody is moved");
    // The next host goes on trying it on the same callers.
    drop(registry);
    let registry = setup.open().await;
    assert_eq!(served(&registry), first);
    let digest = digest::sha256(&tried);
    registry.accept("answer", &digest).await.unwrap();
    assert!(served(&registry).iter().all(|version| version == "2.0.0"));

    // One that crashes is used no more, and what is served stays.
    let broken = crashing("3.0.0");
    setup.serve(&registry, std::slice::from_ref(&broken)).await;
    let following = watch(Arc::clone(&registry)).unwrap();
    let canary = registry.operation_version("answer", &digest::sha256(&broken));
    let canary = canary.unwrap();
    for _ in 0..3 {
        let page = Box::new(FakePage::new());
        let context = setup.context(PATIENCE);
        let called = call::run(&canary, (&json!({}), None), page, context).await;
        called.outcome.unwrap_err();
    }
    until(&registry, |it| {
        problem(&it.list(), "a.wasm") == Some("version-quarantined")
    })
    .await;
    assert!(served(&registry).iter().all(|version| version == "2.0.0"));
    drop((following, registry));
    let registry = setup.open().await;
    assert_eq!(
        problem(&registry.list(), "a.wasm"),
        Some("version-quarantined")
    );
}

#[tokio::test]
async fn a_file_that_changed_while_no_host_ran_is_held_to_what_the_last_one_served() {
    let setup = Setup::new();
    let wide = answering("1.0.0", |it| it.input_schema(TWO_FIELDS));
    let narrow = answering("2.0.0", |it| it.input_schema(ONE_FIELD));
    let registry = setup.open().await;
    setup.serve(&registry, &[wide]).await;
    drop(registry);
    setup.put("a.wasm", &narrow);
    let registry = setup.open().await;
    assert_eq!(version(&registry, "answer").as_deref(), Some("1.0.0"));
    assert_eq!(
        problem(&registry.list(), "a.wasm"),
        Some("replacement-differs")
    );
    drop(registry);
    // One whose file is gone is not served, whatever was.
    fs::remove_file(setup.path("a.wasm")).unwrap();
    let registry = setup.open().await;
    assert!(registry.operation("answer").is_none());
    drop(registry);
    // And what comes then replaces nothing.
    setup.put("a.wasm", &narrow);
    let registry = setup.open().await;
    assert_eq!(version(&registry, "answer").as_deref(), Some("2.0.0"));
}
