//! Somebody at the machine itself, in the window of the session.

use std::time::Instant;

use fantoccini::{Client, Locator as At};
use serde_json::json;

use crate::driver::{Driver, connect};
use crate::office::{Office, until_async};
use crate::operator::waiting::{PATIENCE, Waiting, asks_for_a_person};

/// Somebody at the machine itself: another driver on the Chromium of the session.
pub(crate) struct DesktopUser {
    pub(crate) client: Client,
    _driver: Driver,
}

impl DesktopUser {
    async fn at(waiting: &Waiting) -> Self {
        Self::of(&waiting.office, &waiting.session).await
    }

    /// At the window of this session.
    pub(crate) async fn of(office: &Office, session: &str) -> Self {
        let profile = office.folder.path().join("data/profiles");
        let profile = profile.join(session).join("chromium");
        let port = std::fs::read_to_string(profile.join("DevToolsActivePort")).unwrap();
        let port = port.lines().next().unwrap();
        let driver = Driver::start(&std::env::temp_dir()).await;
        let options = json!({ "debuggerAddress": format!("127.0.0.1:{port}") });
        let wanted = serde_json::Map::from_iter([("goog:chromeOptions".to_owned(), options)]);
        Self {
            client: connect(&driver.address, wanted).await,
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
