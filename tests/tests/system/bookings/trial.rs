//! One trial: an intent, a fault of the portal at Submit, a disturbance from elsewhere, and a caller who does not give up
//! until it knows what became of its request.
//!
//! Every answer is compared with the ledger at the moment it comes.

use std::time::Duration;

use gantry_portal::{
    ExpiryForm, Fault as PortalFault, FaultKind, FaultMatch, RefusalForm, RequestKind,
};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::bookings::counter::Counter;

/// What the portal does to the first Submit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    LostClick,
    SlowConfirmation,
    Dialog,
    Inline,
    ErrorBeforeRecording,
    ErrorAfterRecording,
    CutBeforeRecording,
    CutAfterRecording,
    SignOut,
}

pub(crate) const FAULTS: [Fault; 10] = [
    Fault::None,
    Fault::LostClick,
    Fault::SlowConfirmation,
    Fault::Dialog,
    Fault::Inline,
    Fault::ErrorBeforeRecording,
    Fault::ErrorAfterRecording,
    Fault::CutBeforeRecording,
    Fault::CutAfterRecording,
    Fault::SignOut,
];

/// What happens besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disturbance {
    None,
    KillHost,
    KillBrowser,
    DropCaller,
    /// The run's own time ends while the portal has not answered.
    TimeOut,
    SameKey,
    OtherKey,
}

pub(crate) const DISTURBANCES: [Disturbance; 7] = [
    Disturbance::None,
    Disturbance::KillHost,
    Disturbance::KillBrowser,
    Disturbance::DropCaller,
    Disturbance::TimeOut,
    Disturbance::SameKey,
    Disturbance::OtherKey,
];

#[derive(Debug, Clone, Copy)]
pub(crate) struct Trial {
    pub(crate) fault: Fault,
    pub(crate) disturbance: Disturbance,
    pub(crate) number: usize,
}

/// An answer, and how often the intent was booked when it came.
#[derive(Debug)]
struct Answered {
    status: StatusCode,
    body: Value,
    location: Option<String>,
}

impl Fault {
    fn kind(self) -> Option<FaultKind> {
        let refuse = |shown| FaultKind::Refuse {
            text: "The selected appointment is no longer available".to_owned(),
            shown,
        };
        Some(match self {
            Self::None => return None,
            Self::LostClick => FaultKind::LostClick,
            Self::SlowConfirmation => FaultKind::Delay { delay_ms: 2_500 },
            Self::Dialog => refuse(RefusalForm::Dialog),
            Self::Inline => refuse(RefusalForm::Inline),
            Self::ErrorBeforeRecording => FaultKind::Status { status: 500 },
            Self::ErrorAfterRecording => FaultKind::StatusAfterwards { status: 500 },
            Self::CutBeforeRecording => FaultKind::Cut,
            Self::CutAfterRecording => FaultKind::CutAfterwards,
            Self::SignOut => FaultKind::Expire {
                origins: Vec::new(),
                form: ExpiryForm::Rendered,
            },
        })
    }
}

impl Trial {
    /// Plays it. An error says what was not true.
    pub(crate) async fn play(self, counter: &mut Counter) -> Result<(), String> {
        let intent = counter.next_intent();
        let key = format!(
            "trial-{}-{}",
            self.number,
            intent["container_id"].as_str().unwrap()
        );
        counter.portal.clear_faults();
        let at = FaultMatch::kind(RequestKind::Submit);
        if let Some(kind) = self.fault.kind() {
            counter
                .portal
                .add_fault(PortalFault::once(kind, at.clone()));
        }
        if self.disturbance == Disturbance::TimeOut {
            // Longer than a write may take. The slow answer comes on top of whatever else is wrong.
            let kind = FaultKind::Delay { delay_ms: 60_000 };
            counter.portal.add_fault(PortalFault::once(kind, at));
        }
        let since = counter.portal.now_ms();
        let first = ask(counter, &intent, &key);
        let seen = self.disturb(counter, &intent, &key, since).await;
        if self.disturbance == Disturbance::DropCaller {
            first.abort();
        }
        let mut answers = Vec::new();
        match (self.disturbance, first.await) {
            (Disturbance::DropCaller | Disturbance::KillHost, _) => {}
            (_, Ok(Ok(answer))) => answers.push(answer),
            (_, other) => return Err(format!("the caller got no answer: {other:?}")),
        }
        for answer in &answers {
            agrees(counter, &intent, answer)?;
        }
        for answer in seen.await? {
            agrees(counter, &intent, &answer)?;
        }
        self.find_out(counter, &intent, &key).await
    }

    /// What happens while Submit is on its way, or about to be. Answers of other callers come later.
    async fn disturb(
        self,
        counter: &mut Counter,
        intent: &Value,
        key: &str,
        since: u64,
    ) -> impl Future<Output = Result<Vec<Answered>, String>> + use<> {
        let mut others = Vec::new();
        match self.disturbance {
            Disturbance::None | Disturbance::TimeOut => {}
            Disturbance::KillHost => {
                self.moment(counter, since).await;
                counter.kill_host().await;
            }
            Disturbance::KillBrowser => {
                self.moment(counter, since).await;
                counter.kill_browsers();
            }
            Disturbance::DropCaller => self.moment(counter, since).await,
            Disturbance::SameKey => {
                self.moment(counter, since).await;
                others.push(ask(counter, intent, key));
            }
            Disturbance::OtherKey => {
                self.moment(counter, since).await;
                others.push(ask(counter, intent, &format!("{key}-other")));
            }
        }
        async move {
            let mut answers = Vec::new();
            for other in others {
                let answer = other.await.map_err(|error| error.to_string())?;
                answers.push(answer?);
            }
            Ok(answers)
        }
    }

