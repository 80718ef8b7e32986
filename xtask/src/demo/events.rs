//! What happens in a run, as the host tells it: Server-Sent Events, read while they come.
//!
//! Owns: nothing; the thread that reads ends with the run, or with the client's bound.

use anyhow::{Context, Result};
use serde_json::Value;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use crate::demo::client::Client;

/// The events at an address, each as soon as it is there; then the channel closes.
pub(crate) fn follow(client: Client, url: String) -> Receiver<Result<Value>> {
    let (send, events) = mpsc::channel();
    thread::spawn(move || {
        if let Err(error) = pass_on(&client, &url, &send) {
            // Whoever does not listen any more does not want to know.
            drop(send.send(Err(error)));
        }
    });
    events
}

fn pass_on(client: &Client, url: &str, events: &Sender<Result<Value>>) -> Result<()> {
    for line in client.get_lines(url)? {
        let line = line.with_context(|| format!("the events at {url} broke off"))?;
        let Some(event) = event(&line) else { continue };
        if events.send(event).is_err() {
            break;
        }
    }
    Ok(())
}

/// The event in a line, if the line has its data. The host writes the data of an event into one line, its kind included.
fn event(line: &str) -> Option<Result<Value>> {
    let data = line.strip_prefix("data:")?.trim_start();
    Some(serde_json::from_str(data).with_context(|| format!("no event: {data}")))
}

#[cfg(test)]
mod tests {
    use super::event;
    use serde_json::json;

    #[test]
    fn data_are_events_and_all_other_lines_are_none() {
        let lines = ["id: 4", "event: part", ": still here", ""];
        assert!(lines.iter().all(|line| event(line).is_none()));
        let part = event(r#"data: {"kind":"part","seq":4}"#).unwrap().unwrap();
        assert_eq!(part, json!({ "kind": "part", "seq": 4 }));
        assert!(event("data: {").unwrap().is_err());
    }
}
