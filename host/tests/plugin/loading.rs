//! What is not a component for this host is refused with its own error.

use std::fs;

use gantry::plugin::check::check;
use gantry::plugin::load_error::LoadError;

use crate::guests::{self, Guest};
use crate::plugin::setup::{Setup, error};

async fn refused(component: Vec<u8>) -> LoadError {
    error(Setup::new().load(component).await)
}

#[tokio::test]
async fn what_is_not_a_component_is_refused() {
    assert!(matches!(refused(Vec::new()).await, LoadError::NotWasm));
    assert!(matches!(
        refused(b"(component)".to_vec()).await,
        LoadError::NotWasm
    ));
    let module = Guest::operation("answer").build_module();
    assert!(matches!(refused(module).await, LoadError::CoreModule));
}

#[tokio::test]
async fn a_truncated_file_is_refused() {
    let component = guests::component("answer");
    let half = component[..component.len() / 2].to_vec();
    assert!(matches!(refused(half).await, LoadError::Invalid(_)));
}

#[tokio::test]
async fn a_component_for_the_asynchronous_abi_is_told_so() {
    let component = wat::parse_str("(component (core func (canon task.cancel)))").unwrap();
    assert!(matches!(refused(component).await, LoadError::AsyncAbi));
}

#[tokio::test]
async fn native_code_is_refused() {
    let engine = wasmtime::Engine::default();
    let native = engine
        .precompile_component(&guests::component("answer"))
        .unwrap();
    assert!(matches!(refused(native).await, LoadError::Precompiled));
}

#[tokio::test]
async fn an_import_outside_the_contract_is_refused_by_name() {
    let sockets = Guest::operation("imports-sockets")
        .import("wasi:sockets/instance-network@0.2.0")
        .build();
    let error = refused(sockets).await;
    assert!(matches!(error, LoadError::ImportDenied { .. }), "{error}");
    assert!(error.to_string().contains("wasi:sockets/"), "{error}");
    let stranger = Guest::operation("imports-stranger")
        .import("test:outside/registry@1.0.0")
        .build();
    let error = refused(stranger).await;
    assert!(
        error.to_string().contains("test:outside/registry@1.0.0"),
        "{error}"
    );
}

#[tokio::test]
async fn a_component_of_another_world_is_refused() {
    let nothing = wat::parse_str("(component)").unwrap();
    assert!(matches!(refused(nothing).await, LoadError::NoWorld));
}

#[tokio::test]
async fn a_component_built_for_another_contract_is_told_so() {
    let error = refused(Guest::operation("answer").contract("0.2.0").build()).await;
    assert!(
        matches!(error, LoadError::ContractVersion { .. }),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("contract 0.2, and this host offers 0.1"),
        "{error}"
    );
}

#[tokio::test]
async fn a_component_of_a_later_patch_of_the_contract_is_taken() {
    let version = Setup::new()
        .operation(Guest::operation("answer").contract("0.1.9").build())
        .await;
    assert_eq!(version.identity.name, "answer");
}

#[tokio::test]
async fn a_schema_that_does_not_compile_is_refused() {
    let error = refused(
        Guest::operation("answer")
            .input_schema(r#"{"type": 1}"#)
            .build(),
    )
    .await;
    assert!(
        matches!(
            error,
            LoadError::Manifest {
                field: "input-schema",
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_component_that_breaks_over_its_own_example_is_refused_and_one_that_fails_is_not() {
    let with_example = |guest: &str| {
        Guest::operation(guest)
            .input_schema(r#"{"examples": [{}]}"#)
            .build()
    };
    for (guest, code) in [
        ("hostile-trap", "plugin-crashed"),
        ("hostile-memory", "plugin-out-of-memory"),
        ("not-json", "plugin-output-not-json"),
    ] {
        let error = refused(with_example(guest)).await;
        assert_eq!(error.code(), "rehearsal-failed");
        assert!(
            matches!(&error, LoadError::Rehearsal(cause) if cause.code() == code),
            "{error}"
        );
    }
    for guest in ["answer", "fails", "title-or-fail"] {
        Setup::new().operation(with_example(guest)).await;
    }
    // Without an example nothing is called.
    Setup::new()
        .operation(guests::component("hostile-trap"))
        .await;
    let typed = r#"{"type": "object", "required": ["a"], "examples": [{}]}"#;
    let error = refused(Guest::operation("answer").input_schema(typed).build()).await;
    assert!(
        matches!(&error, LoadError::Manifest { problem, .. } if problem.contains("examples")),
        "{error}"
    );
}

#[tokio::test]
async fn a_capability_has_to_be_granted() {
    let scripted = Guest::operation("answer").capability("script").build();
    let error = refused(scripted.clone()).await;
    assert_eq!(error.code(), "capability-not-granted");
    Setup::new()
        .grant("answer", "script")
        .load(scripted)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_compiled_component_is_read_the_second_time() {
    let setup = Setup::new();
    let component = guests::component("answer");
    let first = setup.loader().load(component.clone()).await.unwrap();
    let second = setup.loader().load(component).await.unwrap();
    assert!(!first.from_cache && second.from_cache);
}

#[tokio::test]
async fn a_damaged_compiled_component_is_compiled_again() {
    let setup = Setup::new();
    let component = guests::component("answer");
    setup.load(component.clone()).await.unwrap();
    let compiled = setup.config.storage.dir.join("compiled");
    for entry in fs::read_dir(&compiled).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "cwasm") {
            let mut bytes = fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0xff;
            fs::write(&path, bytes).unwrap();
        }
    }
    let again = setup.loader().load(component.clone()).await.unwrap();
    assert!(!again.from_cache);
    assert!(
        setup.loader().load(component).await.unwrap().from_cache,
        "and kept again"
    );
}

#[tokio::test]
async fn a_check_reports_without_serving() {
    let setup = Setup::new();
    let file = setup.dir.path().join("g.wasm");
    fs::write(&file, guests::component("hostile-flood")).unwrap();
    let report = check(&file, setup.engine.clone(), &setup.config)
        .await
        .unwrap();
    assert_eq!(report.name, "hostile-flood");
    assert!(
        report
            .imports
            .contains(&"gantry:automation/clock@0.1.0".to_owned())
    );
    assert_eq!(report.digest.len(), 64);
}
