//! One trial: a fault at a place, what comes of it, and that nobody else notices.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use gantry_portal::Account;
use serde_json::{Value, json};

use crate::faults::rest::{Remains, at_rest};
use crate::faults::strike;
use crate::faults::table::{Expected, Fault, Line, Place};
use crate::office::{Answer, Office};
use crate::pace::paced;

/// A replacement is ready within this, and the time to sign in.
const READY_WITHIN: Duration = Duration::from_secs(3);

/// Who is struck, and who must not notice.
pub(crate) struct Scene<'a> {
    pub(crate) office: &'a Office,
    pub(crate) account: Account,
    pub(crate) neighbour: Account,
    session_id: String,
}

/// What a trial took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Figures {
    /// From asking to the answer.
    answered: Duration,
    /// What the operation, or the one after it, waited for another browser.
    replaced: Duration,
    /// The next operation, asked for at once, less its signing in.
    pub(crate) ready: Duration,
    /// Until nothing was left.
    gone: Duration,
}

impl Figures {
    fn print(&self, about: &str, expected: Expected, sign_ins: usize) {
        let Self {
            answered,
            replaced,
            ready,
            gone,
        } = self;
        println!(
            "{about}: {expected:?}, answered {answered:.1?}, replaced {replaced:.1?}, \
             ready {ready:.1?}, nothing left {gone:.1?}, sign-ins {sign_ins}"
        );
    }
}

impl<'a> Scene<'a> {
    /// A scene with both sessions signed in.
    pub(crate) async fn open(office: &'a Office, account: Account, neighbour: Account) -> Self {
        let mut scene = Self {
            office,
            account,
            neighbour,
            session_id: String::new(),
        };
        let (own, other) = tokio::join!(
            scene.list(json!({ "target_count": 1 })),
            office.run(
                "get-containers",
                &scene.neighbour,
                json!({ "target_count": 1 })
            )
        );
        other.ok();
        own.ok()["session_id"]
            .as_str()
            .unwrap()
            .clone_into(&mut scene.session_id);
        scene
    }

    pub(crate) async fn close(self) {
        let path = format!("/v1/sessions/{}?force=true", self.session_id);
        assert_eq!(self.office.delete(&path).await.status.as_u16(), 204);
    }

    pub(crate) fn folder(&self) -> PathBuf {
        let browsers = self.office.folder.path().join("data/browsers");
        browsers.join(&self.session_id)
    }

    pub(crate) async fn session(&self) -> Value {
        let path = format!("/v1/sessions/{}", self.session_id);
        self.office.get(&path).await.body
    }

    pub(crate) async fn list(&self, input: Value) -> Answer {
        self.office
            .run("get-containers", &self.account, input)
            .await
    }

    async fn refresh(&self) -> Answer {
        let path = format!("/v1/sessions/{}/refresh", self.session_id);
        self.office.post(&path, json!({})).await
    }

    fn sign_ins(&self, account: &Account) -> usize {
        let attempts = self.office.portal.attempts();
        let own = |name: &str| name == account.username;
        attempts.iter().filter(|one| own(&one.username)).count()
    }

    /// Strikes at a place and looks at everything that comes of it.
    pub(crate) async fn strike(&self, line: &Line, place: Place) -> Figures {
        let about = format!("{:?} at {place:?}", line.fault);
        let expected = line.at(place).unwrap();
        let before = self.sign_ins(&self.account);
        let before_of_neighbour = self.sign_ins(&self.neighbour);
        let remains = Remains::of(&self.folder());
        let began = Instant::now();
        let struck = async {
            let answer = self.struck(line.fault, place).await;
            let answered = began.elapsed();
            self.office.portal.clear_faults();
            let waited = check(&answer, expected, &about, self);
            let (queued, ready) = self.usable_again(&about).await;
            (answered, waited.max(queued), ready)
        };
        let ((answered, replaced, ready), ()) = tokio::join!(struck, self.undisturbed_list(&about));
        let lost = line.fault.loses_browser().then_some(&remains);
        let gone = at_rest(self.office, lost, &about).await;
        let used = self.sign_ins(&self.account) - before;
        let figures = Figures {
            answered,
            replaced,
            ready,
            gone,
        };
        figures.print(&about, expected, used);
        assert!(used <= line.sign_ins, "{about}: signed in {used} times");
        assert_eq!(self.sign_ins(&self.neighbour), before_of_neighbour);
        assert!(replaced < paced(READY_WITHIN), "{about}: {figures:?}");
        figures
    }

