//! Waves of mixed traffic on the real binary: after each, everything is as it was after the first.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use gantry_portal::{Account, Latencies, Portal, PortalConfig};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::killed::Binary;
use crate::office::{Answer, PATIENCE, by, config, until_async};
use crate::pace::paced;
use crate::processes;
use crate::prometheus;

const WAVES: usize = 6;
/// Who does what: accounts by number. Those who mistype are others in each wave, since a user's passwords are bounded.
const READERS: [usize; 2] = [0, 1];
const LEAVES: usize = 2;
const CLOSED: usize = 3;
const CRASHES: usize = 4;
const MISTYPES: usize = 5;
/// Accounts that have a session after a wave.
const STAY: usize = 4;
/// What resident memory may grow by in a wave, once everything was used.
const SLOPE_BYTES: i64 = 2 << 20;

/// When everything that a wave needed is given back.
const REST_WITHIN: Duration = Duration::from_secs(25);

/// A host as another process, its portal, and those who call it.
struct Desk {
    portal: Portal,
    folder: TempDir,
    host: Binary,
    client: Client,
}

/// What a host at rest has.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Holdings {
    sessions: usize,
    /// Leases, and requests that wait.
    in_use: usize,
    folders: usize,
    drivers: usize,
    browsers: usize,
    zombies: usize,
    files: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_each_wave_of_good_and_bad_traffic_the_host_has_what_it_had_after_the_first() {
    let mut desk = Desk::open().await;
    let mut baseline: Option<Holdings> = None;
    let mut resident = Vec::new();
    for number in 0..WAVES {
        let began = Instant::now();
        wave(&desk, number).await;
        // Connections that callers keep are theirs.
        desk.client = client();
        let wanted = baseline.clone();
        let at_rest = async || {
            let holdings = desk.holdings().await;
            wanted.as_ref().map_or_else(
                || holdings.in_use == 0 && holdings.drivers == STAY && holdings.folders == STAY,
                |wanted| holdings.files <= wanted.files && is_same(&holdings, wanted),
            )
        };
        let rests = tokio::time::timeout(paced(REST_WITHIN), until_async("", at_rest));
        let rested = rests.await;
        let (holdings, bytes) = (desk.holdings().await, desk.resident());
        println!(
            "wave {number}: {holdings:?}, resident {:.1} MB, {:.1?}",
            mb(bytes),
            began.elapsed()
        );
        assert!(rested.is_ok(), "not as after the first wave: {baseline:?}");
        desk.figures_are_true(&holdings).await;
        resident.push(bytes);
        baseline.get_or_insert(holdings);
    }
    let slope = (resident[WAVES - 1] - resident[1]) / i64::try_from(WAVES - 2).unwrap();
    println!(
        "resident memory grows by {:.2} MB a wave after the second",
        mb(slope)
    );
    assert!(slope < SLOPE_BYTES, "{slope} bytes a wave");
    let Desk { host, folder, .. } = desk;
    assert_eq!(host.stop().await, Some(0));
    assert_eq!(processes::below(folder.path()), Vec::<String>::new());
}

/// All at once: two who read, one who leaves, one whose session is closed, one whose page crashes, one who
/// mistypes, and two who ask for what there is not.
async fn wave(desk: &Desk, number: usize) {
    let since = desk
        .portal
        .requests()
        .last()
        .map_or(0, |entry| entry.seq + 1);
    tokio::join!(
        desk.reads(READERS[0]),
        desk.reads(READERS[1]),
        desk.leaves(since),
        desk.is_closed(since),
        desk.crashes(since),
        desk.mistypes(MISTYPES + number),
        desk.asks_for_nonsense(),
    );
}

impl Desk {
    async fn open() -> Self {
        let portal = PortalConfig {
            accounts: Account::invented(MISTYPES + WAVES),
            latencies: Latencies {
                page_ms: 50,
                batch_ms: 200,
                ..Latencies::none()
            },
            ..PortalConfig::quick()
        };
        let portal = Portal::start(portal).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("gantry.toml");
        let settings = config(&portal, folder.path());
        std::fs::write(&file, toml::to_string(&settings).unwrap()).unwrap();
        let host = Binary::start(&file).await;
        Self {
            portal,
            folder,
            host,
            client: client(),
        }
    }

