//! `gantry doctor`, the real program: on an installation in order, and on one where a single thing is broken.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use gantry::config::schema::{Account, Config};
use gantry_portal::{Portal, PortalConfig};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::killed::{Binary, binary};
use crate::office::{config, plugins};
use crate::processes;

/// Compiling all plugins takes a while where others build.
const PATIENCE: Duration = Duration::from_mins(8);

/// An installation: a portal, and a host's configuration over it.
struct Installation {
    portal: Option<Portal>,
    folder: TempDir,
    config: Config,
}

/// What the doctor said.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    text: String,
    told: Value,
}

impl Said {
    fn levels(&self, level: &str) -> Vec<&str> {
        let checks = self.told["checks"].as_array().unwrap().iter();
        let of_level = checks.filter(|check| check["level"] == level);
        of_level
            .map(|check| check["name"].as_str().unwrap())
            .collect()
    }

    fn check(&self, name: &str) -> &Value {
        let mut checks = self.told["checks"].as_array().unwrap().iter();
        checks.find(|check| check["name"] == name).unwrap()
    }

    /// That just these checks fail, each with what to do, and that the exit code says so.
    #[track_caller]
    fn assert_fails(&self, names: &[&str]) {
        assert_eq!(self.levels("fail"), names, "{:#}", self.told);
        assert_eq!(self.code, Some(1));
        assert_eq!(self.told["ok"], false);
        for name in names {
            let advice = self.check(name)["advice"].as_str();
            assert!(advice.is_some_and(|it| it.len() > 10), "{name}: {advice:?}");
        }
    }
}

impl Installation {
    async fn open() -> Self {
        let portal = Portal::start(PortalConfig::quick()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(&portal, folder.path());
        let data = &config.storage.dir;
        std::fs::set_permissions(data, std::fs::Permissions::from_mode(0o700)).unwrap();
        config.storage.quota_mb = 1;
        // Two are enough: each is compiled anew.
        config.plugins.dir = folder.path().join("plugins");
        config.plugins.settings.clear();
        std::fs::create_dir(&config.plugins.dir).unwrap();
        for file in ["session.wasm", "get-containers.wasm"] {
            std::fs::copy(plugins().join(file), config.plugins.dir.join(file)).unwrap();
        }
        let password_file = folder.path().join("office.password");
        std::fs::write(&password_file, "a password that nobody prints\n").unwrap();
        std::fs::set_permissions(&password_file, std::fs::Permissions::from_mode(0o600)).unwrap();
        let account = Account {
            username: "somebody".to_owned(),
            password_file,
        };
        config.accounts.insert("office".to_owned(), account);
        Self {
            portal: Some(portal),
            folder,
            config,
        }
    }

    fn file(&self) -> PathBuf {
        let file = self.folder.path().join("gantry.toml");
        std::fs::write(&file, toml::to_string(&self.config).unwrap()).unwrap();
        file
    }

    /// Asks the doctor. Nothing is left of it, and it prints no password.
    async fn examine(&self) -> Said {
        let said = examine(&self.file(), self.folder.path()).await;
        assert_eq!(processes::below(self.folder.path()), Vec::<String>::new());
        assert!(!said.text.contains("that nobody prints"), "{}", said.text);
        said
    }
}

async fn doctor(file: &Path, temporary: &Path, json: bool) -> (Option<i32>, String, String) {
    let mut command = Command::new(binary());
    command.args(["doctor", "--config"]).arg(file);
    if json {
        command.arg("--json");
    }
    // What it starts has its folders here, and can be found by them.
    let scratch = temporary.join("tmp");
    std::fs::create_dir_all(&scratch).unwrap();
    command.env("TMPDIR", &scratch);
    let done = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let done = tokio::time::timeout(PATIENCE, done).await.unwrap().unwrap();
    let left = std::fs::read_dir(&scratch).unwrap();
    assert_eq!(left.count(), 0, "temporary files are left");
    (
        done.status.code(),
        String::from_utf8(done.stdout).unwrap(),
        String::from_utf8_lossy(&done.stderr).into_owned(),
    )
}

async fn examine(file: &Path, temporary: &Path) -> Said {
    let (code, out, log) = doctor(file, temporary, true).await;
    let told: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}\n{log}"));
    Said {
        code,
        text: out + &log,
        told,
    }
}

/// A program that says this version, and does nothing else.
fn program(folder: &Path, name: &str, version: &str) -> PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, format!("#!/bin/sh\necho '{version}'\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    file
}

