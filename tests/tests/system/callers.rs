//! Two hundred callers at once on four sessions: who is served, in which order, and what the others are told.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use gantry_portal::{
    Account, Fault, FaultKind, FaultMatch, Latencies, Origin, PortalConfig, RequestKind,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::office::{Answer, Office, by, until_async};
use crate::pace::paced;

const CALLERS: usize = 200;
const SESSIONS: usize = 4;
const QUEUE: usize = 8;
/// A refusal takes no longer, for 99 of 100, than reading two hundred requests at once and answering them: the same burst
/// with a mistake in it, which is refused before anybody is asked for, is what they are measured against.
const REFUSED_WITHIN: Duration = Duration::from_millis(50);

/// A caller's answer, with when it asked and how long it took.
struct Called {
    account: usize,
    answer: Answer,
    took: Duration,
}

async fn office() -> Office {
    let portal = PortalConfig {
        accounts: Account::invented(SESSIONS),
        containers: 430,
        latencies: Latencies {
            page_ms: 50,
            ..Latencies::none()
        },
        ..PortalConfig::quick()
    };
    Office::open(portal, |config| {
        config.pool.max_sessions = SESSIONS;
        config.pool.queue_per_session = QUEUE;
    })
    .await
}

async fn call(office: &Office, account: usize) -> Called {
    let body = by(&office.account(account), &json!({ "target_count": 1 }));
    let url = format!("{}/v1/operations/get-containers", office.url);
    let asked = Instant::now();
    let response = office.client.post(url).json(&body).send().await.unwrap();
    let answer = Answer::of(response).await;
    Called {
        account,
        answer,
        took: asked.elapsed(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_callers_are_served_or_told_at_once_when_to_come_back_and_no_account_is_left_out()
 {
    let office = office().await;
    sign_in_all(&office).await;
    // Once to open the connections, once to measure.
    burst_of_mistakes(&office).await;
    let mistaken = burst_of_mistakes(&office).await;
    let calls = |numbers: std::ops::Range<usize>| {
        futures::future::join_all(numbers.map(|number| call(&office, number % SESSIONS)))
    };
    let others = async {
        all_wait_for_the_portal(&office).await;
        calls(SESSIONS..CALLERS).await
    };
    hold_pages_up(&office);
    let (mut called, others) = tokio::join!(calls(0..SESSIONS), others);
    called.extend(others);
    let mut served: BTreeMap<usize, usize> = BTreeMap::new();
    let mut refused: Vec<Duration> = Vec::new();
    for one in &called {
        match one.answer.status {
            StatusCode::OK => *served.entry(one.account).or_default() += 1,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                assert_refused(&one.answer);
                refused.push(one.took);
            }
            other => panic!("{other}: {:#}", one.answer.body),
        }
    }
    refused.sort_unstable();
    let at = |share: f64| percentile(&refused, share);
    let (half, p99, worst) = (at(0.5), at(0.99), at(1.0));
    println!(
        "{CALLERS} callers: {served:?} served, {} refused; refusals took {half:.1?} (p50), \
         {p99:.1?} (p99), {worst:.1?} (longest); the same burst with a mistake {mistaken:.1?} (p99)",
        refused.len()
    );
    assert_eq!(
        served.len(),
        SESSIONS,
        "every account is served: {served:?}"
    );
    // One has the session, and as many wait as may; all others were refused.
    assert!(served.values().all(|served| *served > QUEUE), "{served:?}");
    assert_eq!(office.portal.attempts().len(), SESSIONS);
    let by_host = p99.saturating_sub(mistaken);
    assert!(by_host < paced(REFUSED_WITHIN), "{by_host:?} of {p99:?}");
    office.close().await;
}

/// Every session's first page takes its time: while browsers wait they leave the cores to the host, which is measured.
fn hold_pages_up(office: &Office) {
    for number in 0..SESSIONS {
        let page = FaultMatch {
            username: Some(office.account(number).username),
            ..FaultMatch::page(Origin::Containers)
        };
        let delay = FaultKind::Delay { delay_ms: 4_000 };
        office.portal.add_fault(Fault::once(delay, page));
    }
}

async fn all_wait_for_the_portal(office: &Office) {
    until_async("each session waits for its page", async || {
        let requests = office.portal.requests();
        let open = requests.iter().filter(|entry| entry.end_ms.is_none());
        open.count() == SESSIONS
    })
    .await;
}

/// How long the 99th of a hundred callers waits who all ask at once for what no operation takes.
async fn burst_of_mistakes(office: &Office) -> Duration {
    let account = office.account(0);
    let ask = || async {
        let asked = Instant::now();
        let input = json!({ "target_count": "one" });
        let answer = office.run("get-containers", &account, input).await;
        assert_eq!(answer.problem().0, 422);
        asked.elapsed()
    };
    let mut took = futures::future::join_all((0..CALLERS).map(|_| ask())).await;
    took.sort_unstable();
    percentile(&took, 0.99)
}

fn assert_refused(answer: &Answer) {
    let (status, code) = answer.problem();
    assert!(
        matches!(
            (status, code),
            (429, "queue-full") | (503, "host-full" | "queue-timeout")
        ),
        "{status} {code}"
    );
    let wait = answer.headers["retry-after"].to_str().unwrap();
    assert!((1..=144).contains(&wait.parse::<u64>().unwrap()), "{wait}");
    assert_eq!(answer.body["retryable"], true);
}

fn percentile(sorted: &[Duration], share: f64) -> Duration {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place among some hundred"
    )]
    let place = ((sorted.len() - 1) as f64 * share).round() as usize;
    sorted[place]
}

