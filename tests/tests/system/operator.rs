//! A person completes a sign-in: in the live page, with a browser of their own, or in the session's own window.

use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder, Locator as At};
use gantry::browser::launch::{Afterwards, Browser, Launched};
use gantry::browser::live::Gesture;
use gantry::browser::page::{Condition, Locator, Page};
use gantry_portal::{Challenge, OpenChallenge, Portal, PortalConfig};
use reqwest::Response;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::browser::browser_at;
use crate::office::{Office, by, origins, until_async};

const PATIENCE: Duration = Duration::from_secs(30);
const LIST: &str = "/v1/operations/get-containers";

fn asks_for_a_person() -> PortalConfig {
    PortalConfig {
        challenge: Challenge::Operator,
        ..PortalConfig::quick()
    }
}

/// An office whose one session awaits a person; with the answer of the request that found that out.
struct Waiting {
    office: Office,
    session: String,
    live: String,
}

impl Waiting {
    async fn over(portal: PortalConfig) -> Self {
        let office = Office::open(portal, |_| {}).await;
        let refused = office.post(LIST, request(&office)).await;
        assert_eq!(refused.problem(), (409, "operator-needed"));
        let session = refused.body["session_id"].as_str().unwrap().to_owned();
        let live = refused.body["live_url"].as_str().unwrap().to_owned();
        assert_eq!(live, format!("/v1/sessions/{session}/live"));
        Self {
            office,
            session,
            live,
        }
    }

    async fn shown(&self) -> Value {
        let path = format!("/v1/sessions/{}", self.session);
        self.office.get(&path).await.ok()
    }

    async fn state(&self) -> String {
        self.shown().await["state"].as_str().unwrap().to_owned()
    }

    async fn tell(&self, what: &str, body: Value) -> u16 {
        let path = format!("{}/{what}", self.live);
        self.office.post(&path, body).await.status.as_u16()
    }

    async fn events(&self) -> Events {
        let url = format!("{}{}/events", self.office.url, self.live);
        let response = self.office.client.get(url).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events {
            response,
            read: String::new(),
        }
    }

    /// What was asked for at first runs now, without a further password.
    async fn goes_on(&self) {
        let attempts = self.office.portal.attempts().len();
        let listed = self.office.post(LIST, request(&self.office)).await.ok();
        assert_eq!(listed["session_id"], self.session.as_str());
        assert_eq!(self.office.portal.attempts().len(), attempts);
        assert_eq!(attempts, 1, "the person's own");
    }
}

fn request(office: &Office) -> Value {
    by(&office.account(0), &json!({ "target_count": 1 }))
}

/// The stream of a live view.
struct Events {
    response: Response,
    read: String,
}

impl Events {
    /// The next event.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let line = |name: &str| {
                    let lines = event.lines();
                    let mut lines = lines.filter_map(|line| line.strip_prefix(name));
                    lines.next().map(|text| text.trim().to_owned())
                };
                let told = (line("event:"), line("data:"));
                self.read = String::from(rest);
                if let (Some(name), Some(data)) = told {
                    return Some((name, serde_json::from_str(&data).unwrap()));
                }
                continue;
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk());
            let chunk = chunk.await.unwrap().unwrap()?;
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn until(&mut self, wanted: &str) -> Value {
        while let Some((name, data)) = self.next().await {
            if name == wanted {
                return data;
            }
        }
        panic!("the stream ended without `{wanted}`")
    }
}

/// Somebody with a browser of their own.
struct Person {
    page: Box<dyn Page>,
    browser: Box<dyn Browser>,
    _folder: tempfile::TempDir,
}

/// Where in the portal's login page something is, in CSS pixels of it.
type Place = (f64, f64);

fn css(selector: &str) -> Locator {
    Locator::Css(selector.to_owned())
}

