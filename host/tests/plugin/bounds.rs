//! Each bound ends its guest with its own error, gives the page back, and touches nobody else.

use std::sync::Arc;
use std::time::Duration;

use gantry::browser::error::PageError;
use gantry::config::schema::{Limits, PluginLimits, PluginSettings};
use gantry::plugin::bounds::GuestBounds;
use gantry::plugin::call;
use gantry::plugin::call_error::CallError;
use gantry::plugin::version::OperationVersion;
use serde_json::json;
use tokio::time::Instant;

use crate::fake_page::FakePage;
use crate::gate::Gate;
use crate::guests::{self, Guest};
use crate::plugin::setup::{PATIENCE, Setup};

const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(500);

fn small() -> GuestBounds {
    GuestBounds {
        memory_bytes: 64 << 20,
        cpu: Duration::from_millis(300),
        host_calls: 1_000,
        ..GuestBounds::new(&Limits::default())
    }
}

/// Runs a guest that has to fail, and checks that its page came back.
async fn fails_with(guest: &str, time: Duration) -> CallError {
    let setup = Setup::with_bounds(small());
    let version = setup.operation(guests::component(guest)).await;
    let page = FakePage::new();
    let actions = page.actions();
    let called = setup.run(&version, page, time).await;
    assert!(
        !actions.all().contains(&"dropped".to_owned()),
        "the page came back"
    );
    drop(called.page);
    assert!(actions.all().contains(&"dropped".to_owned()));
    called.outcome.unwrap_err()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_answers_with_json() {
    let setup = Setup::new();
    let version = setup.operation(guests::component("answer")).await;
    let called = call::run(
        &version,
        (&json!({"a": [1, "b"]}), None),
        Box::new(FakePage::new()),
        setup.context(LONG),
    )
    .await;
    assert_eq!(called.outcome.unwrap(), json!({"a": [1, "b"]}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_arrives_with_all_that_it_says() {
    let CallError::Failure(failure) = fails_with("fails", LONG).await else {
        panic!()
    };
    assert_eq!(failure.code, "container-not-found");
    assert_eq!(failure.message, "not in list");
    assert!(failure.retryable && failure.signed_out && failure.resumable);
    assert_eq!(
        failure.paused_in(),
        None,
        "nothing to go on with when signed out"
    );
    assert_eq!(failure.phase, Some(2));
    assert_eq!(failure.fields, [("container".to_owned(), "ABC".to_owned())]);
    assert_eq!(
        failure.evidence[0].to_string(),
        "000102030405060708090a0b0c0d0e0f"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_loop_ends_at_its_cpu_bound() {
    let error = fails_with("hostile-loop", LONG).await;
    assert!(matches!(error, CallError::CpuLimit { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_loop_ends_at_the_deadline() {
    let begun = Instant::now();
    let error = fails_with("hostile-loop", Duration::from_millis(200)).await;
    assert!(matches!(error, CallError::Deadline { .. }), "{error}");
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn an_endless_loop_leaves_the_only_worker_to_others() {
    let setup = Setup::new();
    let spinning = setup.operation(guests::component("hostile-loop")).await;
    let polite = setup.operation(guests::component("answer")).await;
    // Each task reads the clock itself: who waits for both learns of them in any order.
    let timed = |version: Arc<OperationVersion>, time| {
        let context = setup.context(time);
        tokio::spawn(async move {
            let page = Box::new(FakePage::new());
            let called = call::run(&version, (&json!({}), None), page, context).await;
            (called.outcome, Instant::now())
        })
    };
    let both = (timed(spinning, SHORT), timed(polite, LONG));
    let (ended, ended_at) = both.0.await.unwrap();
    let (answered, answered_at) = both.1.await.unwrap();
    assert!(matches!(ended, Err(CallError::Deadline { .. })));
    assert_eq!(answered.unwrap(), json!({}));
    assert!(
        answered_at < ended_at,
        "the polite guest finished while the other one was spinning"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_in_wasi_ends_at_the_deadline() {
    let setup = Setup::new();
    let component = Guest::operation("hostile-sleep")
        .import("wasi:clocks/monotonic-clock@0.2.0")
        .import("wasi:io/poll@0.2.0")
        .build();
    let version = setup.operation(component).await;
    let called = setup.run(&version, FakePage::new(), SHORT).await;
    assert!(matches!(called.outcome, Err(CallError::Deadline { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_hangs_gives_the_guest_its_deadline_while_it_can_still_answer() {
    let setup = Setup::new();
    let version = setup.operation(guests::component("title-or-fail")).await;
    let called = setup.run(&version, FakePage::new().hanging(), SHORT).await;
    // `i` is the ninth case of `page-error`: `deadline`.
    assert_eq!(called.outcome.unwrap_err().code(), "i");
    assert!(called.stats.wall < SHORT, "{:?}", called.stats);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_memory_hog_is_told_from_a_crash() {
    let error = fails_with("hostile-memory", LONG).await;
    assert!(
        matches!(error, CallError::OutOfMemory { limit_mib: 64 }),
        "{error}"
    );
    let error = fails_with("hostile-trap", LONG).await;
    assert!(matches!(error, CallError::Trap { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_hog_is_told_from_a_crash() {
    let error = fails_with("hostile-table", LONG).await;
    assert_eq!(error.code(), "plugin-table-limit", "{error}");
}

/// What a guest ends with that has these bounds of its own.
async fn fails_within(guest: &str, own: PluginLimits) -> CallError {
    let mut setup = Setup::new();
    let settings = PluginSettings {
        limits: own,
        ..PluginSettings::default()
    };
    let plugins = &mut setup.config.plugins.settings;
    plugins.insert(guest.to_owned(), settings);
    let version = setup.operation(guests::component(guest)).await;
    let called = setup.run(&version, FakePage::new(), LONG).await;
    called.outcome.unwrap_err()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_may_have_bounds_of_its_own_and_its_error_names_them() {
    let none = PluginLimits::default;
    let memory_mib = Some(3);
    let error = fails_within(
        "hostile-memory",
        PluginLimits {
            memory_mib,
            ..none()
        },
    )
    .await;
    assert!(
        matches!(error, CallError::OutOfMemory { limit_mib: 3 }),
        "{error}"
    );
    let table_elements = Some(250);
    let error = fails_within(
        "hostile-table",
        PluginLimits {
            table_elements,
            ..none()
        },
    )
    .await;
    assert!(
        matches!(error, CallError::TableLimit { limit: 250 }),
        "{error}"
    );
    assert!(error.to_string().contains("table_elements"), "{error}");
    // Whatever returns a text needs a module beside its own, to find the guest's memory.
    let instances = Some(1);
    let error = fails_within(
        "title-or-fail",
        PluginLimits {
            instances,
            ..none()
        },
    )
    .await;
    assert!(
        matches!(error, CallError::InstanceLimit { limit: 1 }),
        "{error}"
    );
    assert!(error.to_string().contains("instances"), "{error}");
    let cpu_ms = Some(70);
    let error = fails_within("hostile-loop", PluginLimits { cpu_ms, ..none() }).await;
    let limit = Duration::from_millis(70);
    assert!(
        matches!(error, CallError::CpuLimit { limit: is } if is == limit),
        "{error}"
    );
    assert!(error.to_string().contains("cpu_ms"), "{error}");
    let host_calls = Some(11);
    let error = fails_within(
        "hostile-flood",
        PluginLimits {
            host_calls,
            ..none()
        },
    )
    .await;
    assert!(
        matches!(error, CallError::HostCallLimit { limit: 11 }),
        "{error}"
    );
    assert!(error.to_string().contains("host_calls"), "{error}");
    let output_kib = Some(5);
    let error = fails_within(
        "hostile-output",
        PluginLimits {
            output_kib,
            ..none()
        },
    )
    .await;
    assert!(
        matches!(error, CallError::OutputTooLarge { limit_bytes: 5_120 }),
        "{error}"
    );
    assert!(error.to_string().contains("output_kib"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endless_recursion_is_a_stack_overflow() {
    let error = fails_with("hostile-stack", LONG).await;
    assert!(matches!(error, CallError::StackOverflow { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_host_calls_ends() {
    let error = fails_with("hostile-flood", LONG).await;
    assert!(
        matches!(error, CallError::HostCallLimit { limit: 1_000 }),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_huge_argument_of_a_host_call_ends_the_guest() {
    let error = fails_with("hostile-request", LONG).await;
    assert!(
        matches!(error, CallError::HostCallTooLarge { .. }),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_huge_output_is_refused() {
    for guest in ["hostile-output", "hostile-output-huge"] {
        let error = fails_with(guest, LONG).await;
        assert!(
            matches!(error, CallError::OutputTooLarge { .. }),
            "{guest}: {error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn output_that_is_not_what_was_promised_is_refused() {
    let error = fails_with("not-json", LONG).await;
    assert!(matches!(error, CallError::OutputNotJson(_)), "{error}");
    let setup = Setup::new();
    let promise = r#"{"type": "object", "required": ["rows"]}"#;
    let version = setup
        .operation(Guest::operation("answer").output_schema(promise).build())
        .await;
    let called = setup.run(&version, FakePage::new(), LONG).await;
    let error = called.outcome.unwrap_err();
    assert_eq!(error.code(), "plugin-output-invalid");
    assert!(error.to_string().contains("rows"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_browser_is_named_whatever_the_guest_makes_of_it() {
    let setup = Setup::new();
    let version = setup.operation(guests::component("title-or-fail")).await;
    let lost = PageError::Hung("Get Title");
    let called = setup
        .run(&version, FakePage::new().failing(lost.clone()), LONG)
        .await;
    assert!(matches!(
        called.outcome,
        Err(CallError::BrowserLost(PageError::Hung(_)))
    ));
    assert_eq!(called.browser_lost, Some(lost));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_call_drops_its_page() {
    let setup = Setup::new();
    let version = setup
        .operation(guests::component("version-after-title"))
        .await;
    let gate = Gate::closed();
    let page = FakePage::new().behind(&gate);
    let actions = page.actions();
    let input = json!({});
    let run = call::run(
        &version,
        (&input, None),
        Box::new(page),
        setup.context(LONG),
    );
    tokio::select! {
        _ = run => panic!("the gate is closed"),
        () = gate.reached_by(1) => {}
    }
    assert_eq!(actions.all(), ["title", "dropped"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_guest_spins_and_another_finishes_undisturbed() {
    let setup = Setup::new();
    let spinning = setup.operation(guests::component("hostile-loop")).await;
    let polite = setup
        .operation(guests::component("version-after-title"))
        .await;
    let gate = Gate::closed();
    let run_polite = setup.run(&polite, FakePage::new().behind(&gate), LONG);
    let spin = async {
        gate.reached_by(1).await;
        let ended = setup.run(&spinning, FakePage::new(), SHORT).await;
        gate.open();
        ended
    };
    let both = async { tokio::join!(run_polite, spin) };
    let (answered, ended) = tokio::time::timeout(PATIENCE, both).await.unwrap();
    assert!(matches!(ended.outcome, Err(CallError::Deadline { .. })));
    assert_eq!(answered.outcome.unwrap(), json!("1.0.0"));
    assert_eq!(answered.stats.commands, 1);
}

#[tokio::test]
async fn wasi_shows_no_folder() {
    let setup = Setup::new();
    let component = Guest::operation("asks-for-files")
        .import("wasi:filesystem/preopens@0.2.0")
        .build();
    let version = setup.operation(component).await;
    let called = setup.run(&version, FakePage::new(), LONG).await;
    assert_eq!(called.outcome.unwrap(), json!("1.0.0"));
}
