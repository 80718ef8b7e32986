//! Rows that could be taken for each other: open side by side, with numbers that begin alike, named inside cards.

use gantry_portal::{Container, PortalConfig, has_valid_check_digit};
use serde_json::{Value, json};

use crate::details::{
    ask, assert_own_bookings, assert_own_timelines, booking, booking_of, bulk, detail, in_order,
    is_export, is_import, milestones, numbers, signed_in, timeline,
};
use crate::office::Office;

/// Two rows one below the other for which this holds.
#[track_caller]
fn neighbours(office: &Office, hold: impl Fn(&Container, &Container) -> bool) -> Vec<Container> {
    let containers = office.portal.containers();
    let mut pairs = containers.windows(2);
    let pair = pairs
        .find(|pair| hold(&pair[0], &pair[1]))
        .expect("the seed has such neighbours");
    pair.to_vec()
}

#[tokio::test]
async fn d13_two_open_rows_have_each_their_own_booking() {
    let many = PortalConfig {
        containers: 430,
        ..in_order(1)
    };
    let office = Office::open(many, |_| {}).await;
    let without = |one: &Container| is_export(one) && booking_of(one).is_none();
    let with = |one: &Container| booking_of(one).is_some();
    for pair in [
        neighbours(&office, |above, below| without(above) && with(below)),
        neighbours(&office, |above, below| with(above) && without(below)),
        neighbours(&office, |above, below| with(above) && with(below)),
    ] {
        let results = bulk(&office, json!({ "export_containers": numbers(&pair) })).await;
        assert_own_bookings(&results, &pair);
    }
    office.close().await;
}

#[tokio::test]
async fn d13_rows_open_side_by_side_have_each_their_own_timeline() {
    let office = Office::open(in_order(9), |_| {}).await;
    let imports = office.portal.containers().into_iter().filter(is_import);
    let imports: Vec<_> = imports.take(20).collect();
    let results = bulk(&office, json!({ "import_containers": numbers(&imports) })).await;
    assert_own_timelines(&results, &imports);
    office.close().await;
}

#[tokio::test]
async fn d14_numbers_that_begin_alike_are_told_apart() {
    let office = Office::open(in_order(1), |_| {}).await;
    // Twins differ in the end of the number only.
    let twins = neighbours(&office, |above, below| {
        is_import(above) && is_import(below) && above.number[..9] == below.number[..9]
    });
    for twin in &twins {
        let output = timeline(&office, &twin.number).await;
        assert_eq!(output["milestones"], milestones(twin), "{}", twin.number);
    }
    let results = bulk(&office, json!({ "import_containers": numbers(&twins) })).await;
    assert_own_timelines(&results, &twins);
    office.close().await;
}

#[tokio::test]
async fn d14_a_number_of_which_only_the_beginning_is_there_is_not_found() {
    let office = Office::open(in_order(1), |_| {}).await;
    let containers = office.portal.containers();
    let stem = &containers[0].number[..9];
    let absent = (0..100)
        .map(|end| format!("{stem}{end:02}"))
        .find(|number| {
            has_valid_check_digit(number) && containers.iter().all(|one| one.number != *number)
        })
        .unwrap();
    let answer = ask(&office, "get-container-timeline", &absent).await;
    assert_eq!(answer.problem(), (404, "container-not-found"));
    let answer = ask(&office, "get-container-timeline", stem).await;
    assert_eq!(answer.problem(), (422, "invalid-input"));
    office.close().await;
}

#[tokio::test]
async fn d14_a_number_inside_another_rows_card_is_not_taken_for_the_row() {
    let office = Office::open(in_order(1), |_| {}).await;
    // The yard location of the row above names the one below.
    let named = |above: &Container, below: &Container| {
        let mut fields = detail(above).cards.iter().flat_map(|card| &card.fields);
        fields.any(|field| field.value.contains(&below.number))
    };
    let pair = neighbours(&office, |above, below| {
        is_import(above) && is_import(below) && named(above, below)
    });
    let results = bulk(&office, json!({ "import_containers": numbers(&pair) })).await;
    assert_own_timelines(&results, &pair);
    office.close().await;
}

#[tokio::test]
async fn d14_quotes_and_markup_in_an_id_are_refused_before_the_page_is_touched() {
    let office = Office::open(in_order(1), |_| {}).await;
    let from = signed_in(&office).await;
    for id in ["' or '1'='1", "\"]//*[\"", "<b>QZXU</b>", "QZXU'000001"] {
        for operation in ["get-container-timeline", "get-booking-number"] {
            let answer = ask(&office, operation, id).await;
            assert_eq!(answer.problem(), (422, "invalid-input"), "{id}");
        }
    }
    let asked = office.portal.requests();
    let lists = asked[from..].iter().filter(|entry| entry.batch.is_some());
    assert_eq!(lists.count(), 0, "no list was opened for it");
    office.close().await;
}

#[tokio::test]
async fn d15_a_booking_is_never_the_neighbours() {
    let office = Office::open(in_order(1), |_| {}).await;
    let pair = neighbours(&office, |above, below| {
        is_export(above) && booking_of(above).is_none() && booking_of(below).is_some()
    });
    let output = booking(&office, &pair[0].number).await;
    assert_eq!(output["booking_number"], Value::Null);
    office.close().await;
}
