//! Scripted faults, the log that tells of them, and the control API.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod browser;

use std::time::Duration;

use browser::Browser;
use gantry_portal::{
    Fault, FaultKind, FaultMatch, Latencies, MarkupChange, Origin, Portal, PortalConfig,
    RequestKind,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn signed_in() -> (Portal, Browser, String) {
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let (browser, _) = Browser::at_containers(&portal).await;
    let list = format!("{}/containers", portal.origins().containers);
    (portal, browser, list)
}

#[tokio::test]
async fn a_status_happens_as_often_as_it_is_scripted() {
    let (portal, mut browser, list) = signed_in().await;
    let at = FaultMatch::page(Origin::Containers);
    let fault = Fault {
        skip: 1,
        count: Some(2),
        ..Fault::once(FaultKind::Status { status: 503 }, at)
    };
    portal.add_fault(fault);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(browser.get(&list).await.status);
    }
    assert_eq!(statuses, [200, 503, 503, 200]);
    assert!(portal.faults().is_empty());
    let logged: Vec<_> = portal
        .requests()
        .into_iter()
        .filter_map(|entry| entry.status)
        .collect();
    assert_eq!(logged.iter().filter(|status| **status == 503).count(), 2);
}

#[tokio::test]
async fn a_visitor_from_outside_the_region_sees_a_plain_403() {
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let at = FaultMatch {
        origin: Some(Origin::Account),
        ..FaultMatch::default()
    };
    portal.add_fault(Fault::always(FaultKind::Status { status: 403 }, at));
    let page = Browser::new()
        .get(&format!("{}/containers", portal.origins().containers))
        .await;
    assert_eq!(page.status, 403);
    assert!(page.text().contains("<title>403 Forbidden</title>"));
}

#[tokio::test]
async fn a_cut_connection_gives_no_answer_and_no_status() {
    let (portal, mut browser, list) = signed_in().await;
    portal.clear_requests();
    let at = FaultMatch::page(Origin::Containers);
    // Twice: a client may try a reused connection again.
    portal.add_fault(Fault {
        count: Some(2),
        ..Fault::once(FaultKind::Cut, at)
    });
    assert!(browser.open(Method::GET, &list, None).await.is_err());
    assert_eq!(portal.requests()[0].status, None);
    portal.clear_faults();
    assert_eq!(browser.get(&list).await.status, 200);
}

