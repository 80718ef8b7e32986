//! A real headless Chromium, driven through chromedriver over plain HTTP.
//!
//! Owns: the driver, its Chromium and a folder for both.
//! Ends: with `drop`, also of a test that fails: the process group is killed.
//! Never: waits for a time; it waits for a condition, up to `PATIENCE`.

#![allow(dead_code, reason = "each test file uses its own part of the browser")]

pub(crate) mod walk;

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use gantry_portal::{Account, Portal};
use reqwest::Method;
use serde_json::{Value, json};

/// Far beyond what one step needs, even on a machine with forty jobs for two cores.
const PATIENCE: Duration = Duration::from_secs(90);
/// Two drivers that start at once may want the same port.
const STARTS_MAX: usize = 5;
const POLL: Duration = Duration::from_millis(20);

/// The key of an element's id in WebDriver's answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const ESCAPE: &str = "\u{e00c}";

pub(crate) struct Chromium {
    driver: Child,
    folder: PathBuf,
    client: reqwest::Client,
    session: String,
}

impl Chromium {
    pub(crate) async fn start() -> Self {
        let folder =
            std::env::temp_dir().join(format!("gantry-portal-test-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (driver, base) = (0..STARTS_MAX)
            .find_map(|_| start_driver(&folder))
            .expect("chromedriver starts");
        let mut browser = Self {
            driver,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            session: format!("{base}/session"),
            folder,
        };
        let told = browser
            .call(Method::POST, "", browser.wishes())
            .await
            .unwrap();
        let id = told["sessionId"].as_str().unwrap();
        browser.session = format!("{base}/session/{id}");
        browser
    }

    fn wishes(&self) -> Value {
        let profile = self.folder.join("profile").display().to_string();
        let downloads = self.folder.join("downloads").display().to_string();
        json!({ "capabilities": { "alwaysMatch": {
            "unhandledPromptBehavior": "ignore",
            "timeouts": { "script": 90_000, "pageLoad": 90_000, "implicit": 0 },
            "goog:chromeOptions": {
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900",
                    "--disable-dev-shm-usage", "--no-first-run",
                    format!("--user-data-dir={profile}"),
                ],
                "prefs": { "download.default_directory": downloads },
            },
        } } })
    }

    /// Where its downloads go.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.folder.join("downloads")
    }

