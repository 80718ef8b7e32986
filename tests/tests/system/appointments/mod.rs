//! `get-appointments`, from the HTTP call to the rows of the portal's own spreadsheet.

mod defects;
mod downloads;
mod whole;

use gantry_portal::{
    AppointmentsConfig, AppointmentsLayout, Booking, Fault, FaultKind, FaultMatch, PortalConfig,
    RequestKind,
};
use serde_json::{Value, json};

use crate::office::{Answer, Office};

/// A quick portal with so many appointments, in batches of 20.
fn portal(seeded: usize) -> PortalConfig {
    PortalConfig {
        appointments: AppointmentsConfig {
            seeded,
            ..AppointmentsConfig::default()
        },
        ..PortalConfig::quick()
    }
}

fn bare(seeded: usize) -> PortalConfig {
    let mut config = portal(seeded);
    config.appointments.layout = AppointmentsLayout::Bare;
    config
}

async fn asked(office: &Office, account: usize, input: Value) -> Answer {
    let account = office.account(account);
    office.run("get-appointments", &account, input).await
}

/// What the portal lists for an account.
fn listed(office: &Office, account: usize) -> Vec<Booking> {
    let username = office.account(account).username;
    office.portal.appointments_of(&username)
}

/// The numbers of the first so many.
fn numbers(bookings: &[Booking], count: usize) -> Vec<String> {
    let first = bookings.iter().take(count);
    first.map(|booking| booking.number.clone()).collect()
}

/// The first column of an answer's rows, in order.
fn names(output: &Value) -> Vec<String> {
    let rows = output["rows"]["rows"].as_array().unwrap();
    let name = |row: &Value| row[0].as_str().unwrap().to_owned();
    rows.iter().map(name).collect()
}

fn at_export(kind: FaultKind) -> Fault {
    Fault::always(kind, FaultMatch::kind(RequestKind::AppointmentsExport))
}

fn by_number(number: &str) -> Value {
    json!({ "target_appointment_id": number })
}

/// What is in a folder and below it, but for folders.
fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found
}

/// What lies in the download folders of all sessions.
fn in_download_folders(office: &Office) -> Vec<std::path::PathBuf> {
    let mut files = files_below(&office.folder.path().join("data/browsers"));
    files.retain(|file| {
        file.components()
            .any(|part| part.as_os_str() == "downloads")
    });
    files
}
