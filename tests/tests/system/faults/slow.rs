//! What is slow, and what only looks so.

use gantry_portal::{FaultKind, FaultMatch, Latencies, Origin, PortalConfig};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use crate::office::{Office, until_async};
use crate::pace::paced_ms;
use crate::processes;

/// The driver answers no command while a page is on its way: the form's answer takes longer than a command may.
#[tokio::test]
async fn a_form_that_is_answered_later_than_a_command_may_take_costs_no_browser() {
    let portal = PortalConfig {
        latencies: Latencies {
            sign_in_ms: 8_000,
            ..Latencies::none()
        },
        ..PortalConfig::quick()
    };
    let office = Office::open(portal, |config| config.limits.command_ms = 3_000).await;
    let account = office.account(0);
    let list = json!({ "target_count": 1 });
    office.run("get-containers", &account, list).await.ok();
    assert_eq!(office.portal.attempts().len(), 1);
    office.close().await;
}

/// The driver calls both a page load timeout. So it does, now and then, where a page's process dies as it loads.
#[tokio::test]
async fn a_page_that_neither_loads_nor_answers_is_a_lost_browser_and_not_a_slow_portal() {
    let office = Office::open(PortalConfig::quick(), |config| {
        config.limits.command_ms = paced_ms(2_000);
        config.limits.navigate_ms = paced_ms(3_000);
    })
    .await;
    let account = office.account(0);
    let list = || office.run("get-containers", &account, json!({ "target_count": 1 }));
    list().await.ok();

    let delay = FaultKind::Delay { delay_ms: 1_000 };
    let page = FaultMatch::page(Origin::Containers);
    office
        .portal
        .add_fault(gantry_portal::Fault::once(delay, page));
    let since = office.portal.now_ms();
    let freeze = async {
        until_async("the page is asked for", async || {
            office
                .portal
                .requests()
                .iter()
                .any(|entry| entry.start_ms >= since)
        })
        .await;
        let processes = processes::find(&office.folder.path().join("data/browsers"));
        let renderers = processes
            .iter()
            .filter(|one| one.command.contains("--type=renderer"));
        let frozen = renderers.map(|one| kill(Pid::from_raw(one.pid), Signal::SIGSTOP));
        assert!(frozen.flatten().count() > 0);
    };
    let (answer, ()) = tokio::join!(list(), freeze);
    answer.ok();
    assert_eq!(office.portal.attempts().len(), 2, "with another browser");
    office.close().await;
}