#[tokio::test]
async fn a_hanging_request_ends_with_the_portal() {
    let (portal, mut browser, list) = signed_in().await;
    portal.add_fault(Fault::once(
        FaultKind::Hang,
        FaultMatch::page(Origin::Containers),
    ));
    let hanging = tokio::spawn(async move { browser.open(Method::GET, &list, None).await });
    let begun = async {
        while portal.faults().len() == 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), begun)
        .await
        .unwrap();
    assert_eq!(portal.requests().last().unwrap().end_ms, None);
    tokio::time::timeout(Duration::from_secs(5), portal.shutdown())
        .await
        .unwrap();
    assert!(
        tokio::time::timeout(Duration::from_secs(5), hanging)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn one_batch_can_be_slow_and_the_log_tells_how_long() {
    let (portal, mut browser, _) = signed_in().await;
    portal.set_latencies(Latencies {
        batch_ms: 20,
        ..Latencies::none()
    });
    portal.add_fault(Fault::once(
        FaultKind::Delay { delay_ms: 80 },
        FaultMatch::batch(1),
    ));
    let from_ms = portal.now_ms();
    for batch in 0..3 {
        browser.batch(&portal, 1, batch).await;
    }
    let batches: Vec<u64> = portal
        .requests()
        .into_iter()
        .filter(|entry| entry.kind == RequestKind::Batch)
        .map(|entry| entry.waited_ms)
        .collect();
    assert!(
        batches[0] >= 20 && batches[1] >= 80 && batches[2] >= 20,
        "{batches:?}"
    );
    let sign_in = &portal.sign_ins()[0].id;
    let waited_ms = portal.waited_ms(sign_in, from_ms, portal.now_ms());
    assert_eq!(waited_ms, batches.iter().sum::<u64>());
}

#[tokio::test]
async fn changed_markup_and_blank_pages_are_told_to_the_page() {
    let (portal, mut browser, list) = signed_in().await;
    let at = || FaultMatch::page(Origin::Containers);
    let change = MarkupChange::ColumnRenamed {
        column: "Holds".into(),
        to: "Hold State".into(),
    };
    portal.add_fault(Fault::once(FaultKind::Markup { change }, at()));
    portal.add_fault(Fault::once(FaultKind::BlankPage { blank_ms: 700 }, at()));
    let boot = browser.get(&list).await.boot();
    assert_eq!(boot["blank_ms"], 700);
    assert_eq!(boot["markup"][0]["change"], "column-renamed");
    assert_eq!(browser.get(&list).await.boot()["markup"], json!([]));
}

#[tokio::test]
async fn a_request_that_no_page_answers_is_logged_too() {
    let (portal, mut browser, list) = signed_in().await;
    portal.clear_requests();
    assert_eq!(browser.get(&format!("{list}/nowhere")).await.status, 404);
    let entry = portal.requests().remove(0);
    assert_eq!((entry.kind, entry.status), (RequestKind::Other, Some(404)));
    assert_eq!(portal.requests_since(entry.seq + 1), []);
}

#[tokio::test]
async fn the_control_api_offers_the_same_over_http() {
    let (portal, mut browser, list) = signed_in().await;
    let control = portal.control_url().to_owned();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = async |path: &str| -> Value {
        client
            .get(format!("{control}{path}"))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    let overview = get("/").await;
    assert_eq!(
        overview["origins"]["containers"],
        portal.origins().containers.as_str()
    );
    assert_eq!(get("/sign-ins").await[0]["username"], "dispatcher1");
    assert_eq!(get("/attempts").await[0]["result"], "signed-in");
    assert_eq!(
        get("/containers").await.as_array().unwrap().len(),
        PortalConfig::QUICK_CONTAINERS
    );
    assert!(get("/requests?since=1").await.as_array().unwrap().len() > 3);

    let fault = json!({ "do": "status", "status": 500, "at": { "kind": "page" }, "count": 1 });
    client
        .post(format!("{control}/faults"))
        .json(&fault)
        .send()
        .await
        .unwrap();
    assert_eq!(portal.faults()[0].kind, FaultKind::Status { status: 500 });
    assert_eq!(browser.get(&list).await.status, 500);

    let expiry = json!({ "whose": { "username": "dispatcher1" }, "form": "redirect" });
    let told = client
        .post(format!("{control}/expire"))
        .json(&expiry)
        .send()
        .await
        .unwrap();
    assert_eq!(told.json::<Value>().await.unwrap(), json!({ "ended": 2 }));
    assert!(browser.get(&list).await.is_login());
}

#[tokio::test]
async fn the_control_api_tells_what_can_be_booked_and_what_was() {
    let (portal, _, _) = signed_in().await;
    let control = portal.control_url().to_owned();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = async |path: &str| -> Value {
        let answer = client.get(format!("{control}{path}")).send().await.unwrap();
        answer.json().await.unwrap()
    };
    let terminals = get("/terminals").await;
    assert_eq!(terminals.as_array().unwrap().len(), 24);
    let slots = get("/slots?terminal=TTI&move_type=PICK%20FULL").await;
    assert_eq!(slots["open"][0]["left"], 3);
    assert_eq!(get("/bookings").await, json!([]));
    assert_eq!(get("/appointments").await.as_array().unwrap().len(), 57);
    let second = "dispatcher2";
    let companies = get("/companies?username=dispatcher2").await;
    assert_eq!(companies, json!(portal.companies_of(second)));
    let plates = get("/plates?username=dispatcher2").await;
    assert_eq!(plates, json!(portal.plates_of(second)));
    assert_ne!(plates, get("/plates").await);
    let nobodys = get("/booking-answer?number=NONE").await;
    assert_eq!(nobodys, "no-open-transactions");
    let told =
        json!({ "do": "refuse", "text": "no", "shown": "inline", "at": { "kind": "submit" } });
    client
        .post(format!("{control}/faults"))
        .json(&told)
        .send()
        .await
        .unwrap();
    assert_eq!(portal.faults()[0].at.kind, Some(RequestKind::Submit));
}
