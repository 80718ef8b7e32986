//! An operation that says it reads, and tries to book: it stands before Submit like any other and gets no further.

use gantry_portal::PortalConfig;

use crate::office::{Office, plugins, target};
use crate::wizard::desk::Desk;

#[tokio::test]
async fn an_operation_that_only_reads_cannot_submit_however_it_tries() {
    let folder = tempfile::tempdir().unwrap();
    for (from, file) in [
        (plugins(), "session.wasm"),
        (target().join("test-plugins"), "submits-unasked.wasm"),
    ] {
        std::fs::copy(from.join(file), folder.path().join(file)).unwrap();
    }
    let mut office = Office::open(PortalConfig::quick(), |config| {
        folder.path().clone_into(&mut config.plugins.dir);
    })
    .await;
    office.keep(folder);
    let account = office.account(0);
    let desk = Desk { office, account };
    let input = desk.import(&desk.plain_terminal());
    let answer = desk
        .office
        .run("submits-unasked", &desk.account, input)
        .await;
    let tried = answer.ok()["output"].take();
    for way in ["click", "enter", "space", "line_feed", "inside"] {
        let refusal = tried[way].as_str().unwrap();
        assert!(
            refusal.contains("Denied") && refusal.contains("guarded"),
            "{way}: {refusal}"
        );
    }
    let effect = tried["effect"].as_str().unwrap();
    assert!(effect.contains("the grant `submit`"), "{effect}");
    desk.close_unbooked().await;
}