    async fn list(&self, body: Value) -> Answer {
        let url = format!("{}/v1/operations/get-containers", self.host.url);
        Answer::of(self.client.post(url).json(&body).send().await.unwrap()).await
    }

    fn account(&self, number: usize) -> Account {
        self.portal.accounts()[number].clone()
    }

    async fn reads(&self, number: usize) {
        let answer = self.list(by(&self.account(number), &json!({}))).await.ok();
        assert_eq!(answer["output"]["complete"], true, "{}", answer["output"]);
        assert_eq!(answer["output"]["count"], PortalConfig::QUICK_CONTAINERS);
    }

    async fn leaves(&self, since: u64) {
        let account = self.account(LEAVES);
        let list = self.list(by(&account, &json!({})));
        tokio::select! {
            answer = list => panic!("it was answered before its caller left: {}", answer.status),
            () = self.in_its_middle(&account, since) => {}
        }
    }

    async fn is_closed(&self, since: u64) {
        let account = self.account(CLOSED);
        let list = self.list(by(&account, &json!({})));
        let close = async {
            self.in_its_middle(&account, since).await;
            let id = self.session_of(&account).await;
            let url = format!("{}/v1/sessions/{id}?force=true", self.host.url);
            let closed = self.client.delete(url).send().await.unwrap();
            assert_eq!(closed.status().as_u16(), 204);
        };
        let (answer, ()) = tokio::join!(list, close);
        assert_eq!(answer.problem(), (409, "session-closed"));
    }

    async fn crashes(&self, since: u64) {
        let account = self.account(CRASHES);
        let list = self.list(by(&account, &json!({})));
        let crash = async {
            self.in_its_middle(&account, since).await;
            let folder = self.browsers().join(self.session_of(&account).await);
            let renderers = processes::find(&folder).into_iter();
            for one in renderers.filter(|one| one.command.contains("--type=renderer")) {
                // One that has just ended by itself needs no signal.
                let _ = kill(Pid::from_raw(one.pid), Signal::SIGKILL);
            }
        };
        let (answer, ()) = tokio::join!(list, crash);
        assert_eq!(answer.ok()["output"]["complete"], true);
    }

    async fn mistypes(&self, number: usize) {
        let mut account = self.account(number);
        "not it".clone_into(&mut account.password);
        let answer = self.list(by(&account, &json!({}))).await;
        assert_eq!(answer.problem(), (422, "credentials-invalid"));
    }

    async fn asks_for_nonsense(&self) {
        let bad = self.list(by(
            &self.account(READERS[0]),
            &json!({ "target_count": "all" }),
        ));
        assert_eq!(bad.await.problem(), (422, "invalid-input"));
        let url = format!("{}/v1/operations/get-nothing", self.host.url);
        let unknown = self.client.post(url).json(&json!({})).send().await.unwrap();
        assert_eq!(unknown.status().as_u16(), 404);
    }

    async fn in_its_middle(&self, account: &Account, since: u64) {
        let asked = async || {
            let requests = self.portal.requests_since(since);
            let own = |name: &Option<String>| name.as_ref() == Some(&account.username);
            let mut own = requests.iter().filter(|entry| own(&entry.username));
            own.any(|entry| entry.batch == Some(2))
        };
        until_async("its list is in its middle", asked).await;
    }

    async fn sessions(&self) -> Vec<Value> {
        let url = format!("{}/v1/sessions", self.host.url);
        let answer = Answer::of(self.client.get(url).send().await.unwrap()).await;
        answer.ok()["sessions"].as_array().unwrap().clone()
    }

