//! Every operation beside the portal's own time, and beside a straight script that does the same without a host.
//!
//! Both sides are signed in before anything is timed, and both are held to the portal's own truth.

mod appointments;
mod chromium;
mod containers;
mod counter;
mod overhead;
mod steps;
mod table;
mod visits;
mod wizard;

use std::collections::BTreeSet;

use gantry_portal::{Container, PortalConfig};
use serde_json::{Value, json};

use crate::bench::chromium::Chromium;
use crate::bench::containers::{Opened, details, many_details, whole_list};
use crate::bench::table::Table;
use crate::containers::{assert_whole, list};
use crate::details::{numbers, twenty};
use crate::measure::{Measured, best, measured};
use crate::office::Office;
use crate::priced::{self, APPOINTMENTS, OPEN_DELAY_MS};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes long, and its table is what it is for: cargo xtask bench"]
async fn every_operation_beside_a_straight_script() {
    let mut table = Table::begin();
    containers(&mut table).await;
    exports(&mut table, "get-appointments", priced::appointments()).await;
    let slow = "get-appointments, 15 s of export";
    exports(&mut table, slow, priced::slow_export()).await;
    visits::import(&mut table).await;
    visits::export(&mut table).await;
    table.end();
}

/// The best run of an operation.
async fn run(office: &Office, operation: &str, input: Value, in_page_ms: u64) -> Measured {
    let account = office.account(0);
    best(async || {
        let run = office.run(operation, &account, input.clone());
        measured(office, run, in_page_ms).await
    })
    .await
}

async fn containers(table: &mut Table) {
    let office = Office::open(priced::containers(), |_| {}).await;
    list(&office, json!({ "target_count": 1 })).await;
    let address = format!("{}/containers", office.portal.origins().containers);
    let chromium = Chromium::at(&address, &office.account(0)).await;
    let page = &chromium.page;
    let truth = office.portal.containers();

    let gantry = run(&office, "get-containers", json!({}), 0).await;
    assert_whole(&office.portal, &gantry.answer);
    let (lists, script) = chromium
        .timed(async || whole_list(page, &address).await)
        .await;
    for rows in lists {
        let read: BTreeSet<&str> = rows.iter().map(|row| &row[0][..11]).collect();
        assert_eq!(read, numbers(&truth).into_iter().collect());
    }
    table.add("get-containers, the whole list", &gantry, script);
    overhead::of_get_containers(&office).await;

    let one = |place: usize| {
        truth[place..]
            .iter()
            .find(|one| one.is_expandable())
            .unwrap()
    };
    for (operation, one) in [
        ("get-container-timeline", one(220)),
        ("get-booking-number", one(400)),
    ] {
        let input = json!({ "container_id": one.number });
        let gantry = run(&office, operation, input, OPEN_DELAY_MS).await;
        let script = async || details(page, &address, &one.number).await;
        let (opened, script) = chromium.timed(script).await;
        assert!(opened.iter().all(|opened| is_right(opened, one)));
        table.add(operation, &gantry, script);
    }

    let (imports, exports) = twenty(&office.portal);
    let input = json!({
        "import_containers": numbers(&imports),
        "export_containers": numbers(&exports),
    });
    let gantry = run(&office, "get-info-bulk", input, OPEN_DELAY_MS).await;
    let summary = &gantry.answer["output"]["results"]["summary"];
    assert_eq!(summary["import_success"], imports.len());
    assert_eq!(summary["export_success"], exports.len());
    let all = [imports, exports].concat();
    let script = async || many_details(page, &address, &numbers(&all)).await;
    let (walks, script) = chromium.timed(script).await;
    for opened in walks {
        assert_eq!(opened.len(), all.len());
        assert!(
            opened
                .iter()
                .zip(&all)
                .all(|(opened, one)| is_right(opened, one))
        );
    }
    table.add("get-info-bulk, 20 containers", &gantry, script);
    chromium.close().await;
    office.close().await;
}

/// What a script read of a row is what the portal knows.
fn is_right(opened: &Opened, one: &Container) -> bool {
    let detail = one.detail.as_ref().unwrap();
    let milestones = detail.timeline.iter();
    let truth: Vec<_> = milestones
        .map(|it| (it.name.clone(), it.date.clone(), it.passed))
        .collect();
    let booking = opened.booking.as_deref().filter(|text| *text != "N/A");
    opened.milestones == truth && booking == detail.booking.as_deref()
}

async fn exports(table: &mut Table, operation: &str, portal: PortalConfig) {
    let office = Office::open(portal, |_| {}).await;
    let account = office.account(0);
    let one = json!({ "target_count": 1 });
    office.run("get-appointments", &account, one).await.ok();
    let gantry = run(&office, "get-appointments", json!({}), 0).await;
    assert_eq!(gantry.answer["output"]["selected_count"], APPOINTMENTS);

    let address = format!("{}/myappointments", office.portal.origins().appointments);
    let chromium = Chromium::at(&address, &account).await;
    let downloads = chromium.downloads();
    let script = async || appointments::export(&chromium.page, &address, &downloads).await;
    let (files, script) = chromium.timed(script).await;
    for file in files {
        assert_eq!(appointments::rows_of(file), APPOINTMENTS);
    }
    table.add(operation, &gantry, script);
    chromium.close().await;
    office.close().await;
}
