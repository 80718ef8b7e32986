//! The examples for authors, in three languages, as components on the portal: each answers what the portal shows.

use gantry_portal::{Container, HoldsCell, PortalConfig};
use serde_json::{Value, json};

use crate::office::{Office, plugins, target};

async fn open() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let examples = target().join("test-plugins");
    for (from, file) in [
        (&plugins(), "session.wasm"),
        (&examples, "last-free-day.wasm"),
        (&examples, "holds-summary.wasm"),
        (&examples, "export-page.wasm"),
    ] {
        std::fs::copy(from.join(file), folder.path().join(file)).unwrap();
    }
    let mut office = Office::open(PortalConfig::quick(), |config| {
        folder.path().clone_into(&mut config.plugins.dir);
    })
    .await;
    office.keep(folder);
    office
}

/// Of the portal's own day, in the words of an operation.
fn days(container: &Container) -> (Value, Value) {
    let mut days =
        container
            .lfd_gtd
            .split(" - ")
            .map(|day| match *day.split('/').collect::<Vec<_>>() {
                [month, day, year] => json!(format!("{year}-{month}-{day}")),
                _ => Value::Null,
            });
    (days.next().unwrap(), days.next().unwrap_or_default())
}

#[tokio::test]
async fn the_examples_in_three_languages_answer_what_the_portal_shows() {
    let office = open().await;
    let account = office.account(0);
    let fleet = office.portal.containers();

    // In Rust.
    let wanted = [&fleet[0], &fleet[fleet.len() - 1]];
    let mut numbers: Vec<&str> = wanted.iter().map(|one| one.number.as_str()).collect();
    numbers.push("ZZZU0000000");
    let answer = office
        .run("last-free-day", &account, json!({ "containers": numbers }))
        .await
        .ok();
    let told = answer["output"]["containers"].as_array().unwrap();
    for (container, told) in wanted.iter().zip(told) {
        let (last_free_day, good_through) = days(container);
        let expected = json!({ "container": container.number, "found": true, "last_free_day": last_free_day, "good_through": good_through });
        assert_eq!(*told, expected);
    }
    assert_eq!(told[2]["found"], false);
    assert_eq!(answer["output"]["complete"], true);

    // In JavaScript.
    let answer = office.run("holds-summary", &account, json!({})).await.ok();
    let mut held: Vec<&str> = answer["output"]["held"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_str().unwrap())
        .collect();
    held.sort_unstable();
    let with = |holds| fleet.iter().filter(move |one| one.holds == holds);
    let mut expected: Vec<&str> = with(HoldsCell::Yes)
        .map(|one| one.number.as_str())
        .collect();
    expected.sort_unstable();
    assert_eq!(held, expected);
    assert_eq!(answer["output"]["free"], with(HoldsCell::No).count());
    assert_eq!(
        answer["output"]["unknown"],
        with(HoldsCell::NotAvailable).count()
    );

    // In Python.
    let input = json!({ "site": "containers", "path": "/containers", "table": "#searchres table" });
    let answer = office.run("export-page", &account, input).await.ok();
    let output = &answer["output"];
    let columns: Vec<&str> = output["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_str().unwrap())
        .collect();
    let place = |heading| {
        columns
            .iter()
            .position(|column| *column == heading)
            .unwrap()
    };
    let rows = output["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        let number = row[place("Container #")].as_str().unwrap();
        let container = fleet
            .iter()
            .find(|one| number.contains(&one.number))
            .unwrap();
        assert_eq!(row[place("LFD/GTD")], container.lfd_gtd);
        assert_eq!(row[place("Vessel Name")], container.vessel_name);
    }
    assert_eq!(answer["artifacts"].as_array().unwrap().len(), 1);

    // What an input must not have is refused in each language's own words for its schema, before any browser is asked.
    for (operation, input) in [
        ("last-free-day", json!({ "containers": [] })),
        ("holds-summary", json!({ "of": "everybody" })),
        ("export-page", json!({ "site": "elsewhere", "path": "/" })),
    ] {
        let answer = office.run(operation, &account, input).await;
        assert_eq!(
            answer.problem(),
            (422, "invalid-input"),
            "{operation}: {:#}",
            answer.body
        );
    }
    // A failure of the operation's own arrives with its code and its fields.
    let input = json!({ "site": "containers", "path": "/containers", "table": "#nothing" });
    let answer = office.run("export-page", &account, input).await;
    assert_eq!(answer.problem().1, "table-not-found", "{:#}", answer.body);
    office.close().await;
}
