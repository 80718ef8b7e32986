//! A portal that is slow to sign in is no hung browser.

use gantry_portal::{Latencies, PortalConfig};
use serde_json::json;

use crate::office::Office;

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
