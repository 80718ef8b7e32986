//! Somebody with a browser of their own, who opens the dashboard.
//!
//! Owns: a driver and its Chromium, with a folder for what is saved. Ends: with `leaves`, which looks at what the browser
//! complained of, or dropped: killed.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, Locator as At};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use crate::driver::{Driver, connect};
use crate::office::Office;
use crate::pace::paced;

const PATIENCE: Duration = Duration::from_mins(1);

/// The narrowest screen that is served.
pub(crate) const NARROW: u32 = 360;

pub(crate) struct Visitor {
    pub(crate) client: Client,
    url: String,
    saved: TempDir,
    _driver: Driver,
}

/// A command that the client library does not have.
#[derive(Debug)]
struct Post(&'static str, Value);

impl WebDriverCompatibleCommand for Post {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.0
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.1.to_string()))
    }
}

impl Visitor {
    /// Opens the dashboard of an office.
    pub(crate) async fn of(office: &Office) -> Self {
        let saved = tempfile::tempdir().unwrap();
        let driver = Driver::start(saved.path()).await;
        let downloads = saved.path().join("downloads");
        let mut switches = vec![
            "--headless=new".to_owned(),
            "--window-size=1280,900".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
        ];
        if nix::unistd::geteuid().is_root() {
            switches.push("--no-sandbox".to_owned());
        }
        let wanted = json!({
            "goog:chromeOptions": {
                "args": switches,
                "prefs": {
                    "download.default_directory": downloads,
                    "download.prompt_for_download": false,
                    // Else the first download is held back until it is looked up.
                    "safebrowsing.enabled": false,
                },
            },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(wanted) = wanted else {
            unreachable!("the literal above is an object")
        };
        let client = connect(&driver.address, wanted).await;
        let visitor = Self {
            client,
            url: office.url.clone(),
            saved,
            _driver: driver,
        };
        visitor.goes("/").await;
        visitor
    }

    pub(crate) async fn goes(&self, path: &str) {
        let url = format!("{}{path}", self.url);
        self.client.goto(&url).await.unwrap();
    }

    /// What a script says.
    pub(crate) async fn says(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Waits until a script says yes.
    pub(crate) async fn until(&self, what: &str, script: &str) {
        let deadline = Instant::now() + paced(PATIENCE);
        while self.says(script).await != json!(true) {
            if Instant::now() > deadline {
                let shown = self.says("return document.body.innerText").await;
                panic!("{what}: not in time; shown is {shown}");
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Waits until an element is to be seen.
    pub(crate) async fn sees(&self, what: &str) {
        let script = format!(
            "return [...document.querySelectorAll({})].some((one) => one.checkVisibility())",
            json!(what)
        );
        self.until(what, &script).await;
    }

    pub(crate) async fn clicks(&self, what: &str) {
        self.sees(what).await;
        let deadline = Instant::now() + paced(PATIENCE);
        // What is shown may be shown anew between being found and being clicked.
        loop {
            let element = self.client.find(At::Css(what)).await.unwrap();
            match element.click().await {
                Ok(()) => return,
                Err(error) if error.is_stale_element_reference() && Instant::now() < deadline => {}
                Err(error) => panic!("{what}: {error}"),
            }
        }
    }

    pub(crate) async fn types(&self, what: &str, text: &str) {
        self.sees(what).await;
        let element = self.client.find(At::Css(what)).await.unwrap();
        element.send_keys(text).await.unwrap();
    }

    /// The keys that were pressed go to whatever has the focus.
    pub(crate) async fn presses(&self, keys: &str) {
        let focused = self.client.active_element().await.unwrap();
        focused.send_keys(keys).await.unwrap();
    }

    /// Makes the window so wide, as on a telephone or at a desk.
    pub(crate) async fn has_width(&self, width: u32, height: u32) {
        let metrics = json!({
            "cmd": "Emulation.setDeviceMetricsOverride",
            "params": { "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false },
        });
        let command = Post("goog/cdp/execute", metrics);
        self.client.issue_cmd(command).await.unwrap();
    }

    /// What is shown fits the window; nobody has to scroll sideways.
    pub(crate) async fn fits(&self, what: &str) {
        let sizes = self
            .says("return [document.documentElement.scrollWidth, window.innerWidth]")
            .await;
        let [needed, there] = [&sizes[0], &sizes[1]].map(|size| size.as_u64().unwrap());
        assert!(needed <= there, "{what} needs {needed} of {there}");
    }

    /// A file that is being saved, once it is whole.
    pub(crate) async fn saves(&self, ending: &str, bytes: usize) -> Vec<u8> {
        let folder = self.saved.path().join("downloads");
        let deadline = Instant::now() + paced(PATIENCE);
        loop {
            let found = with_ending(&folder, ending);
            if let Some(content) = found.and_then(|file| std::fs::read(file).ok())
                && content.len() == bytes
            {
                return content;
            }
            assert!(
                Instant::now() < deadline,
                "no {ending} in {}",
                folder.display()
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Keeps a picture of what is shown, if pictures are asked for: `GANTRY_SCREENSHOTS` says where, relative to the
    /// repository.
    pub(crate) async fn is_pictured(&self, name: &str) {
        let Some(folder) = std::env::var_os("GANTRY_SCREENSHOTS") else {
            return;
        };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let folder = root.join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let png = self.client.screenshot().await.unwrap();
        std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
    }

    /// Leaves. The browser had nothing to complain of but answers of the host that were asked for here.
    pub(crate) async fn leaves(self) {
        let log = Post("se/log", json!({ "type": "browser" }));
        let log = self.client.issue_cmd(log).await.unwrap();
        for entry in log.as_array().unwrap() {
            let text = entry["message"].as_str().unwrap();
            // An answer that is a refusal is no fault of the page; a policy that was broken is.
            let is_answer = entry["source"] == "network" && text.contains("status of");
            assert!(is_answer || entry["level"] == "INFO", "{entry:#}");
        }
        let foreign = self.says(
            "return performance.getEntriesByType('resource').map((one) => one.name)
                .filter((name) => !name.startsWith(location.origin) && !name.startsWith('blob:') && !name.startsWith('data:'))",
        );
        assert_eq!(foreign.await, json!([]));
        self.client.close().await.unwrap();
    }
}

fn with_ending(folder: &Path, ending: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    let mut files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    files.find(|file| file.to_string_lossy().ends_with(ending))
}