impl Person {
    /// Their browser knows two sites: the portal's login page, and the host.
    async fn with_browser(office: &Office) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut sites = origins(&office.portal);
        sites.containers = office.url.parse().unwrap();
        let Launched { page, browser, .. } = browser_at(&sites, folder.path()).await;
        Self {
            page,
            browser,
            _folder: folder,
        }
    }

    async fn says(&mut self, what: &str) -> Value {
        let script = format!("return {what};");
        self.page.evaluate(&script, Vec::new()).await.unwrap()
    }

    async fn sees(&mut self, what: &str) {
        let wait = [Condition::Visible { what: css(what) }];
        let seen = self.page.wait(&wait, PATIENCE).await;
        let notice = self.says("document.getElementById('notice')?.textContent");
        assert_eq!(seen, Ok(0), "{what}: {}", notice.await);
    }

    async fn centre(&mut self, element: &str) -> Place {
        let centre = format!(
            "(() => {{ const box = ({element}).getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        );
        serde_json::from_value(self.says(&centre).await).unwrap()
    }

    /// Learns, at a login page of their own, where its buttons are: that of the choice with this number, and
    /// LOGIN once the challenge is met.
    async fn knows_the_form(&mut self, portal: &Portal, choice: usize) -> (Place, Place) {
        let known: Vec<String> = portal
            .challenges()
            .into_iter()
            .map(|open| open.id)
            .collect();
        self.page.goto("account", "/Account/Login").await.unwrap();
        self.sees(".challenge-choice").await;
        let choice_at = self
            .centre(&format!(
                "document.querySelectorAll('.challenge-choice')[{choice}]"
            ))
            .await;
        let own = |open: &OpenChallenge| !known.contains(&open.id);
        let own = portal.challenges().into_iter().find(own).unwrap();
        let answer = Locator::Text(own.answer);
        let answer = self.page.find(None, &answer).await.unwrap();
        self.page.click(&answer).await.unwrap();
        self.sees(".challenge-met").await;
        let login_at = self.centre("document.querySelector('[type=submit]')").await;
        (choice_at, login_at)
    }

    async fn opens(&mut self, live: &str) {
        self.page.goto("containers", live).await.unwrap();
        self.sees("#picture").await;
        let width = "document.getElementById('picture').naturalWidth";
        let mut drawn = self.says(width).await;
        while drawn == 0 {
            drawn = self.says(width).await;
        }
    }

    /// Clicks in the live picture, where this place of the portal's page is shown.
    async fn clicks_in_the_picture(&mut self, (x, y): Place) {
        let at = format!(
            "(() => {{ const shown = document.getElementById('picture'); \
             const box = shown.getBoundingClientRect(); \
             const scale = box.width / shown.naturalWidth; \
             return [box.x + {x} * scale, box.y + {y} * scale]; }})()"
        );
        let (x, y): Place = serde_json::from_value(self.says(&at).await).unwrap();
        let click = Gesture::Click { x, y };
        self.page.gesture(&click).await.unwrap();
    }

    async fn clicks(&mut self, button: &str) {
        let button = self.page.find(None, &css(button)).await.unwrap();
        self.page.click(&button).await.unwrap();
    }

    async fn sees_the_end(&mut self) -> Value {
        self.sees("body[data-ended]").await;
        self.says("document.body.dataset.ended").await
    }

    /// Answers the challenge of the session through its live page, and waits until the portal takes it.
    async fn answers(&mut self, portal: &Portal, choice_at: Place) {
        self.clicks_in_the_picture(choice_at).await;
        let met = async || portal.challenges().iter().filter(|open| open.met).count() > 1;
        until_async("the challenge is met", met).await;
    }

    /// LOGIN moves when the challenge goes: nobody clicks while the picture still changes.
    async fn sees_the_picture_at_rest(&mut self) {
        const REST: Duration = Duration::from_millis(600);
        let source = "document.getElementById('picture').src";
        let mut seen = self.says(source).await;
        let mut since = Instant::now();
        while since.elapsed() < REST {
            let now = self.says(source).await;
            if now != seen {
                (seen, since) = (now, Instant::now());
            }
        }
    }

    async fn goes(self) {
        let afterwards = Afterwards::RemoveProfile;
        self.browser.close(Some(self.page), afterwards).await;
    }
}

/// Which of the choices of the session's challenge is right.
fn right_choice(portal: &Portal) -> usize {
    let [open] = &portal.challenges()[..] else {
        panic!("one login page is open");
    };
    let right = |choice: &String| *choice == open.answer;
    open.choices.iter().position(right).unwrap()
}

#[tokio::test]
async fn a_person_completes_a_sign_in_in_the_live_page_and_the_session_goes_on() {
    let waiting = Waiting::over(asks_for_a_person()).await;
    let portal = &waiting.office.portal;
    let shown = waiting.shown().await;
    assert_eq!(shown["live_url"], waiting.live.as_str());
    let choice = right_choice(portal);
    let mut person = Person::with_browser(&waiting.office).await;
    let (choice_at, login_at) = person.knows_the_form(portal, choice).await;

    person.opens(&waiting.live).await;
    assert_eq!(waiting.state().await, "leased");
    let asked = person.says("document.getElementById('reason').textContent");
    assert_eq!(asked.await, shown["operator_reason"]);
    person.answers(portal, choice_at).await;
    person.sees_the_picture_at_rest().await;
    let clicked = Instant::now();
    person.clicks_in_the_picture(login_at).await;
    assert_eq!(person.sees_the_end().await, "signed-in");
    println!("signed in and noticed in {:?}", clicked.elapsed());
    assert_eq!(waiting.state().await, "idle");
    waiting.goes_on().await;
    person.goes().await;
    waiting.office.close().await;
}