async fn sign_in_all(office: &Office) {
    let open = (0..SESSIONS).map(|number| {
        let account = office.account(number);
        let body = json!({ "username": account.username, "password": account.password });
        async move { office.post("/v1/sessions", body).await.ok() }
    });
    futures::future::join_all(open).await;
}

/// Each caller asks for another number of rows, and so for another number of batches: the portal's log tells
/// who was served when.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_of_a_session_are_served_in_the_order_in_which_they_asked() {
    let office = office().await;
    sign_in_all(&office).await;
    let sessions = (0..SESSIONS).map(|number| in_order(&office, number));
    futures::future::join_all(sessions).await;
    office.close().await;
}

/// Numbers of batches, none in the order of its size.
const BATCHES: [usize; QUEUE] = [3, 1, 4, 2, 6, 5, 2, 1];

async fn in_order(office: &Office, number: usize) {
    let account = office.account(number);
    let since = office.portal.requests().len() as u64;
    // The first holds the session until all others wait.
    let first = office.run("get-containers", &account, json!({}));
    let others = async {
        let mut waiting = Vec::new();
        for (place, batches) in BATCHES.iter().enumerate() {
            // Those before are in the queue: what is sent next comes after them.
            let queued = async || queue_length(office, &account).await == place;
            until_async("the one before waits", queued).await;
            let (client, url) = (office.client.clone(), office.url.clone());
            let body = by(&account, &json!({ "target_count": 40 * (batches - 1) + 1 }));
            waiting.push(tokio::spawn(async move {
                let url = format!("{url}/v1/operations/get-containers");
                Answer::of(client.post(url).json(&body).send().await.unwrap()).await
            }));
        }
        for one in waiting {
            one.await.unwrap().ok();
        }
    };
    let in_use = async || session(office, &account).await["in_use"] != Value::Null;
    let others = async {
        until_async("the first has the session", in_use).await;
        others.await;
    };
    let (first, ()) = tokio::join!(first, others);
    first.ok();
    let served = batches_by_load(office, &account, since);
    println!("{}: batches of each list: {served:?}", account.username);
    assert_eq!(served.len(), BATCHES.len() + 1, "{served:?}");
    assert_eq!(served[1..], BATCHES, "{}", account.username);
}

/// How many batches were asked for after each load of the list's page.
fn batches_by_load(office: &Office, account: &Account, since: u64) -> Vec<usize> {
    let mut loads = Vec::new();
    let requests = office.portal.requests_since(since);
    let own = |name: &Option<String>| name.as_ref() == Some(&account.username);
    for entry in requests.iter().filter(|entry| own(&entry.username)) {
        match entry.kind {
            RequestKind::Page if entry.path == "/containers" => loads.push(0),
            RequestKind::Batch => *loads.last_mut().expect("a page asks for its batches") += 1,
            _ => {}
        }
    }
    loads
}

async fn session(office: &Office, account: &Account) -> Value {
    let sessions = office.get("/v1/sessions").await.body["sessions"].take();
    let sessions = sessions.as_array().unwrap().iter();
    let mut own = sessions.filter(|session| session["username"] == account.username.as_str());
    own.next().unwrap().clone()
}

async fn queue_length(office: &Office, account: &Account) -> usize {
    let length = session(office, account).await["queue_length"].as_u64();
    usize::try_from(length.unwrap()).unwrap()
}
