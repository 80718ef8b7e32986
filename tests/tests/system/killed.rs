//! A host that is killed in the middle of a run, and started again.

use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use gantry_portal::{Latencies, Portal, PortalConfig};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::office::{by, config, target, until_async};
use crate::pace::paced;
use crate::processes;
use crate::remains::{self, Kept};

/// The real binary, with what it listens on. What it leaves below its configuration's folder may have no password in it.
pub(crate) struct Binary {
    pub(crate) child: Child,
    pub(crate) url: String,
    storage: PathBuf,
}

impl Drop for Binary {
    fn drop(&mut self) {
        remains::no_password(&self.storage);
    }
}

impl Binary {
    pub(crate) async fn start(config: &Path) -> Self {
        Self::start_with(config, Stdio::null()).await
    }

    /// Asks it to stop, and gives its exit code.
    pub(crate) async fn stop(mut self) -> Option<i32> {
        let pid = nix::unistd::Pid::from_raw(i32::try_from(self.child.id().unwrap()).unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await;
        ended.unwrap().unwrap().code()
    }

    pub(crate) async fn start_with(config: &Path, stdin: Stdio) -> Self {
        let (log, writer) = std::io::pipe().unwrap();
        std::thread::spawn(move || {
            for line in std::io::BufReader::new(log).lines() {
                let line = line.unwrap();
                eprintln!("{line}");
                writeln!(Kept, "{line}").unwrap();
            }
        });
        Self::start_logging(config, stdin, writer.into()).await
    }

    pub(crate) async fn start_logging(config: &Path, stdin: Stdio, log: Stdio) -> Self {
        let mut child = Command::new(binary())
            .args(["serve", "--config"])
            .arg(config)
            .stdin(stdin)
            .stderr(log)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = tokio::time::timeout(Duration::from_mins(1), lines.next_line());
        let line = ready.await.unwrap().unwrap().unwrap();
        let url = line.split_once("listens on ").unwrap().1.to_owned();
        let storage = config.parent().unwrap().join("data");
        Self {
            child,
            url,
            storage,
        }
    }
}

/// A portal, a folder, and in it the configuration of a host over that portal.
pub(crate) async fn scene(latencies: Latencies) -> (Portal, TempDir, PathBuf) {
    let config_of_portal = PortalConfig {
        latencies,
        ..PortalConfig::quick()
    };
    let portal = Portal::start(config_of_portal).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gantry.toml");
    let settings = config(&portal, folder.path());
    std::fs::write(&file, toml::to_string(&settings).unwrap()).unwrap();
    (portal, folder, file)
}

pub(crate) fn binary() -> PathBuf {
    let profile = std::env::current_exe().unwrap();
    let folder = profile.ancestors().nth(2).unwrap();
    assert!(folder.starts_with(target()));
    folder.join("gantry")
}

/// Where the browsers in these folders have their temporary files.
fn temporary_folders(browsers: &Path) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(browsers).unwrap();
    folders
        .map(|folder| std::fs::read_link(folder.unwrap().path().join("tmp")).unwrap())
        .collect()
}

/// A Chromium that is none of ours, as somebody else on the machine would run one.
struct Foreign(std::process::Child);

impl Drop for Foreign {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn foreign_chromium(folder: &Path) -> Foreign {
    let child = std::process::Command::new("chromium")
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .arg(format!("--user-data-dir={}", folder.display()))
        .arg("--remote-debugging-port=0")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Foreign(child)
}

#[tokio::test]
async fn a_killed_host_leaves_nothing_after_its_next_start_and_a_foreign_chromium_lives() {
    let (portal, folder, file) = scene(Latencies {
        batch_ms: 2_000,
        ..Latencies::none()
    })
    .await;
    let foreign_folder = tempfile::tempdir().unwrap();
    let foreign = foreign_chromium(foreign_folder.path());

    let mut host = Binary::start(&file).await;
    let client = reqwest::Client::new();
    let request = client
        .post(format!("{}/v1/operations/get-containers", host.url))
        .json(&by(&portal.accounts()[0], &json!({})));
    let run = tokio::spawn(request.send());
    let scrolled = async || portal.requests().iter().any(|entry| entry.batch == Some(2));
    until_async("the run is in its middle", scrolled).await;
    host.child.kill().await.unwrap();
    assert!(
        run.await.unwrap().is_err(),
        "the caller saw the connection end"
    );
    let browsers = folder.path().join("data/browsers");
    assert!(
        !processes::below(&browsers).is_empty(),
        "the dead host left its browser"
    );

    let temporary = temporary_folders(&browsers);
    assert!(!temporary.is_empty() && temporary.iter().all(|folder| folder.is_dir()));

    let restarted = Instant::now();
    let host = Binary::start(&file).await;
    assert!(temporary.iter().all(|folder| !folder.exists()));
    assert!(
        restarted.elapsed() < paced(Duration::from_secs(10)),
        "{:?}",
        restarted.elapsed()
    );
    // Its session is opened again, found signed out, since Chromium had not written its cookies yet, and forgotten.
    let gone = async || {
        let folders = std::fs::read_dir(&browsers).unwrap().count();
        folders == 0 && processes::below(&folder.path().join("data")).is_empty()
    };
    until_async("no browser of the dead host is left", gone).await;
    assert!(processes::runs(foreign.0.id()));

    // And it serves.
    let live = client
        .get(format!("{}/readyz", host.url))
        .send()
        .await
        .unwrap();
    assert_eq!(live.status().as_u16(), 200);
}

#[tokio::test]
async fn a_host_that_is_asked_to_stop_closes_its_browsers_and_ends_with_0() {
    let (portal, folder, file) = scene(Latencies::none()).await;
    let host = Binary::start(&file).await;
    let body = by(&portal.accounts()[0], &json!({ "target_count": 1 }));
    let client = reqwest::Client::new();
    let list = client
        .post(format!("{}/v1/operations/get-containers", host.url))
        .json(&body);
    assert_eq!(list.send().await.unwrap().status().as_u16(), 200);
    assert_eq!(host.stop().await, Some(0));
    assert_eq!(processes::below(folder.path()), Vec::<String>::new());
    assert_eq!(
        std::fs::read_dir(folder.path().join("data/browsers"))
            .unwrap()
            .count(),
        0
    );
}

#[tokio::test]
async fn two_hosts_never_share_a_storage_folder() {
    let (_portal, _folder, file) = scene(Latencies::none()).await;
    let _first = Binary::start(&file).await;
    let second = Command::new(binary())
        .args(["serve", "--config"])
        .arg(&file)
        .output();
    let second = tokio::time::timeout(Duration::from_secs(30), second)
        .await
        .unwrap()
        .unwrap();
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("another host uses"), "{said}");
}
