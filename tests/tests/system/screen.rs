//! A real tab as a person sees and uses it: pictures, gestures, windows, dialogs.

use std::time::{Duration, Instant};

use gantry::browser::error::PageError;
use gantry::browser::launch::{Afterwards, Browser, Launched};
use gantry::browser::live::Gesture;
use gantry::browser::page::Page;
use gantry_portal::{Portal, PortalConfig};
use serde_json::{Value, json};

use crate::browser::browser;
use crate::pace::paced;

/// A page of our own, in place of the portal's.
const DRAWN: &str = "document.body.innerHTML = `
  <style>body { margin: 0 } * { position: absolute; width: 100px; height: 40px }</style>
  <input id=field style='left: 100px; top: 100px'>
  <input id=second style='left: 100px; top: 200px'>
  <button id=opens style='left: 300px; top: 100px'>open</button>
  <button id=asks style='left: 300px; top: 200px'>ask</button>
  <div id=drag style='left: 500px; top: 100px'></div>
  <div style='top: 3000px'></div>`;
  window.seen = [];
  document.onkeydown = (event) => seen.push((event.shiftKey ? 'Shift+' : '') + event.key);
  opens.onclick = () => {
    const other = window.open('about:blank', '', 'width=500,height=400');
    other.document.body.innerHTML = '<button style=\"width: 200px; height: 200px\">x</button>';
    other.document.querySelector('button').onclick = () => other.close();
  };
  asks.onclick = () => { window.answer = confirm('Are you there?'); };
  drag.onpointerdown = () => seen.push('down');
  drag.onpointermove = (event) => seen.push('over ' + event.buttons);
  drag.onpointerup = () => seen.push('up');";

struct Tab {
    page: Box<dyn Page>,
    browser: Box<dyn Browser>,
    _portal: Portal,
    _folder: tempfile::TempDir,
}

impl Tab {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let portal = Portal::start(PortalConfig::quick()).await.unwrap();
        let Launched { page, browser, .. } = browser(&portal, folder.path()).await;
        let mut tab = Self {
            page,
            browser,
            _portal: portal,
            _folder: folder,
        };
        tab.page.goto("account", "/Account/Login").await.unwrap();
        tab.page.evaluate(DRAWN, Vec::new()).await.unwrap();
        tab
    }

    async fn click(&mut self, x: f64, y: f64) -> Result<(), PageError> {
        self.page.gesture(&Gesture::Click { x, y }).await
    }

    async fn key(&mut self, key: &str, shift: bool) {
        let key = key.to_owned();
        let pressed = self.page.gesture(&Gesture::Key { key, shift }).await;
        pressed.unwrap();
    }

    async fn says(&mut self, what: &str) -> Value {
        let script = format!("return {what};");
        self.page.evaluate(&script, Vec::new()).await.unwrap()
    }

    async fn close(self) {
        let afterwards = Afterwards::RemoveProfile;
        self.browser.close(Some(self.page), afterwards).await;
    }
}

#[tokio::test]
async fn a_picture_is_a_jpeg_of_the_size_in_which_gestures_are_told() {
    let mut tab = Tab::open().await;
    let began = Instant::now();
    let count = 20;
    for _ in 0..count {
        tab.page.frame().await.unwrap();
    }
    println!("{:?} a picture", began.elapsed() / count);
    let frame = tab.page.frame().await.unwrap();
    assert_eq!(frame.jpeg[..3], [0xff, 0xd8, 0xff]);
    assert_eq!((frame.width, frame.windows), (1600, 1));
    assert_eq!(
        tab.says("[innerWidth, innerHeight]").await,
        json!([frame.width, frame.height])
    );
    let outside = f64::from(frame.height);
    for (x, y) in [(-1.0, 5.0), (5.0, outside), (1e9, 5.0)] {
        let refused = tab.click(x, y).await;
        assert!(
            matches!(refused, Err(PageError::InvalidArgument(_))),
            "{x} {y}"
        );
    }
    tab.close().await;
}

#[tokio::test]
async fn clicks_keys_text_and_the_wheel_reach_the_page() {
    let mut tab = Tab::open().await;
    tab.click(150.0, 120.0).await.unwrap();
    let text = "pässword §1".to_owned();
    tab.page.gesture(&Gesture::Text { text }).await.unwrap();
    tab.key("Backspace", false).await;
    assert_eq!(tab.says("field.value").await, "pässword §");
    tab.key("Tab", false).await;
    assert_eq!(tab.says("document.activeElement.id").await, "second");
    tab.key("Tab", true).await;
    assert_eq!(tab.says("document.activeElement.id").await, "field");
    tab.key("End", false).await;
    tab.key("Home", true).await;
    tab.key("Delete", false).await;
    assert_eq!(tab.says("field.value").await, "");
    let seen = tab.says("seen").await;
    assert_eq!(
        seen,
        json!([
            "Backspace",
            "Tab",
            "Shift+Tab",
            "End",
            "Shift+Home",
            "Delete"
        ])
    );
    let wheel = Gesture::Wheel {
        x: 10.0,
        y: 10.0,
        dx: 0.0,
        dy: 400.0,
    };
    tab.page.gesture(&wheel).await.unwrap();
    let scrolled = async |tab: &mut Tab| tab.says("scrollY > 0").await == true;
    let deadline = Instant::now() + paced(Duration::from_secs(5));
    while !scrolled(&mut tab).await {
        assert!(Instant::now() < deadline, "not scrolled");
    }
    let strange = Gesture::Key {
        key: "Hyper".to_owned(),
        shift: false,
    };
    let refused = tab.page.gesture(&strange).await;
    assert!(matches!(refused, Err(PageError::InvalidArgument(_))));
    tab.close().await;
}

#[tokio::test]
async fn a_pointer_can_be_dragged() {
    let mut tab = Tab::open().await;
    let (x, y) = (520.0, 120.0);
    for gesture in [
        Gesture::Press { x, y },
        Gesture::Move { x: x + 20.0, y },
        Gesture::Release { x: x + 20.0, y },
    ] {
        tab.page.gesture(&gesture).await.unwrap();
    }
    let seen = tab.says("seen").await;
    assert_eq!(seen, json!(["down", "over 1", "up"]));
    tab.close().await;
}

#[tokio::test]
async fn a_window_that_opens_is_shown_and_the_one_before_it_when_it_closes() {
    let mut tab = Tab::open().await;
    let before = tab.page.frame().await.unwrap();
    tab.click(350.0, 120.0).await.unwrap();
    let other = tab.page.frame().await.unwrap();
    assert_eq!(other.windows, 2);
    assert_ne!((other.width, other.height), (before.width, before.height));
    // It closes itself, as the last step of a sign-in does; the browser is well.
    tab.click(100.0, 100.0).await.unwrap();
    let deadline = Instant::now() + paced(Duration::from_secs(5));
    let after = loop {
        match tab.page.frame().await {
            Ok(frame) if frame.windows == 1 => break frame,
            Ok(_) | Err(PageError::StaleElement) => {}
            Err(error) => panic!("{error}"),
        }
        assert!(Instant::now() < deadline, "still two windows");
    };
    assert_eq!((after.width, after.height), (before.width, before.height));
    assert!(!tab.page.is_lost());
    // One that does not can be closed by hand; the last one not.
    tab.click(350.0, 120.0).await.unwrap();
    assert_eq!(tab.page.frame().await.unwrap().windows, 2);
    tab.page.gesture(&Gesture::CloseWindow).await.unwrap();
    assert_eq!(tab.page.frame().await.unwrap().windows, 1);
    let refused = tab.page.gesture(&Gesture::CloseWindow).await;
    assert!(matches!(refused, Err(PageError::InvalidArgument(_))));
    tab.close().await;
}

#[tokio::test]
async fn a_dialog_holds_the_picture_back_until_it_is_answered() {
    let mut tab = Tab::open().await;
    let open = PageError::DialogOpen("Are you there?".to_owned());
    let clicked = tab.click(350.0, 220.0).await;
    assert!(matches!(&clicked, Ok(())) || clicked == Err(open.clone()));
    assert_eq!(tab.page.frame().await, Err(open));
    let text = tab.page.answer_dialog(true).await.unwrap();
    assert_eq!(text.as_deref(), Some("Are you there?"));
    tab.page.frame().await.unwrap();
    assert_eq!(tab.says("window.answer").await, true);
    tab.close().await;
}