#[tokio::test]
async fn a_dialog_of_the_portal_is_answered_in_the_live_page() {
    let waiting = Waiting::over(PortalConfig {
        alert_on_submit: Some("Scheduled maintenance tonight".to_owned()),
        ..asks_for_a_person()
    })
    .await;
    let portal = &waiting.office.portal;
    let choice = right_choice(portal);
    let mut person = Person::with_browser(&waiting.office).await;
    let (choice_at, login_at) = person.knows_the_form(portal, choice).await;

    person.opens(&waiting.live).await;
    person.answers(portal, choice_at).await;
    person.sees_the_picture_at_rest().await;
    person.clicks_in_the_picture(login_at).await;
    person.sees("#dialog").await;
    let text = person.says("document.getElementById('dialog-text').textContent");
    assert_eq!(text.await, "Scheduled maintenance tonight");
    person.clicks("#dialog-yes").await;
    assert_eq!(person.sees_the_end().await, "signed-in");
    waiting.goes_on().await;
    person.goes().await;
    waiting.office.close().await;
}

#[tokio::test]
async fn a_person_who_gives_up_leaves_the_session_waiting_and_can_start_over() {
    let waiting = Waiting::over(asks_for_a_person()).await;
    let mut person = Person::with_browser(&waiting.office).await;
    person.opens(&waiting.live).await;
    person.clicks("#restart").await;
    // A fresh form has a challenge of its own.
    let fresh = async || waiting.office.portal.challenges().len() == 2;
    until_async("a fresh form", fresh).await;
    // Perhaps in the middle of the start: whatever is cut, a person is still needed.
    person.clicks("#leave").await;
    assert_eq!(person.sees_the_end().await, "given-up");
    // It is looked at every two seconds, and leased for that moment.
    let awaits = async || waiting.state().await == "awaiting-operator";
    until_async("it awaits a person", awaits).await;
    let refused = waiting.office.post(LIST, request(&waiting.office)).await;
    assert_eq!(refused.problem(), (409, "operator-needed"));
    person.clicks("#again").await;
    person.sees("#picture").await;
    assert_eq!(waiting.state().await, "leased");
    assert_eq!(waiting.office.portal.attempts(), []);
    person.goes().await;
    waiting.office.close().await;
}

#[tokio::test]
async fn closing_the_session_by_force_ends_its_live_view() {
    let waiting = Waiting::over(asks_for_a_person()).await;
    let (office, live) = (&waiting.office, &waiting.live);
    assert_eq!(
        office.get(&format!("{live}/events")).await.problem(),
        (409, "live-not-open")
    );
    let opened = office.post(live, json!({})).await.ok();
    assert_eq!(opened["session_id"], waiting.session.as_str());
    let mut events = waiting.events().await;
    let frame = events.until("frame").await;
    assert_eq!(frame["width"], 1600);
    let path = format!("/v1/sessions/{}?force=true", waiting.session);
    assert_eq!(office.delete(&path).await.status.as_u16(), 204);
    assert_eq!(
        events.until("ended").await,
        json!({ "why": "session-closed" })
    );
    assert_eq!(events.next().await, None);
    waiting.office.close().await;
}

#[tokio::test]
async fn a_host_that_stops_ends_live_views_and_does_not_wait_for_their_people() {
    let waiting = Waiting::over(asks_for_a_person()).await;
    waiting.office.post(&waiting.live, json!({})).await.ok();
    let mut events = waiting.events().await;
    let began = Instant::now();
    let ended = async { events.until("ended").await };
    let (ended, ()) = tokio::join!(ended, waiting.office.close());
    assert_eq!(ended, json!({ "why": "host-stopping" }));
    assert!(began.elapsed() < PATIENCE);
}