    async fn struck(&self, fault: Fault, place: Place) -> Answer {
        if place == Place::Idle {
            strike::strike_idle(self, fault).await;
            return self.list(json!({})).await;
        }
        let requests = self.office.portal.requests();
        let since = requests.last().map_or(0, |entry| entry.seq + 1);
        strike::script(self, fault, place);
        let asked = async {
            match place {
                Place::Site(_) => self.refresh().await,
                _ => self.list(json!({})).await,
            }
        };
        if !fault.is_signal() {
            return asked.await;
        }
        let (answer, ()) = tokio::join!(asked, strike::signal(self, fault, place, since));
        answer
    }

    /// A full list of somebody else, at the same time.
    async fn undisturbed_list(&self, about: &str) {
        let answer = self
            .office
            .run("get-containers", &self.neighbour, json!({}))
            .await
            .ok();
        self.assert_whole(&answer, &self.neighbour, about);
    }

    fn assert_whole(&self, answer: &Value, account: &Account, about: &str) {
        let output = &answer["output"];
        assert_eq!(output["complete"], true, "{about}: {output}");
        let rows = output["containers"].as_array().unwrap();
        let read: BTreeSet<&str> = rows
            .iter()
            .map(|row| row["container_number"].as_str().unwrap())
            .collect();
        let truth = self.office.portal.containers_of(&account.username);
        let truth: BTreeSet<&str> = truth.iter().map(|one| one.number.as_str()).collect();
        assert_eq!(rows.len(), truth.len(), "{about}");
        assert_eq!(read, truth, "{about}");
    }

    /// The next operation works: how long it waited for a browser, and how long it took without signing in.
    async fn usable_again(&self, about: &str) -> (Duration, Duration) {
        let began = Instant::now();
        let answer = self.list(json!({ "target_count": 1 })).await;
        let elapsed = began.elapsed();
        assert!(
            answer.status.is_success(),
            "{about}: next: {:#}",
            answer.body
        );
        let timing = &answer.body["timing"];
        let ready = elapsed.saturating_sub(millis(&timing["sign_in_ms"]));
        (millis(&timing["queue_ms"]), ready)
    }
}

/// Checks the answer, and says how long it waited for another browser.
fn check(answer: &Answer, expected: Expected, about: &str, scene: &Scene) -> Duration {
    let status = answer.status.as_u16();
    let output = &answer.body["output"];
    match expected {
        Expected::Whole => {
            assert_eq!(status, 200, "{about}: {:#}", answer.body);
            scene.assert_whole(&answer.body, &scene.account, about);
        }
        Expected::Part(reason) => {
            assert_eq!(status, 200, "{about}: {:#}", answer.body);
            assert_eq!(
                (&output["complete"], &output["stopped_reason"]),
                (&json!(false), &json!(reason)),
                "{about}"
            );
        }
        Expected::Fails(wanted, code) => {
            assert_eq!(
                answer.problem(),
                (wanted, code),
                "{about}: {:#}",
                answer.body
            );
        }
        Expected::Kept(result) => {
            assert_eq!(answer.body["result"], result, "{about}: {:#}", answer.body);
        }
    }
    millis(&answer.body["timing"]["queue_ms"])
}

fn millis(value: &Value) -> Duration {
    Duration::from_millis(value.as_u64().unwrap_or_default())
}
