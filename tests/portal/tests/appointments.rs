//! The list of own appointments in a real Chromium: batches, ticks, the slow export.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chromium;

use std::fs;

use calamine::{Reader, Xlsx, open_workbook};
use chromium::Chromium;
use gantry_portal::{
    AppointmentsConfig, AppointmentsLayout, Latencies, Portal, PortalConfig, RequestKind,
};

const ROWS: &str = "document.querySelectorAll('tbody tr').length";

async fn at_list(appointments: AppointmentsConfig) -> (Portal, Chromium) {
    let portal = Portal::start(PortalConfig {
        appointments,
        ..PortalConfig::quick()
    })
    .await
    .unwrap();
    let browser = Chromium::start().await;
    let url = format!("{}/myappointments", portal.origins().appointments);
    browser.sign_in(&portal, &url).await;
    browser.until(&format!("{ROWS} > 0")).await;
    (portal, browser)
}

#[tokio::test]
async fn its_own_scroller_loads_the_batches_and_the_window_does_not() {
    let (portal, browser) = at_list(AppointmentsConfig::default()).await;
    let truth = portal.appointments_of("dispatcher1");
    assert_eq!(truth.len(), 57);
    browser.until(&format!("{ROWS} === 20")).await;
    browser.eval("window.scrollTo(0, 1e6)").await;
    for count in [40, 57] {
        browser
            .eval("document.querySelector('.appointments-container').scrollTo(0, 1e6)")
            .await;
        browser.until(&format!("{ROWS} === {count}")).await;
    }
    let ids = browser
        .eval("[...document.querySelectorAll('tbody tr')].map((row) => row.id)")
        .await;
    let ids: Vec<String> = serde_json::from_value(ids).unwrap();
    let numbers: Vec<String> = truth
        .iter()
        .map(|each| format!("apt-{}", each.number))
        .collect();
    assert_eq!(ids, numbers);
}

#[tokio::test]
async fn the_header_checkbox_is_found_with_the_others_and_ticks_what_is_loaded() {
    let (_portal, browser) = at_list(AppointmentsConfig::default()).await;
    browser.until(&format!("{ROWS} === 20")).await;
    let boxes = "document.querySelectorAll('.mat-checkbox-input').length";
    assert_eq!(browser.eval(boxes).await, 21);
    browser.click("thead mat-checkbox label").await;
    let ticked = "document.querySelectorAll('tbody .mat-checkbox-input[aria-checked=true]').length";
    assert_eq!(browser.eval(ticked).await, 20);
    browser.click("tbody mat-checkbox label").await;
    assert_eq!(browser.eval(ticked).await, 19);
    let header = "document.querySelector('thead .mat-checkbox-input').getAttribute('aria-checked')";
    assert_eq!(browser.eval(header).await, "mixed");
}

#[tokio::test]
async fn the_excel_button_works_once_rows_are_ticked_and_takes_its_time() {
    let (portal, browser) = at_list(AppointmentsConfig {
        layout: AppointmentsLayout::Bare,
        ..AppointmentsConfig::default()
    })
    .await;
    assert_eq!(
        browser
            .eval("document.querySelectorAll('tr[id]').length")
            .await,
        0
    );
    let disabled = "document.querySelector('mat-icon[svgicon=xls]').closest('button').disabled";
    assert_eq!(browser.eval(disabled).await, true);
    browser.click("tbody mat-checkbox label").await;
    assert_eq!(browser.eval(disabled).await, false);
    portal.set_latencies(Latencies {
        appointments_export_ms: 400,
        ..Latencies::none()
    });
    browser.click("mat-icon[svgicon=xls]").await;
    let file = browser.downloads().join("appointments.xlsx");
    chromium::until(|| fs::exists(&file).unwrap()).await;
    let all = portal.requests();
    let export = all
        .iter()
        .find(|entry| entry.kind == RequestKind::AppointmentsExport);
    assert!(export.unwrap().waited_ms >= 400);
    let mut workbook: Xlsx<_> = open_workbook(&file).unwrap();
    let sheet = workbook.worksheet_range("DisplayList").unwrap();
    let first = &portal.appointments_of("dispatcher1")[0];
    assert_eq!(sheet.height(), 2);
    let cell = sheet.get_value((1, 0)).unwrap().to_string();
    assert_eq!(Some(cell), first.container);
}

#[tokio::test]
async fn a_loading_address_can_stand_before_the_list() {
    let (portal, browser) = at_list(AppointmentsConfig {
        loading_ms: Some(300),
        ..AppointmentsConfig::default()
    })
    .await;
    let seen = portal.requests();
    assert!(seen.iter().any(|entry| entry.path == "/loading"));
    assert_eq!(browser.path().await, "/myappointments");
    assert_eq!(browser.eval("location.search").await, "?loaded");
}
