//! D18 and D19: what the earlier system selected and picked up, each told or avoided here.

use std::time::Duration;

use gantry_portal::{Expiry, ExpiryForm, FaultKind, Latencies, PortalConfig, Whose};
use serde_json::json;

use crate::appointments::{
    asked, at_export, by_number, in_download_folders, listed, names, numbers, portal,
};
use crate::office::Office;
use crate::pace::paced;

#[tokio::test]
async fn d18_the_appointment_asked_for_is_the_one_exported() {
    let office = Office::open(portal(57), |_| {}).await;
    let bookings = listed(&office, 0);
    for place in [0, 25, 56] {
        let number = &bookings[place].number;
        let output = asked(&office, 0, by_number(number)).await.ok()["output"].take();
        assert_eq!(output["selected_count"], 1);
        assert_eq!(names(&output), *std::slice::from_ref(number));
    }
    let prefix = &bookings[0].number[..bookings[0].number.len() - 1];
    for absent in [prefix, "no-such-number"] {
        let answer = asked(&office, 0, by_number(absent)).await;
        assert_eq!(answer.problem(), (404, "appointment-not-found"), "{absent}");
    }
    office.close().await;
}

#[tokio::test]
async fn d18_the_box_in_the_headings_is_never_one_of_the_rows() {
    let office = Office::open(portal(3), |_| {}).await;
    // With the box in the headings counted as a row, one click would tick all, and the next untick one.
    for count in [1, 2] {
        let answer = asked(&office, 0, json!({ "target_count": count })).await;
        let output = answer.ok()["output"].take();
        assert_eq!(output["selected_count"], count);
        assert_eq!(names(&output), numbers(&listed(&office, 0), count));
    }
    office.close().await;
}

#[tokio::test]
async fn d19_a_slow_export_is_waited_for() {
    let latencies = Latencies {
        appointments_export_ms: 12_000,
        ..Latencies::none()
    };
    let config = PortalConfig {
        latencies,
        ..portal(6)
    };
    let office = Office::open(config, |_| {}).await;
    let output = asked(&office, 0, json!({})).await.ok()["output"].take();
    assert_eq!(output["selected_count"], 6);
    office.close().await;
}

#[tokio::test]
async fn d19_a_file_that_lies_about_is_never_taken() {
    let office = Office::open(portal(30), |_| {}).await;
    asked(&office, 0, json!({ "target_count": 30 })).await.ok();
    // An old export, newer than any other file, where the browser downloads to.
    let browsers = office.folder.path().join("data/browsers");
    for session in std::fs::read_dir(browsers).unwrap() {
        let folder = session.unwrap().path().join("downloads");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("appointments.xlsx"), b"old").unwrap();
    }
    let output = asked(&office, 0, json!({ "target_count": 2 })).await.ok()["output"].take();
    assert_eq!(names(&output), numbers(&listed(&office, 0), 2));
    // And where the export fails there is no file at all.
    office
        .portal
        .add_fault(at_export(FaultKind::Status { status: 500 }));
    let answer = asked(&office, 0, json!({ "target_count": 2 })).await;
    assert_eq!(
        answer.problem(),
        (502, "export-failed"),
        "{:#}",
        answer.body
    );
    assert_eq!(answer.body["retryable"], true);
    assert!(in_download_folders(&office).is_empty());
    office.close().await;
}

#[tokio::test]
async fn d19_an_export_that_comes_too_late_is_not_the_next_ones() {
    let office = Office::open(portal(30), |config| config.limits.run_read_ms = 20_000).await;
    asked(&office, 0, json!({ "target_count": 1 })).await.ok();
    office
        .portal
        .add_fault(at_export(FaultKind::Delay { delay_ms: 30_000 }));
    let late = asked(&office, 0, json!({})).await;
    assert_eq!(late.problem(), (502, "export-timed-out"), "{:#}", late.body);
    office.portal.clear_faults();
    let output = asked(&office, 0, json!({ "target_count": 2 })).await.ok()["output"].take();
    assert_eq!(names(&output), numbers(&listed(&office, 0), 2));
    office.close().await;
}

#[tokio::test]
async fn d19_a_broken_export_is_told_at_once() {
    for kind in [FaultKind::Status { status: 503 }, FaultKind::Cut] {
        let office = Office::open(portal(5), |_| {}).await;
        office.portal.add_fault(at_export(kind));
        let began = std::time::Instant::now();
        let answer = asked(&office, 0, json!({})).await;
        assert_eq!(
            answer.problem(),
            (502, "export-failed"),
            "{:#}",
            answer.body
        );
        assert!(began.elapsed() < paced(Duration::from_secs(30)));
        office.close().await;
    }
}

#[tokio::test]
async fn d19_two_accounts_at_once_get_their_own_files() {
    let latencies = Latencies {
        appointments_export_ms: 1_500,
        ..Latencies::none()
    };
    let config = PortalConfig {
        latencies,
        ..portal(25)
    };
    let office = Office::open(config, |_| {}).await;
    let [one, other] = [0, 1].map(|account| asked(&office, account, json!({})));
    let (one, other) = tokio::join!(one, other);
    for (account, answer) in [(0, one), (1, other)] {
        let output = answer.ok()["output"].take();
        assert_eq!(names(&output), numbers(&listed(&office, account), 25));
    }
    assert!(in_download_folders(&office).is_empty());
    office.close().await;
}

#[tokio::test]
async fn a_session_that_ends_during_the_export_signs_in_and_exports_again() {
    let office = Office::open(portal(5), |_| {}).await;
    let expire = FaultKind::Expire {
        form: ExpiryForm::Rendered,
        origins: Vec::new(),
    };
    let once = gantry_portal::Fault {
        count: Some(1),
        ..at_export(expire)
    };
    office.portal.add_fault(once);
    let output = asked(&office, 0, json!({})).await.ok()["output"].take();
    assert_eq!(output["selected_count"], 5);
    let everybody = Expiry {
        whose: Whose::Everybody,
        origins: Vec::new(),
        form: ExpiryForm::Redirect,
    };
    assert!(office.portal.expire(&everybody) > 0);
    let again = asked(&office, 0, json!({})).await.ok()["output"].take();
    assert_eq!(again["selected_count"], 5);
    office.close().await;
}
