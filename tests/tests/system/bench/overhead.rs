//! What the host adds to the WebDriver commands of an operation: a straight script that sends the same commands takes at
//! least the time that they take.

use serde_json::{Value, json};

use crate::bundles::{bundle, json_of};
use crate::office::{Office, by};

/// How many times the time of its commands an operation may take.
const OVERHEAD_MAX: f64 = 1.02;

/// Runs the whole list and compares the time from its first command to the end of its last with what the commands took.
pub(crate) async fn of_get_containers(office: &Office) {
    let account = office.account(0);
    let mut body = by(&account, &json!({}));
    body["debug"] = json!(true);
    let answer = office
        .post("/v1/operations/get-containers", body)
        .await
        .ok();
    let artifacts = answer["artifacts"].as_array().unwrap();
    let id = artifacts.last().unwrap()["id"].as_str().unwrap();
    let notes = json_of(&bundle(office, id).await, "commands.json");
    let notes = notes.as_array().unwrap();
    let count = usize::try_from(answer["webdriver_commands"].as_u64().unwrap()).unwrap();
    // The bundle tells them first, so the last of them are the run's.
    assert!(
        count <= notes.len(),
        "{count} commands are more than a bundle tells"
    );
    let notes = &notes[notes.len() - count..];
    let number = |note: &Value, what: &str| note[what].as_u64().unwrap();
    let in_commands: u64 = notes.iter().map(|note| number(note, "took_ms")).sum();
    let (first, last) = (&notes[0], &notes[count - 1]);
    let all = number(last, "at_ms") + number(last, "took_ms") - number(first, "at_ms");
    #[expect(clippy::cast_precision_loss, reason = "some thousand milliseconds")]
    let ratio = all as f64 / in_commands as f64;
    println!(
        "get-containers: {all} ms, of them {in_commands} ms in its {count} WebDriver commands: {ratio:.3}"
    );
    assert!(
        ratio <= OVERHEAD_MAX,
        "{ratio:.3} is more than {OVERHEAD_MAX}"
    );
}
