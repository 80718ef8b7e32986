//! What can be typed while the demo serves: a request of every operation, with the inputs that were shown.

use serde_json::{Value, json};

use crate::demo::choice::{Choice, with};

const JSON: &str = "-H 'content-type: application/json'";
/// Another key than that of the demo's own appointment, for another appointment.
const NEXT_KEY: &str = "demo-appointment-0002";

/// Where the host is, and for whom it is asked.
pub(crate) struct Served<'a> {
    /// The host's address.
    pub(crate) url: &'a str,
    /// A session that is signed in.
    pub(crate) session: &'a str,
    /// Its account: `username` and `password`.
    pub(crate) account: &'a Value,
    /// A time that is offered for the next import.
    pub(crate) time: &'a Value,
}

/// Prints the requests.
pub(crate) fn print(served: &Served, choice: &Choice) {
    println!(
        "The host serves at {} until Ctrl-C. In another terminal:",
        served.url
    );
    for line in lines(served, choice) {
        println!("{}", format!("  {line}").trim_end());
    }
    println!();
}

fn lines(served: &Served, choice: &Choice) -> Vec<String> {
    let Served {
        url,
        session,
        account,
        time,
    } = served;
    let next = with(
        choice.next_import.clone(),
        json!({ "appointment_time": time }),
    );
    let asked = |operation: &str, headers: &str, input: &Value| {
        let body = quoted(&json!({ "session_id": session, "input": input }));
        format!("{url}/v1/operations/{operation} {JSON}{headers} \\\n    -d {body}")
    };
    let run = |operation: &str, input: &Value| format!("curl -s {}", asked(operation, "", input));
    let first_page = with((*account).clone(), json!({ "infinite_scrolling": false }));
    let bulk = asked("get-info-bulk", " -H 'prefer: respond-async'", &choice.bulk);
    let key = format!(" -H 'idempotency-key: {NEXT_KEY}'");
    vec![
        String::new(),
        format!("curl -s {url}/v1/plugins"),
        format!("curl -s {url}/v1/sessions"),
        run("get-containers", &json!({ "target_count": 2 })),
        run("get-container-timeline", &choice.timeline),
        run("get-booking-number", &choice.booking),
        run("get-appointments", &json!({ "target_count": 5 })),
        run("check-appointments", &choice.import),
        run("check-appointments", &choice.export),
        String::new(),
        "# answered later, and followed".to_owned(),
        format!("run=$(curl -s -o /dev/null -w '%header{{location}}' {bulk})"),
        format!("curl -sN {url}$run/events"),
        String::new(),
        "# books another one; the same line again gives the same answer and books nothing"
            .to_owned(),
        format!("curl -si {}", asked("make-appointment", &key, &next)),
        String::new(),
        "# as clients of the earlier system ask".to_owned(),
        format!(
            "curl -s {url}/get_containers {JSON} -o first-page.xlsx \\\n    -d {}",
            quoted(&first_page)
        ),
        String::new(),
        format!("curl -s -X DELETE {url}/v1/sessions/{session}"),
    ]
}

/// JSON in single quotes for a shell. A quote within it is written as JSON escapes it.
fn quoted(value: &Value) -> String {
    format!("'{}'", value.to_string().replace('\'', "\\u0027"))
}

#[cfg(test)]
mod tests {
    use super::quoted;
    use serde_json::json;

    #[test]
    fn json_with_an_apostrophe_survives_the_shell() {
        let value = json!({ "terminal": "Mariner's Point" });
        let line = quoted(&value);
        let inner = line.strip_prefix('\'').unwrap().strip_suffix('\'').unwrap();
        assert!(!inner.contains('\''));
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(inner).unwrap(),
            value
        );
    }
}
