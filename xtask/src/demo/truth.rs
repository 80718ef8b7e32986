//! What is true in the simulated portal, by its control API: what answers are compared with, and what time was its own.
//!
//! Owns: nothing; it asks each time, because bookings change it.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::Duration;

use crate::demo::client::Client;

const ANSWER: Duration = Duration::from_secs(10);
/// As much of a value as fits an error.
const SHOWN: usize = 300;

/// The truth of one account.
pub(crate) struct Truth {
    control: String,
    username: String,
    client: Client,
}

/// What a page of the portal waits for by itself, beside its requests.
#[derive(Clone, Copy)]
pub(crate) enum PageWait {
    /// Nothing.
    None,
    /// A row that opens. Of rows that open together one counts.
    Row,
    /// The wizard's white page, and its ticks.
    Wizard,
}

impl Truth {
    /// The truth of an account, at the address of a portal's control API.
    pub(crate) fn of(control: &str, username: &str) -> Self {
        Self {
            control: control.to_owned(),
            username: username.to_owned(),
            client: Client::new(ANSWER),
        }
    }

    /// The portal's own time.
    pub(crate) fn now_ms(&self) -> Result<u64> {
        number(&self.ask("/", &[])?["now_ms"])
    }

    /// How long the portal itself made the account's browser wait in this time.
    pub(crate) fn waited_ms(&self, from_ms: u64, to_ms: u64, page: PageWait) -> Result<u64> {
        let (from, to) = (from_ms.to_string(), to_ms.to_string());
        let mut waited = self.page_ms(page)?;
        for sign_in in self.list("/sign-ins", &[])? {
            let id = sign_in["id"].as_str().context("a sign-in has an id")?;
            let span = [("sign_in", id), ("from_ms", &from), ("to_ms", &to)];
            waited += number(&self.ask("/waited", &span)?["waited_ms"])?;
        }
        Ok(waited)
    }

    fn page_ms(&self, page: PageWait) -> Result<u64> {
        let overview = self.ask("/", &[])?;
        let config = &overview["config"];
        match page {
            PageWait::None => Ok(0),
            PageWait::Row => number(&config["open_delay_ms"]),
            PageWait::Wizard => {
                let wizard = &config["wizard"];
                Ok(number(&wizard["blank_ms"])? + number(&wizard["tick_ms"])?)
            }
        }
    }

    /// The account's containers, with what opens under them.
    pub(crate) fn containers(&self) -> Result<Vec<Value>> {
        self.list("/containers", &[("username", &self.username)])
    }

    /// What the list of appointments shows, in its order.
    pub(crate) fn appointments(&self) -> Result<Vec<Value>> {
        self.list("/appointments", &[("username", &self.username)])
    }

    /// The ledger: what was booked in the wizard, by anybody.
    pub(crate) fn ledger(&self) -> Result<Vec<Value>> {
        self.list("/bookings", &[])
    }

    /// The wizard's terminals, and what their forms ask for.
    pub(crate) fn terminals(&self) -> Result<Vec<Value>> {
        self.list("/terminals", &[])
    }

    /// The times with room that the wizard offers now, in the portal's words.
    pub(crate) fn times(&self, terminal: &Value, move_type: &Value) -> Result<Vec<Value>> {
        let terminal = terminal.as_str().context("a terminal is named")?;
        let move_type = move_type.as_str().context("a move type is named")?;
        let place = [("terminal", terminal), ("move_type", move_type)];
        let slots = self.ask("/slots", &place)?;
        let open = slots["open"].as_array().context("it lists no slots")?;
        Ok(open.iter().map(|slot| slot["text"].clone()).collect())
    }

    /// The account's first trucking company.
    pub(crate) fn company(&self) -> Result<Value> {
        self.first("/companies")
    }

    /// The account's first truck plate.
    pub(crate) fn plate(&self) -> Result<Value> {
        self.first("/plates")
    }

    /// Whether the wizard takes a booking number as it is.
    pub(crate) fn takes_booking(&self, number: &str) -> Result<bool> {
        let typed = [("username", self.username.as_str()), ("number", number)];
        Ok(self.ask("/booking-answer", &typed)? == "open")
    }

    fn first(&self, path: &str) -> Result<Value> {
        let all = self.list(path, &[("username", &self.username)])?;
        let first = all.into_iter().next();
        first.with_context(|| format!("{path} has none for {}", self.username))
    }

    fn list(&self, path: &str, query: &[(&str, &str)]) -> Result<Vec<Value>> {
        match self.ask(path, query)? {
            Value::Array(list) => Ok(list),
            other => bail!("{path} is no list: {other}"),
        }
    }

    fn ask(&self, path: &str, query: &[(&str, &str)]) -> Result<Value> {
        self.client.get(&format!("{}{path}", self.control), query)
    }
}

/// Fails if an answer is not what is true.
pub(crate) fn agree(what: &str, said: &Value, truth: &Value) -> Result<()> {
    if said == truth {
        return Ok(());
    }
    let (said, truth) = match (said, truth) {
        (Value::Array(said), Value::Array(truth)) => first_difference(said, truth),
        _ => (short(said), short(truth)),
    };
    bail!("{what}: the answer says {said}, and the portal's truth is {truth}")
}

/// Lists may be long; the first place at which they differ says enough.
fn first_difference(said: &[Value], truth: &[Value]) -> (String, String) {
    let same = said
        .iter()
        .zip(truth)
        .take_while(|(one, other)| one == other);
    let place = same.count();
    let at = |list: &[Value]| {
        let there = list.get(place).map_or("nothing".to_owned(), short);
        format!("{there} at place {place} of {}", list.len())
    };
    (at(said), at(truth))
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn number(value: &Value) -> Result<u64> {
    let number = value.as_u64();
    number.with_context(|| format!("the portal tells no number: {value}"))
}

/// What the portal writes for nothing is null in answers.
pub(crate) fn or_null(text: &Value) -> Value {
    if text == "N/A" {
        json!(null)
    } else {
        text.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::agree;
    use serde_json::json;

    #[test]
    fn lists_that_differ_are_told_by_their_first_difference() {
        assert!(agree("rows", &json!([1, 2]), &json!([1, 2])).is_ok());
        let shorter = agree("rows", &json!([1]), &json!([1, 2])).unwrap_err();
        let words = "rows: the answer says nothing at place 1 of 1, and the portal's truth is 2 at place 1 of 2";
        assert_eq!(shorter.to_string(), words);
        assert!(agree("count", &json!(1), &json!(null)).is_err());
    }
}