    /// Waits for the moment to strike: as Submit comes in, or some time before or after that, another one each time.
    async fn moment(self, counter: &Counter, since: u64) {
        let submitted = || {
            let requests = counter.portal.requests();
            requests
                .iter()
                .any(|it| it.kind == RequestKind::Submit && it.start_ms >= since)
        };
        let early = Duration::from_millis(400 + 137 * (self.number as u64 % 17));
        let deadline = Instant::now()
            + if self.number.is_multiple_of(3) {
                early
            } else {
                Duration::from_secs(30)
            };
        while !submitted() && Instant::now() < deadline {
            sleep(Duration::from_millis(3)).await;
        }
        sleep(Duration::from_millis(11 * (self.number as u64 % 9))).await;
    }

    /// Asks again, with the same key, until it is known what became of it; as a careful client would.
    async fn find_out(
        self,
        counter: &mut Counter,
        intent: &Value,
        key: &str,
    ) -> Result<(), String> {
        // What could still go wrong belongs to the first Submit.
        counter.portal.clear_faults();
        for _ in 0..8 {
            let answer = ask(counter, intent, key)
                .await
                .map_err(|error| error.to_string())??;
            agrees(counter, intent, &answer)?;
            let executed = answer.body["executed"].as_str().unwrap_or("yes").to_owned();
            let is_open = answer.status == StatusCode::CONFLICT || executed == "maybe";
            if is_open {
                let location = answer.location.clone();
                let location = location.ok_or_else(|| format!("no run is named: {answer:?}"))?;
                let run = follow(counter, &location).await?;
                told_truly(counter, intent, &run)?;
                if run["state"] == "unknown" {
                    // It could not be found out: a person has the host look again.
                    counter.tally.count("looked again");
                    let url = format!("{}{location}/reconcile", counter.host.url);
                    let _ = Client::new().post(url).send().await;
                }
                continue;
            }
            let code = answer.body["code"].as_str().unwrap_or("booked").to_owned();
            let replayed = answer.body["code"].is_string() && answer.body["retryable"] == true;
            if replayed {
                // Nothing was done, and it says that another try may succeed.
                continue;
            }
            counter.tally.count(code);
            return Ok(());
        }
        Err("it was never found out".to_owned())
    }
}

/// A caller of its own.
fn ask(counter: &Counter, intent: &Value, key: &str) -> JoinHandle<Result<Answered, String>> {
    let account = counter.account();
    let body =
        json!({ "username": account.username, "password": account.password, "input": intent });
    let url = format!("{}/v1/operations/make-appointment", counter.host.url);
    let request = Client::new()
        .post(url)
        .header("idempotency-key", key)
        .json(&body);
    let request = request.timeout(Duration::from_mins(2));
    tokio::spawn(async move {
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let location = answer.headers().get("location");
        let location = location.and_then(|it| it.to_str().ok()).map(str::to_owned);
        let status = answer.status();
        let body = answer.json().await.map_err(|error| error.to_string())?;
        Ok(Answered {
            status,
            body,
            location,
        })
    })
}

/// The run when it has ended, or when the host looks no further.
async fn follow(counter: &Counter, location: &str) -> Result<Value, String> {
    let url = format!("{}{location}?wait=20", counter.host.url);
    let answer = Client::new()
        .get(url)
        .send()
        .await
        .map_err(|error| error.to_string())?;
    answer.json().await.map_err(|error| error.to_string())
}

/// What an answer says, and what the ledger says.
fn agrees(counter: &Counter, intent: &Value, answer: &Answered) -> Result<(), String> {
    let bookings = counter.bookings(intent);
    let wrong = |what: &str| {
        let numbers: Vec<&String> = bookings.iter().map(|booking| &booking.number).collect();
        Err(format!(
            "{what}; ledger {numbers:?}, answer {} {}",
            answer.status, answer.body
        ))
    };
    if bookings.len() > 1 {
        return wrong("booked more than once");
    }
    if answer.status.is_success() {
        let Some(booking) = bookings.first() else {
            return wrong("said to be booked, and is not");
        };
        let said = &answer.body["output"]["confirmation"]["number"];
        if said.as_str().is_some_and(|number| number != booking.number) {
            return wrong("another number");
        }
        return Ok(());
    }
    match answer.body["executed"].as_str() {
        // Of the request that was refused because another one does the same nothing was done, whatever that one did.
        Some("no") if answer.status == StatusCode::CONFLICT => Ok(()),
        Some("no") if !bookings.is_empty() => wrong("said not to be booked, and is"),
        Some("yes") if bookings.is_empty() => wrong("said to be done, and is not"),
        Some("no" | "yes" | "maybe") => Ok(()),
        _ => wrong("it is not said whether it was done"),
    }
}

/// What a run says, and what the ledger says.
fn told_truly(counter: &Counter, intent: &Value, run: &Value) -> Result<(), String> {
    let bookings = counter.bookings(intent).len();
    let is_true = match run["state"].as_str() {
        Some("succeeded") => bookings == 1,
        Some("failed" | "cancelled") => match run["problem"]["executed"].as_str() {
            Some("yes") => bookings == 1,
            Some("no") => bookings == 0,
            _ => false,
        },
        Some(_) => bookings <= 1,
        None => false,
    };
    is_true
        .then_some(())
        .ok_or_else(|| format!("{bookings} bookings, and the run says {run}"))
}