    async fn session_of(&self, account: &Account) -> String {
        let sessions = self.sessions().await.into_iter();
        let mut own = sessions.filter(|one| one["username"] == account.username.as_str());
        own.next().unwrap()["session_id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Compares every gauge with the truth, and sees that nothing was counted that must never be.
    async fn figures_are_true(&self, holdings: &Holdings) {
        let (sessions, text) = loop {
            let before = self.sessions().await;
            let url = format!("{}/metrics", self.host.url);
            let text = self.client.get(url).send().await.unwrap();
            let text = text.text().await.unwrap();
            // A keep-alive that came between the two would make them differ.
            if states(&before) == states(&self.sessions().await) {
                break (before, text);
            }
        };
        assert_eq!(prometheus::problems(&text), Vec::<String>::new());
        let told = |name: &str, labels: &[(&str, &str)]| {
            prometheus::value(&text, name, labels).unwrap_or_else(|| panic!("{name}: {text}"))
        };
        let is = |name: &str, labels: &[(&str, &str)], wanted: usize| {
            let wanted = f64::from(u32::try_from(wanted).unwrap());
            assert!(
                (told(name, labels) - wanted).abs() < 0.5,
                "{name} {labels:?}, not {wanted}: {text}"
            );
        };
        let samples = prometheus::samples(&text);
        let counted = samples.iter().filter(|it| it.name == "session_count");
        let mut in_all = 0;
        for state in counted.map(|it| it.labels["state"].as_str()) {
            let really = sessions.iter().filter(|one| one["state"] == state).count();
            is("session_count", &[("state", state)], really);
            in_all += really;
        }
        assert_eq!(in_all, sessions.len(), "every state is told");
        is("session_pool_max", &[], 10);
        is("session_pending_requests", &[], 0);
        is("portal_writes_unknown", &[], 0);
        is("scratch_dirs", &[], holdings.folders);
        is("process_zombies", &[], holdings.zombies);
        // Of a new host; none had died before it.
        for what in ["group", "folder"] {
            is("process_orphans_reaped_total", &[("what", what)], 0);
        }
        for name in ["lease_violations_total", "invariant_violations_total"] {
            let broken = samples
                .iter()
                .filter(|it| it.name == name && it.value != 0.0);
            assert_eq!(broken.count(), 0, "{text}");
        }
        // Nobody has an alias: the oldest browser is told.
        let age = told("session_age_seconds", &[("account", "-")]);
        assert!(age > 0.0 && age < 3_600.0, "{age}");
        let commands = samples
            .iter()
            .filter(|it| it.name == "webdriver_command_duration_seconds_count");
        assert!(commands.map(|it| it.value).sum::<f64>() > 10.0);
        for (reason, least) in [("crash", 1.0), ("admin", 1.0), ("auth", 1.0)] {
            assert!(
                told("session_destroyed_total", &[("reason", reason)]) >= least,
                "{text}"
            );
        }
        assert!(!text.contains(&self.account(READERS[0]).username));
    }

    fn browsers(&self) -> PathBuf {
        self.folder.path().join("data/browsers")
    }

    fn process(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}", self.host.child.id().unwrap()))
    }

    async fn holdings(&self) -> Holdings {
        let sessions = self.sessions().await;
        let waits = |one: &Value| one["queue_length"] != 0;
        let in_use = sessions
            .iter()
            .filter(|one| waits(one) || one["in_use"] != Value::Null);
        let below = processes::below(&self.browsers());
        let count = |is: fn(&str) -> bool| below.iter().filter(|one| is(one)).count();
        Holdings {
            in_use: in_use.count(),
            sessions: sessions.len(),
            folders: std::fs::read_dir(self.browsers()).unwrap().count(),
            drivers: count(|one| one.contains("--log-path=")),
            browsers: count(|one| {
                one.contains("--user-data-dir=")
                    && !one.contains("--type=")
                    && !one.contains("crashpad")
            }),
            zombies: processes::zombies_of(self.host.child.id().unwrap()).len(),
            files: std::fs::read_dir(self.process().join("fd"))
                .unwrap()
                .count(),
        }
    }

    /// The host's resident memory, browsers left out.
    fn resident(&self) -> i64 {
        processes::resident(&self.process())
    }
}

/// Where each session is.
fn states(sessions: &[Value]) -> Vec<&Value> {
    sessions.iter().map(|session| &session["state"]).collect()
}

fn client() -> Client {
    Client::builder().timeout(PATIENCE).build().unwrap()
}

/// Whether they differ in nothing but open files, of which there may be less.
fn is_same(one: &Holdings, other: &Holdings) -> bool {
    let files = other.files;
    Holdings {
        files,
        ..one.clone()
    } == *other
}

#[expect(clippy::cast_precision_loss, reason = "shown only")]
fn mb(bytes: i64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