#[tokio::test]
async fn what_the_live_routes_cannot_use_is_refused_with_a_reason() {
    let waiting = Waiting::over(asks_for_a_person()).await;
    let (office, live) = (&waiting.office, &waiting.live);
    let page = office.client.get(format!("{}{live}", office.url));
    let page = page.send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    let awaits = async || waiting.state().await == "awaiting-operator";
    until_async("the page opens nothing", awaits).await;

    let text = office.post_text(live, "{\"now\": true}").await;
    assert_eq!(text.problem(), (422, "invalid-body"));
    let undeclared = office.client.post(format!("{}{live}", office.url));
    assert_eq!(undeclared.send().await.unwrap().status().as_u16(), 415);
    let unknown = format!("/v1/sessions/{}/live", "0".repeat(32));
    let unknown = office.post(&unknown, json!({})).await;
    assert_eq!(unknown.problem(), (404, "session-not-found"));
    assert_eq!(waiting.tell("dialog", json!({ "accept": true })).await, 409);

    office.post(live, json!({})).await.ok();
    // A second viewer joins.
    office.post(live, json!({})).await.ok();
    let secret = json!({ "gestures": [{ "do": "text", "text": "hunter2", "loud": true }] });
    let refused = office.post(&format!("{live}/gestures"), secret).await;
    assert_eq!(refused.problem(), (422, "invalid-body"));
    assert!(!refused.body.to_string().contains("hunter2"));
    let many = json!({ "gestures": vec![json!({ "do": "move", "x": 1, "y": 1 }); 65] });
    assert_eq!(waiting.tell("gestures", many).await, 422);
    let far = json!({ "gestures": [{ "do": "click", "x": 99999, "y": 1 }] });
    assert_eq!(waiting.tell("gestures", far).await, 202);
    let mut events = waiting.events().await;
    let notice = events.until("notice").await;
    assert!(notice["text"].as_str().unwrap().contains("outside"));
    assert_eq!(office.delete(live).await.status.as_u16(), 204);
    let again = office.delete(live).await;
    assert_eq!(again.problem(), (409, "live-not-open"));
    waiting.office.close().await;
}

/// Somebody at the machine itself: another driver on the Chromium of the session.
struct DesktopUser {
    client: Client,
    _driver: Child,
}

impl DesktopUser {
    async fn at(waiting: &Waiting) -> Self {
        let profile = waiting.office.folder.path().join("data/profiles");
        let profile = profile.join(&waiting.session).join("chromium");
        let port = std::fs::read_to_string(profile.join("DevToolsActivePort")).unwrap();
        let port = port.lines().next().unwrap();
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(std::process::Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let address = loop {
            let line = lines.next_line().await.unwrap().unwrap();
            if let Some((_, port)) = line.split_once("successfully on port ") {
                break format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let options = json!({ "debuggerAddress": format!("127.0.0.1:{port}") });
        let wanted = serde_json::Map::from_iter([("goog:chromeOptions".to_owned(), options)]);
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let mut builder = ClientBuilder::new(connector);
        builder.capabilities(wanted);
        Self {
            client: builder.connect(&address).await.unwrap(),
            _driver: driver,
        }
    }
}

#[tokio::test]
async fn a_person_who_signs_in_in_the_sessions_own_window_is_noticed() {
    let waiting = Waiting::over(asks_for_a_person()).await;
    let portal = &waiting.office.portal;
    let user = DesktopUser::at(&waiting).await;
    let answer = portal.challenges()[0].answer.clone();
    let button = format!("//button[normalize-space(.)='{answer}']");
    let button = user.client.find(At::XPath(&button)).await.unwrap();
    button.click().await.unwrap();
    let met = user.client.wait().at_most(PATIENCE);
    met.for_element(At::Css(".challenge-met")).await.unwrap();
    // Nobody is disturbed while the page says nothing: it stays where it is.
    assert!(user.client.current_url().await.unwrap().path() == "/Account/Login");
    let login = user.client.find(At::Css("[type=submit]")).await.unwrap();
    login.click().await.unwrap();
    let clicked = Instant::now();
    until_async("noticed", async || waiting.state().await == "idle").await;
    println!("noticed after {:?}", clicked.elapsed());
    waiting.goes_on().await;
    user.client.close().await.ok();
    waiting.office.close().await;
}

#[tokio::test]
async fn pictures_of_a_page_that_moves_come_several_a_second() {
    let waiting = Waiting::over(asks_for_a_person()).await;
    let user = DesktopUser::at(&waiting).await;
    let moves = "let step = 0; setInterval(() => { \
                 document.body.style.paddingTop = `${(step += 1) % 50}px`; }, 20);";
    user.client.execute(moves, Vec::new()).await.unwrap();
    waiting.office.post(&waiting.live, json!({})).await.ok();
    let mut events = waiting.events().await;
    events.until("frame").await;
    let began = Instant::now();
    let count = 20;
    let mut bytes = 0;
    for _ in 0..count {
        let frame = events.until("frame").await;
        bytes += frame["jpeg"].as_str().unwrap().len();
    }
    let took = began.elapsed().as_secs_f64();
    let rate = f64::from(count) / took;
    println!(
        "{rate:.1} pictures a second, {} bytes of base64 each",
        bytes / 20
    );
    assert!(rate > 2.0, "{rate}");
    user.client.close().await.ok();
    waiting.office.close().await;
}
