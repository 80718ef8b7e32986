//! Somebody with a browser of their own, who opens the live page.

use std::time::{Duration, Instant};

use gantry::browser::launch::{Afterwards, Browser, Launched};
use gantry::browser::live::Gesture;
use gantry::browser::page::{Condition, Locator, Page};
use gantry_portal::{OpenChallenge, Portal};
use serde_json::Value;

use crate::browser::browser_at;
use crate::office::{Office, origins, until_async};

use crate::operator::waiting::PATIENCE;

/// Somebody with a browser of their own.
pub(crate) struct Person {
    page: Box<dyn Page>,
    browser: Box<dyn Browser>,
    _folder: tempfile::TempDir,
}

/// Where in the portal's login page something is, in CSS pixels of it.
pub(crate) type Place = (f64, f64);

pub(crate) fn css(selector: &str) -> Locator {
    Locator::Css(selector.to_owned())
}

impl Person {
    /// Their browser knows two sites: the portal's login page, and the host.
    pub(crate) async fn with_browser(office: &Office) -> Self {
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

    pub(crate) async fn says(&mut self, what: &str) -> Value {
        let script = format!("return {what};");
        self.page.evaluate(&script, Vec::new()).await.unwrap()
    }

    pub(crate) async fn sees(&mut self, what: &str) {
        let wait = [Condition::Visible { what: css(what) }];
        let seen = self.page.wait(&wait, PATIENCE).await;
        let notice = self.says("document.getElementById('notice')?.textContent");
        assert_eq!(seen, Ok(0), "{what}: {}", notice.await);
    }

    pub(crate) async fn centre(&mut self, element: &str) -> Place {
        let centre = format!(
            "(() => {{ const box = ({element}).getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        );
        serde_json::from_value(self.says(&centre).await).unwrap()
    }

    /// Learns, at a login page of their own, where its buttons are: that of the choice with this number, and
    /// LOGIN once the challenge is met.
    pub(crate) async fn knows_the_form(
        &mut self,
        portal: &Portal,
        choice: usize,
    ) -> (Place, Place) {
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
        self.page.click(&answer, true).await.unwrap();
        self.sees(".challenge-met").await;
        let login_at = self.centre("document.querySelector('[type=submit]')").await;
        (choice_at, login_at)
    }

    pub(crate) async fn opens(&mut self, live: &str) {
        self.page.goto("containers", live).await.unwrap();
        self.sees("#picture").await;
        let width = "document.getElementById('picture').naturalWidth";
        let mut drawn = self.says(width).await;
        while drawn == 0 {
            drawn = self.says(width).await;
        }
    }

    /// Clicks in the live picture, where this place of the portal's page is shown.
    pub(crate) async fn clicks_in_the_picture(&mut self, (x, y): Place) {
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

    pub(crate) async fn clicks(&mut self, button: &str) {
        let button = self.page.find(None, &css(button)).await.unwrap();
        self.page.click(&button, true).await.unwrap();
    }

    pub(crate) async fn sees_the_end(&mut self) -> Value {
        self.sees("body[data-ended]").await;
        self.says("document.body.dataset.ended").await
    }

    /// Answers the challenge of the session through its live page, and waits until the portal takes it.
    pub(crate) async fn answers(&mut self, portal: &Portal, choice_at: Place) {
        self.clicks_in_the_picture(choice_at).await;
        let met = async || portal.challenges().iter().filter(|open| open.met).count() > 1;
        until_async("the challenge is met", met).await;
    }

    /// LOGIN moves when the challenge goes: nobody clicks while the picture still changes.
    pub(crate) async fn sees_the_picture_at_rest(&mut self) {
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

    pub(crate) async fn goes(self) {
        let afterwards = Afterwards::RemoveProfile;
        self.browser.close(Some(self.page), afterwards).await;
    }
}

/// Which of the choices of the session's challenge is right.
pub(crate) fn right_choice(portal: &Portal) -> usize {
    let [open] = &portal.challenges()[..] else {
        panic!("one login page is open");
    };
    let right = |choice: &String| *choice == open.answer;
    open.choices.iter().position(right).unwrap()
}
