//! The container list over plain HTTP: batches, orders, ends, details, the export.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod browser;

use std::collections::HashSet;
use std::io::Cursor;

use browser::Browser;
use calamine::{Data, Reader, Xlsx};
use gantry_portal::{COLUMNS, Detail, EndOfList, ListOrder, Portal, PortalConfig};

#[tokio::test]
async fn a_load_holds_every_container_once_but_for_the_edges() {
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let (mut browser, page) = Browser::at_containers(&portal).await;
    assert_eq!(page.boot()["load"], 1);
    let (numbers, requests) = browser.whole_list(&portal, 1).await;
    let truth: HashSet<String> = portal
        .containers()
        .into_iter()
        .map(|row| row.number)
        .collect();
    assert!(numbers.len() > truth.len(), "some rows are repeated");
    assert_eq!(numbers.iter().cloned().collect::<HashSet<_>>(), truth);
    // The last of them was empty.
    assert_eq!(requests, numbers.len().div_ceil(40) + 1);
}

#[tokio::test]
async fn the_next_load_comes_in_another_order() {
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let (mut browser, _) = Browser::at_containers(&portal).await;
    let again = browser
        .get(&format!("{}/containers", portal.origins().containers))
        .await;
    assert_eq!(again.boot()["load"], 2);
    let (first, _) = browser.whole_list(&portal, 1).await;
    let (second, _) = browser.whole_list(&portal, 2).await;
    assert_ne!(first, second);
}

#[tokio::test]
async fn a_stable_list_without_repeats_is_the_truth_in_order() {
    let config = PortalConfig {
        order: ListOrder::Stable,
        duplicate_edges: false,
        end_of_list: EndOfList::Silent,
        ..PortalConfig::quick()
    };
    let portal = Portal::start(config).await.unwrap();
    let (mut browser, _) = Browser::at_containers(&portal).await;
    let (numbers, requests) = browser.whole_list(&portal, 1).await;
    let truth: Vec<String> = portal
        .containers()
        .into_iter()
        .map(|row| row.number)
        .collect();
    assert_eq!(numbers, truth);
    assert_eq!(requests, truth.len().div_ceil(40));
}

#[tokio::test]
async fn an_empty_account_has_an_empty_list() {
    let config = PortalConfig {
        containers: 0,
        ..PortalConfig::quick()
    };
    let portal = Portal::start(config).await.unwrap();
    let (mut browser, _) = Browser::at_containers(&portal).await;
    assert_eq!(browser.whole_list(&portal, 1).await, (Vec::new(), 1));
}

#[tokio::test]
async fn details_are_those_of_the_row_and_of_the_own_account_only() {
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let (mut browser, _) = Browser::at_containers(&portal).await;
    let base = portal.origins().containers.clone();
    for container in portal.containers() {
        let page = browser
            .get(&format!("{base}/api/containers/{}", container.number))
            .await;
        match container.detail {
            Some(detail) => {
                assert_eq!(
                    serde_json::from_slice::<Detail>(&page.body).unwrap(),
                    detail
                );
            }
            None => assert_eq!(page.status, 404),
        }
    }
    let others = portal.containers_of("dispatcher2");
    let page = browser
        .get(&format!("{base}/api/containers/{}", others[0].number))
        .await;
    assert_eq!(page.status, 404);
}

#[tokio::test]
async fn the_export_holds_the_ticked_rows_as_the_portal_writes_them() {
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let (mut browser, _) = Browser::at_containers(&portal).await;
    let ticked = &portal.containers()[3..60];
    let numbers: Vec<&str> = ticked.iter().map(|row| row.number.as_str()).collect();
    let url = format!("{}/api/containers/export", portal.origins().containers);
    let page = browser
        .post(&url, &serde_json::to_string(&numbers).unwrap())
        .await;
    let mut workbook = Xlsx::new(Cursor::new(page.body)).unwrap();
    let sheet = workbook.worksheet_range("DisplayList").unwrap();
    let rows: Vec<Vec<String>> = sheet
        .rows()
        .map(|row| row.iter().map(|cell: &Data| cell.to_string()).collect())
        .collect();
    assert_eq!(rows[0], COLUMNS);
    assert_eq!(rows.len(), ticked.len() + 1);
    for (row, container) in rows[1..].iter().zip(ticked) {
        assert_eq!(row[..], container.exported()[..]);
    }
}
