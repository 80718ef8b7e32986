//! The generated containers: determinism, numbers, and one of each kind of cell.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashSet;

use gantry_portal::{
    Account, Badge, Container, EXPORT_MILESTONES, FeesCell, HoldsCell, IMPORT_MILESTONES, Portal,
    PortalConfig, has_valid_check_digit,
};

async fn containers(config: PortalConfig) -> Vec<Container> {
    Portal::start(config).await.unwrap().containers()
}

fn seeded(seed: u64) -> PortalConfig {
    PortalConfig {
        seed,
        containers: 430,
        ..PortalConfig::quick()
    }
}

#[tokio::test]
async fn equal_seeds_give_equal_containers_and_others_do_not() {
    let first = containers(seeded(7)).await;
    assert_eq!(first, containers(seeded(7)).await);
    assert_ne!(first, containers(seeded(8)).await);
}

#[tokio::test]
async fn numbers_are_different_valid_and_of_no_registered_prefix() {
    let all = containers(seeded(1)).await;
    assert_eq!(all.len(), 430);
    let numbers: HashSet<&str> = all.iter().map(|row| row.number.as_str()).collect();
    assert_eq!(numbers.len(), all.len());
    assert!(numbers.iter().all(|number| has_valid_check_digit(number)));
    assert!(
        numbers
            .iter()
            .all(|number| number.contains('Q') || number.contains('X'))
    );
}

#[tokio::test]
async fn some_numbers_are_twins_but_for_the_last_two_digits() {
    let all = containers(seeded(1)).await;
    let stems: HashSet<&str> = all.iter().map(|row| &row.number[..9]).collect();
    assert!(stems.len() < all.len());
}

#[tokio::test]
async fn accounts_have_different_containers() {
    let config = PortalConfig {
        accounts: Account::invented(3),
        ..seeded(1)
    };
    let portal = Portal::start(config).await.unwrap();
    let numbers = |username| {
        let rows = portal.containers_of(username);
        rows.into_iter()
            .map(|row| row.number)
            .collect::<HashSet<_>>()
    };
    assert!(numbers("dispatcher1").is_disjoint(&numbers("dispatcher2")));
    assert!(numbers("nobody").is_empty());
}

#[tokio::test]
async fn every_kind_of_row_occurs_in_its_proportion() {
    let all = containers(seeded(1)).await;
    let count = |is: fn(&Container) -> bool| all.iter().filter(|row| is(row)).count();
    assert_eq!(count(|row| row.badge == Some(Badge::E)), 17);
    assert_eq!(count(|row| row.badge.is_none()), 60);
    assert_eq!(count(|row| row.fees == FeesCell::IconOnly), 12);
    assert_eq!(count(|row| !row.is_expandable()), 45);
    assert!(count(|row| row.pregate_ticket.first.masked) > 5);
    assert!(
        count(|row| {
            let second = row.pregate_ticket.second.as_ref();
            row.pregate_ticket.first.text == "N/A" && second.is_some_and(|second| second.masked)
        }) > 5
    );
    assert!(count(|row| row.emodal_pregate_status.text == "*CONFIRMED") > 0);
    assert!(count(|row| row.vessel_name.contains('\'')) > 0);
    assert!(count(|row| row.vessel_name.contains('"')) > 0);
    assert!(count(|row| row.holds == HoldsCell::Yes) > 10);
}

#[tokio::test]
async fn rows_without_an_arrow_show_nothing_but_their_number() {
    let all = containers(seeded(1)).await;
    for row in all.iter().filter(|row| !row.is_expandable()) {
        assert!(row.shown()[1..].iter().all(|cell| cell == "N/A"), "{row:?}");
    }
}

#[tokio::test]
async fn a_timeline_is_coloured_from_its_oldest_milestone_on() {
    for row in containers(seeded(1)).await {
        let Some(detail) = row.detail else { continue };
        let names: Vec<&str> = detail
            .timeline
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        if row.trade_type == "EXPORT" {
            assert_eq!(names, EXPORT_MILESTONES);
        } else {
            assert_eq!(names, IMPORT_MILESTONES);
            assert_eq!(detail.booking, None);
        }
        assert!(detail.timeline.is_sorted_by_key(|one| one.passed));
        for one in detail.timeline {
            assert_eq!(one.passed, one.divider == ["dividerflowcolor"]);
        }
    }
}

#[tokio::test]
async fn a_small_portal_still_has_one_of_each_kind() {
    let all = containers(PortalConfig {
        containers: 12,
        ..seeded(1)
    })
    .await;
    assert!(all.iter().any(|row| !row.is_expandable()));
    assert!(all.iter().any(|row| row.fees == FeesCell::IconOnly));
    assert!(all.iter().any(|row| row.emodal_pregate_status.masked));
}
