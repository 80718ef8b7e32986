//! Page troubles in a real Chromium: each after the load of a page, and in the middle of a list.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chromium;

use std::time::Duration;

use chromium::Chromium;
use gantry_portal::{
    Fault, FaultKind, FaultMatch, Origin, PageTrouble, Portal, PortalConfig, RequestKind,
};
use serde_json::json;

/// A page that does not say anything for so long is not merely busy.
const UNRESPONSIVE: Duration = Duration::from_secs(3);

const ROWS: &str = "document.querySelectorAll('#searchres tbody > tr').length";

async fn at_list() -> (Portal, Chromium, String) {
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let browser = Chromium::start().await;
    let list = format!("{}/containers", portal.origins().containers);
    browser.sign_in(&portal, &list).await;
    browser.until(&format!("{ROWS} === 40")).await;
    (portal, browser, list)
}

fn on_page(portal: &Portal, trouble: PageTrouble) {
    let at = FaultMatch::page(Origin::Containers);
    portal.add_fault(Fault::once(FaultKind::trouble(trouble), at));
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[tokio::test]
async fn a_page_opens_each_kind_of_dialog_by_itself() {
    let (portal, browser, list) = at_list().await;
    for trouble in [
        PageTrouble::Alert {
            text: text("Maintenance <b>tonight</b>"),
        },
        PageTrouble::Confirm {
            text: text("Stay?"),
        },
        PageTrouble::Prompt {
            text: text("Your name?"),
        },
    ] {
        let (PageTrouble::Alert { text }
        | PageTrouble::Confirm { text }
        | PageTrouble::Prompt { text }) = trouble.clone()
        else {
            unreachable!()
        };
        on_page(&portal, trouble);
        browser.goto(&list).await;
        assert_eq!(browser.dialog().await, text);
        browser.dismiss().await;
        browser.until(&format!("{ROWS} === 40")).await;
    }
    assert!(portal.faults().is_empty());
}

#[tokio::test]
async fn a_dialog_of_a_batch_stands_in_front_of_the_rows_before_it() {
    let (portal, browser, _) = at_list().await;
    let trouble = PageTrouble::Alert {
        text: text("Grüße, „Disponent“"),
    };
    portal.add_fault(Fault::once(
        FaultKind::trouble(trouble),
        FaultMatch::batch(1),
    ));
    browser
        .eval("document.querySelector('#searchres').scrollTo(0, 1e6)")
        .await;
    assert_eq!(browser.dialog().await, "Grüße, „Disponent“");
    browser.accept().await;
    browser.until(&format!("{ROWS} === 80")).await;
}

#[tokio::test]
async fn a_dialog_of_a_detail_happens_when_the_row_is_opened() {
    let (portal, browser, _) = at_list().await;
    let trouble = PageTrouble::Confirm {
        text: text("Sure?"),
    };
    let kind = FaultKind::Trouble {
        trouble,
        defer_ms: 30,
    };
    portal.add_fault(Fault::once(kind, FaultMatch::kind(RequestKind::Detail)));
    browser.click("#searchres .expand-arrow").await;
    assert_eq!(browser.dialog().await, "Sure?");
    browser.dismiss().await;
    browser
        .until("document.querySelector('tr.detail.expanded') !== null")
        .await;
}

#[tokio::test]
async fn leaving_would_ask_in_both_ways() {
    let (portal, browser, list) = at_list().await;
    on_page(&portal, PageTrouble::BeforeUnload);
    browser.goto(&list).await;
    browser
        .until("typeof window.onbeforeunload === 'function'")
        .await;
    let asks = "(event => { dispatchEvent(event); return event.defaultPrevented; })
        (new Event('beforeunload', { cancelable: true }))";
    assert_eq!(browser.eval(asks).await, true);
    let handler = browser.eval("window.onbeforeunload()").await;
    assert_eq!(handler, "Changes may not be saved");
    // After a click a person would be asked; chromedriver answers for them, and leaves.
    browser.click(".page-title").await;
    browser.goto(&format!("{list}?again")).await;
    browser
        .until("location.search === '?again' && window.onbeforeunload === null")
        .await;
}

#[tokio::test]
async fn a_pop_up_opens_without_a_click_and_leaves_the_list_behind_it() {
    let (portal, browser, list) = at_list().await;
    let here = browser.until_windows(1).await.remove(0);
    let address = format!("{}/myappointments", portal.origins().appointments);
    on_page(&portal, PageTrouble::PopUp { address });
    browser.goto(&list).await;
    let opened = browser.until_windows(2).await;
    // chromedriver starts Chromium without its pop-up blocker.
    browser
        .switch_to(opened.iter().find(|window| **window != here).unwrap())
        .await;
    browser
        .until("location.pathname === '/myappointments'")
        .await;
    assert_eq!(browser.eval("document.visibilityState").await, "visible");
    browser.switch_to(&here).await;
    browser.until(&format!("{ROWS} === 40")).await;
    let blank = FaultKind::trouble(PageTrouble::PopUp {
        address: text("about:blank"),
    });
    portal.add_fault(Fault::once(blank, FaultMatch::batch(1)));
    browser
        .eval("document.querySelector('#searchres').scrollTo(0, 1e6)")
        .await;
    browser.until_windows(3).await;
}

#[tokio::test]
async fn an_endless_script_stops_the_page() {
    let (portal, browser, _) = at_list().await;
    portal.add_fault(Fault::once(
        FaultKind::trouble(PageTrouble::EndlessScript),
        FaultMatch::batch(1),
    ));
    // The script may begin before this command is answered: then it never is.
    let scroll = browser.try_eval("document.querySelector('#searchres').scrollTo(0, 1e6)");
    let _ = tokio::time::timeout(UNRESPONSIVE, scroll).await;
    let answered = || portal.requests().iter().any(|entry| entry.batch == Some(1));
    chromium::until(answered).await;
    // And it begins only after the page has read the answer.
    let answer = || tokio::time::timeout(UNRESPONSIVE, browser.try_eval("1"));
    while answer().await.is_ok() {}
}

#[tokio::test]
async fn a_trouble_is_scripted_in_one_flat_object() {
    let told = json!({
        "do": "trouble", "trouble": "prompt", "text": "Name?", "defer_ms": 5, "at": { "batch": 2 },
    });
    let fault: Fault = serde_json::from_value(told).unwrap();
    let trouble = PageTrouble::Prompt {
        text: text("Name?"),
    };
    assert_eq!(
        fault.kind,
        FaultKind::Trouble {
            trouble,
            defer_ms: 5
        }
    );
    assert_eq!(fault.at.batch, Some(2));
    let bare: Fault =
        serde_json::from_value(json!({ "do": "trouble", "trouble": "pop-up" })).unwrap();
    let address = text("about:blank");
    assert_eq!(
        bare.kind,
        FaultKind::trouble(PageTrouble::PopUp { address })
    );
}