#[tokio::test]
async fn an_installation_in_order_is_all_well_beside_a_host_that_runs_too() {
    let installation = Installation::open().await;
    let said = installation.examine().await;
    assert_eq!(said.levels("fail"), Vec::<&str>::new(), "{:#}", said.told);
    assert_eq!(said.code, Some(0), "{}", said.text);
    // Tests run as root in containers, where Chromium refuses its sandbox; what a machine has of memory and files is its own.
    let of_machine = [
        "sandbox",
        "temporary-files",
        "memory",
        "open-files",
        "storage.room",
    ];
    let warned = said.levels("warn");
    assert!(
        warned.iter().all(|name| of_machine.contains(name)),
        "{:#}",
        said.told
    );
    for name in [
        "configuration",
        "storage",
        "database",
        "tokens",
        "listen",
        "account.office",
        "plugin.session",
    ] {
        assert_eq!(said.check(name)["level"], "ok", "{name}");
    }
    for name in [
        "plugins",
        "chromium",
        "chromedriver",
        "versions",
        "browser",
        "portal.wizard",
        "clock",
    ] {
        assert_eq!(said.check(name)["level"], "ok", "{name}");
    }

    let file = installation.file();
    let host = Binary::start(&file).await;
    let (code, out, log) = doctor(&file, installation.folder.path(), false).await;
    assert_eq!(code, Some(0), "{out}{log}");
    // One line a check.
    for line in out.lines() {
        let level = line.split_whitespace().next().unwrap();
        assert!(["ok", "warn"].contains(&level), "{line}");
        assert_eq!(level == "warn", line.contains(" → "), "{line}");
    }
    assert!(out.contains("a host runs on it"), "{out}");
    assert_eq!(host.stop().await, Some(0), "the host was left alone");
}

#[tokio::test]
async fn a_configuration_that_cannot_be_read_fails_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gantry.toml");
    std::fs::write(&file, "[pool]\nmax_session = 3\n").unwrap();
    let said = examine(&file, folder.path()).await;
    said.assert_fails(&["configuration"]);
    assert!(said.text.contains("max_session"), "{}", said.text);
}

#[tokio::test]
async fn each_broken_thing_is_named_with_what_to_do() {
    let mut installation = Installation::open().await;
    let good = installation.config.clone();
    let folder = installation.folder.path().to_owned();

    installation.config.browser.chromium = folder.join("no-chromium");
    installation.examine().await.assert_fails(&["chromium"]);

    installation.config = good.clone();
    installation.config.browser.chromedriver =
        program(&folder, "driver", "ChromeDriver 99.0.1 (x)");
    let said = installation.examine().await;
    said.assert_fails(&["versions"]);
    let detail = said.check("versions")["detail"].as_str().unwrap();
    assert!(detail.contains("ChromeDriver is 99"), "{detail}");

    installation.config = good.clone();
    // It says the right version, and is no driver.
    let version = said.check("chromium")["detail"].as_str().unwrap();
    let version = version.split_once(": ").unwrap().1;
    let as_driver = version.replace("Chromium", "ChromeDriver");
    installation.config.browser.chromedriver = program(&folder, "driver", &as_driver);
    installation.examine().await.assert_fails(&["browser"]);

    installation.config = good.clone();
    // Not even root can write there.
    installation.config.storage.dir = PathBuf::from("/proc/sys");
    let said = installation.examine().await;
    said.assert_fails(&["storage"]);

    installation.config = good.clone();
    let office = installation.config.accounts.get_mut("office").unwrap();
    office.password_file = folder.join("no-password");
    installation
        .examine()
        .await
        .assert_fails(&["account.office"]);

    installation.config = good.clone();
    std::fs::write(folder.join("plugins/broken.wasm"), "no component").unwrap();
    installation
        .examine()
        .await
        .assert_fails(&["plugin.broken"]);
    std::fs::remove_file(folder.join("plugins/broken.wasm")).unwrap();

    std::fs::remove_file(folder.join("plugins/session.wasm")).unwrap();
    installation.examine().await.assert_fails(&["plugins"]);
    let session = plugins().join("session.wasm");
    std::fs::copy(session, folder.join("plugins/session.wasm")).unwrap();

    // What nobody granted anything is told; what has a table of its own is meant to be served.
    let booking = folder.join("plugins/make-appointment.wasm");
    std::fs::copy(plugins().join("make-appointment.wasm"), &booking).unwrap();
    let said = installation.examine().await;
    assert_eq!(said.code, Some(0), "{:#}", said.told);
    assert!(said.levels("warn").contains(&"plugin.make-appointment"));
    let settings = &mut installation.config.plugins.settings;
    settings.entry("make-appointment".to_owned()).or_default();
    let said = installation.examine().await;
    said.assert_fails(&["plugin.make-appointment"]);
    std::fs::remove_file(booking).unwrap();

    installation.config = good.clone();
    installation.config.server.listen = "0.0.0.0:0".parse().unwrap();
    let said = installation.examine().await;
    said.assert_fails(&["tokens"]);
    let advice = said.check("tokens")["advice"].as_str().unwrap();
    assert!(advice.contains("gantry token new"), "{advice}");

    installation.config = good.clone();
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    installation.config.server.listen = other.local_addr().unwrap();
    installation.examine().await.assert_fails(&["listen"]);

    installation.config = good.clone();
    std::fs::write(good.storage.dir.join("gantry.db"), vec![7; 8192]).unwrap();
    installation.examine().await.assert_fails(&["database"]);
    std::fs::remove_file(good.storage.dir.join("gantry.db")).unwrap();

    installation.config = good;
    drop(installation.portal.take());
    let said = installation.examine().await;
    said.assert_fails(&[
        "portal.account",
        "portal.containers",
        "portal.wizard",
        "portal.appointments",
    ]);
}
