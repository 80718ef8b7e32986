//! The defects of the earlier system's list: every cell where it belongs, every number once, and no end before the end.

use std::collections::BTreeSet;

use gantry_portal::{
    Container, Fault, FaultKind, FaultMatch, FeesCell, MarkupChange, PortalConfig, RequestKind,
    TextCell,
};
use serde_json::{Value, json};

use crate::containers::{assert_whole, list, seed};
use crate::office::Office;

fn row_of<'a>(answer: &'a Value, truth: &Container) -> &'a Value {
    let rows = answer["output"]["containers"].as_array().unwrap();
    let mut rows = rows.iter();
    rows.find(|row| row["container_number"] == truth.number.as_str())
        .unwrap()
}

fn numbers_of(answer: &Value) -> Vec<String> {
    let rows = answer["output"]["containers"].as_array().unwrap().iter();
    rows.map(|row| row["container_number"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn d11_a_fees_icon_moves_no_cell() {
    let office = Office::open(seed(1), |_| {}).await;
    let answer = list(&office, json!({})).await;
    let containers = office.portal.containers();
    let with_icon = containers
        .iter()
        .filter(|one| one.fees == FeesCell::IconOnly);
    let mut lfd_known = 0;
    for truth in with_icon {
        let row = row_of(&answer, truth);
        assert_eq!(row["fees"], "", "{}", truth.number);
        assert_eq!(row["fees_icon"], true);
        assert_eq!(row["size_type"], truth.size_type);
        assert_eq!(row["lfd_gtd"], truth.lfd_gtd);
        assert_eq!(row["tags"], truth.tags);
        lfd_known += usize::from(truth.lfd_gtd != "N/A");
    }
    assert!(lfd_known > 0, "the seed must hold what the test is about");
    office.close().await;
}

#[tokio::test]
async fn d11_hidden_values_stay_in_their_cells() {
    let office = Office::open(seed(1), |_| {}).await;
    let answer = list(&office, json!({})).await;
    let containers = office.portal.containers();
    let masked = |cell: &TextCell| cell.masked;
    let hidden = |one: &&Container| masked(&one.pregate_ticket.first) || masked(&one.gate_status);
    let mut seen = 0;
    for truth in containers.iter().filter(hidden) {
        let row = row_of(&answer, truth);
        assert_eq!(row["pregate_ticket"], truth.pregate_ticket.first.text);
        let status = &truth.emodal_pregate_status;
        assert_eq!(row["emodal_pregate_status"], status.text);
        assert_eq!(row["gate_status"], truth.gate_status.text);
        assert_eq!(row["origin"], truth.origin);
        let hidden: Vec<&str> = row["masked"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key.as_str().unwrap())
            .collect();
        assert!(hidden.contains(&"emodal_pregate_status"), "{row:#}");
        seen += 1;
    }
    assert!(seen > 0, "the seed must hold what the test is about");
    office.close().await;
}

#[tokio::test]
async fn d12_badge_second_ticket_and_fees_icon_are_kept_apart_from_the_values() {
    let office = Office::open(seed(2), |_| {}).await;
    let answer = list(&office, json!({})).await;
    let containers = office.portal.containers();
    let loads: BTreeSet<String> = containers
        .iter()
        .map(|truth| row_of(&answer, truth)["load"].to_string())
        .collect();
    assert_eq!(loads.len(), 3, "loaded, empty and none: {loads:?}");
    for number in numbers_of(&answer) {
        assert_eq!(number.len(), 11, "{number}: no badge is glued to it");
    }
    let with_second = containers
        .iter()
        .filter(|one| one.pregate_ticket.second.is_some());
    let mut seen = 0;
    for truth in with_second {
        let row = row_of(&answer, truth);
        let second = truth.pregate_ticket.second.as_ref().unwrap();
        assert_eq!(row["pregate_ticket"], truth.pregate_ticket.first.text);
        assert_eq!(row["pregate_ticket_second"], second.text);
        seen += 1;
    }
    assert!(seen > 0, "the seed must hold what the test is about");
    office.close().await;
}

#[tokio::test]
async fn d20_a_batch_that_takes_12_s_is_no_end() {
    let office = Office::open(seed(3), |_| {}).await;
    let slow = FaultMatch {
        kind: Some(RequestKind::Batch),
        batch: Some(4),
        ..FaultMatch::default()
    };
    let delay = FaultKind::Delay { delay_ms: 12_000 };
    office.portal.add_fault(Fault::once(delay, slow));
    let answer = list(&office, json!({})).await;
    assert_whole(&office.portal, &answer);
    office.close().await;
}

#[tokio::test]
async fn d21_a_count_is_of_different_containers_in_any_order_of_the_list() {
    let office = Office::open(seed(1), |_| {}).await;
    let mut orders = Vec::new();
    for _ in 0..2 {
        let answer = list(&office, json!({ "target_count": 420 })).await;
        let numbers = numbers_of(&answer);
        let different: BTreeSet<&String> = numbers.iter().collect();
        assert_eq!((numbers.len(), different.len()), (420, 420));
        assert!(answer["output"]["duplicates"].as_u64().unwrap() > 0);
        orders.push(numbers);
    }
    assert_ne!(orders[0], orders[1], "each load has another order");
    office.close().await;
}

#[tokio::test]
async fn d22_a_frame_beside_the_list_neither_counts_nor_keeps_the_page() {
    let office = Office::open(PortalConfig::quick(), |_| {}).await;
    let change = MarkupChange::FrameBeside;
    office.portal.add_fault(Fault::always(
        FaultKind::Markup { change },
        FaultMatch::default(),
    ));
    for _ in 0..2 {
        let answer = list(&office, json!({})).await;
        assert_whole(&office.portal, &answer);
    }
    office.close().await;
}
