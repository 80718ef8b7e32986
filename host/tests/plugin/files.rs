//! Files of a call: downloads by their grant, tables read back, and nobody else's file.

use std::time::Duration;

use gantry::config::schema::Limits;
use gantry::model::ids::ArtifactId;
use gantry::plugin::bindings::{artifacts, downloads};
use gantry::plugin::bounds::GuestBounds;
use gantry::plugin::capability::Capability;
use gantry::plugin::state::{CallState, Caller};

use crate::fake_page::FakePage;
use crate::plugin::setup::Setup;

fn state(setup: &Setup) -> CallState {
    let caller = Caller {
        plugin: "p".to_owned(),
        grants: [Capability::Downloads].into(),
        sites: None,
    };
    let context = setup.context(Duration::from_secs(30));
    let bounds = GuestBounds::new(&Limits::default());
    CallState::new(caller, &bounds, Box::new(FakePage::new()), context)
}

#[tokio::test]
async fn a_download_becomes_an_artifact_that_can_be_read_as_a_table() {
    let setup = Setup::new();
    let mut state = state(&setup);
    downloads::Host::begin(&mut state).await.unwrap();
    let file = downloads::Host::finish(&mut state, 1000).await.unwrap();
    let table = artifacts::Host::read_table(&mut state, file).await;
    let table = table.unwrap().unwrap();
    assert_eq!(table.columns, ["a", "b"]);
    assert_eq!(table.rows, [["1", "2"]]);
}

#[tokio::test]
async fn a_file_of_another_run_or_none_at_all_cannot_be_read() {
    let setup = Setup::new();
    let mut state = state(&setup);
    for id in [ArtifactId::random().to_string(), "../x".to_owned()] {
        let read = artifacts::Host::read_table(&mut state, id).await.unwrap();
        assert_eq!(read.unwrap_err().code, "artifact-not-found");
    }
}