    /// One WebDriver command. An error is WebDriver's word for it.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<Value, String> {
        let mut request = self
            .client
            .request(method.clone(), format!("{}{path}", self.session));
        if method == Method::POST {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let mut told: Value = answer.json().await.unwrap();
        let value = told["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", value["message"])),
            None => Ok(value),
        }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.call(Method::POST, path, body).await.unwrap()
    }

    async fn ask(&self, path: &str) -> Value {
        self.call(Method::GET, path, Value::Null).await.unwrap()
    }

    pub(crate) async fn goto(&self, url: &str) {
        self.post("/url", json!({ "url": url })).await;
    }

    pub(crate) async fn path(&self) -> String {
        let url = self.ask("/url").await;
        let url = reqwest::Url::parse(url.as_str().unwrap()).unwrap();
        url.path().to_owned()
    }

    /// What an expression is in the page.
    pub(crate) async fn eval(&self, expression: &str) -> Value {
        self.try_eval(expression).await.unwrap()
    }

    pub(crate) async fn try_eval(&self, expression: &str) -> Result<Value, String> {
        let body = json!({ "script": format!("return {expression};"), "args": [] });
        self.call(Method::POST, "/execute/sync", body).await
    }

    /// Waits until an expression is true in the page.
    pub(crate) async fn until(&self, expression: &str) {
        let start = Instant::now();
        loop {
            // A page on its way out answers with an error: that is not yet the condition.
            let now = self.try_eval(expression).await;
            if now == Ok(Value::Bool(true)) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "never `{expression}`: {now:?}");
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until there are as many windows.
    pub(crate) async fn until_windows(&self, count: usize) -> Vec<String> {
        let start = Instant::now();
        loop {
            let handles: Vec<String> =
                serde_json::from_value(self.ask("/window/handles").await).unwrap();
            if handles.len() == count {
                return handles;
            }
            assert!(start.elapsed() < PATIENCE, "{} windows", handles.len());
            tokio::time::sleep(POLL).await;
        }
    }

    pub(crate) async fn switch_to(&self, window: &str) {
        self.post("/window", json!({ "handle": window })).await;
    }

    /// Waits for a dialog of the browser and returns its text.
    pub(crate) async fn dialog(&self) -> String {
        let start = Instant::now();
        loop {
            match self.call(Method::GET, "/alert/text", Value::Null).await {
                Ok(text) => return text.as_str().unwrap_or_default().to_owned(),
                Err(error) => assert!(start.elapsed() < PATIENCE, "no dialog: {error}"),
            }
            tokio::time::sleep(POLL).await;
        }
    }

    pub(crate) async fn dismiss(&self) {
        self.post("/alert/dismiss", json!({})).await;
    }

    pub(crate) async fn accept(&self) {
        self.post("/alert/accept", json!({})).await;
    }

    async fn find(&self, selector: &str) -> Result<String, String> {
        let using = if selector.starts_with("//") {
            "xpath"
        } else {
            "css selector"
        };
        let body = json!({ "using": using, "value": selector });
        let found = self.call(Method::POST, "/element", body).await?;
        Ok(found[ELEMENT].as_str().unwrap().to_owned())
    }

    /// Clicks as a person does, once it is there and can be reached. A selector that starts
    /// with `//` is an `XPath`.
    pub(crate) async fn click(&self, selector: &str) {
        let start = Instant::now();
        while let Err(error) = self.try_click(selector).await {
            assert!(
                start.elapsed() < PATIENCE,
                "no click on `{selector}`: {error}"
            );
            tokio::time::sleep(POLL).await;
        }
    }

    /// One attempt of the same.
    pub(crate) async fn try_click(&self, selector: &str) -> Result<(), String> {
        let id = self.find(selector).await?;
        let path = format!("/element/{id}/click");
        self.call(Method::POST, &path, json!({})).await?;
        Ok(())
    }

    /// Types into an element that is there.
    pub(crate) async fn type_into(&self, selector: &str, text: &str) {
        self.until(&format!("document.querySelector({selector:?}) !== null"))
            .await;
        let id = self.find(selector).await.unwrap();
        self.post(&format!("/element/{id}/value"), json!({ "text": text }))
            .await;
    }

    /// Presses a key wherever the focus is.
    pub(crate) async fn press(&self, key: &str) {
        let steps = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        let keys = json!({ "type": "key", "id": "keys", "actions": steps });
        self.post("/actions", json!({ "actions": [keys] })).await;
    }

    /// Opens a page of the portal and signs in on the way.
    pub(crate) async fn sign_in(&self, portal: &Portal, url: &str) {
        let Account { username, password } = &portal.accounts()[0];
        self.goto(url).await;
        self.type_into("input[name=Username]", username).await;
        self.type_into("input[name=Password]", password).await;
        self.click("button[type=submit]").await;
        let path = reqwest::Url::parse(url).unwrap().path().to_owned();
        self.until(&format!("location.pathname === {path:?}")).await;
    }
}

/// Waits until something is so at the portal.
pub(crate) async fn until(is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "it never came to be so");
        tokio::time::sleep(POLL).await;
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // The group: Chromium is the driver's child and would outlive it.
        let group = format!("-{}", self.driver.id());
        let killed = Command::new("kill").args(["-KILL", "--", &group]).status();
        let waited = self.driver.wait();
        let removed = std::fs::remove_dir_all(&self.folder);
        if !std::thread::panicking() {
            assert!(killed.unwrap().success());
            waited.unwrap();
            // A process that has just been killed may still be writing there.
            removed.unwrap_or_default();
        }
    }
}

/// Starts a driver at a free port; `None` when it found none that is free for IPv4 and IPv6.
fn start_driver(folder: &Path) -> Option<(Child, String)> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .env("TMPDIR", folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    // It says on its first lines where it listens.
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    for line in lines {
        let line = line.unwrap();
        if let Some((_, rest)) = line.split_once("successfully on port ") {
            let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
            return Some((driver, format!("http://127.0.0.1:{port}")));
        }
    }
    driver.wait().unwrap();
    None
}
