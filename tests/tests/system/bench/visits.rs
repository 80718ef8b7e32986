//! Checking and booking a visit, on both sides. Each booking is at a time of its own.

use gantry_portal::MoveType;
use serde_json::{Value, json};

use crate::bench::chromium::Chromium;
use crate::bench::table::Table;
use crate::bench::wizard::{self, Visit};
use crate::measure::{best, measured};
use crate::priced::{self, VISIT_IN_PAGE_MS};
use crate::wizard::desk::Desk;

pub(crate) async fn import(table: &mut Table) {
    let desk = Desk::open(priced::visits()).await;
    let input = desk.import_with_everything();
    let names = ["check-appointments, import", "make-appointment, import"];
    visit(table, desk, input, MoveType::PickFull, names).await;
}

pub(crate) async fn export(table: &mut Table) {
    let desk = Desk::open(priced::visits()).await;
    let input = desk.export(&desk.plain_terminal());
    let names = ["check-appointments, export", "make-appointment, export"];
    visit(table, desk, input, MoveType::DropFull, names).await;
}

async fn visit(
    table: &mut Table,
    desk: Desk,
    input: Value,
    move_type: MoveType,
    [check, make]: [&str; 2],
) {
    let portal = &desk.office.portal;
    // Signed in, and everything loaded once.
    desk.checked(input.clone()).await;
    let address = format!("{}/trucker/web/addvisit", portal.origins().wizard);
    let chromium = Chromium::at(&address, &desk.account).await;
    let page = &chromium.page;
    let asked = Visit(&input);
    let slots = portal.slots(input["terminal"].as_str().unwrap(), move_type);
    let open: Vec<String> = slots.unwrap().open.into_iter().map(|it| it.text).collect();

    let gantry = best(async || {
        let run = desk.check(input.clone());
        measured(&desk.office, run, VISIT_IN_PAGE_MS).await
    })
    .await;
    assert_eq!(gantry.answer["output"]["count"], open.len());
    let script = async || wizard::times(page, &address, &asked).await;
    let (read, script) = chromium.timed(script).await;
    assert!(read.iter().all(|times| *times == open), "{read:?}");
    assert_eq!(portal.bookings(), []);
    table.add(check, &gantry, script);

    let mut times = open.iter().skip(1);
    let gantry = best(async || {
        let mut input = input.clone();
        input["appointment_time"] = json!(times.next().unwrap());
        let run = desk.make(input);
        measured(&desk.office, run, VISIT_IN_PAGE_MS).await
    })
    .await;
    let booked = portal.bookings();
    let number = &gantry.answer["output"]["confirmation"]["number"];
    assert!(booked.iter().any(|booking| number == &booking.number));
    let script = async || wizard::book(page, &address, &asked, times.next().unwrap()).await;
    let (numbers, script) = chromium.timed(script).await;
    let since: Vec<_> = portal.bookings().split_off(booked.len());
    let since: Vec<_> = since.into_iter().map(|booking| booking.number).collect();
    // One booking of each run.
    assert_eq!(since, numbers);
    table.add(make, &gantry, script);
    chromium.close().await;
    desk.office.close().await;
}
