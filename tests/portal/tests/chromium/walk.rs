//! Ways through the wizard, as a person walks them.
//!
//! Never: knows more than the page shows; the truth comes from the portal.

use gantry_portal::{Container, MoveType, Portal, PortalConfig};

use crate::chromium::{Chromium, ENTER};

pub(crate) const SLOT: &str = "mat-select[formcontrolname=slot]";

pub(crate) struct Walk {
    pub(crate) portal: Portal,
    pub(crate) browser: Chromium,
}

impl Walk {
    /// Signed in and at step 1.
    pub(crate) async fn start(config: PortalConfig) -> Self {
        let portal = Portal::start(config).await.unwrap();
        let browser = Chromium::start().await;
        let walk = Self { portal, browser };
        let url = walk.address();
        walk.browser.sign_in(&walk.portal, &url).await;
        walk.at_step(1).await;
        walk
    }

    pub(crate) fn address(&self) -> String {
        format!("{}/trucker/web/addvisit", self.portal.origins().wizard)
    }

    pub(crate) fn username(&self) -> String {
        self.portal.accounts()[0].username.clone()
    }

    /// An import with data, so that its line and size are known.
    pub(crate) fn import(&self) -> Container {
        self.portal
            .containers()
            .into_iter()
            .find(|row| row.trade_type == "IMPORT")
            .unwrap()
    }

    pub(crate) async fn at_step(&self, number: usize) {
        self.browser
            .until(&format!(
                "document.querySelector('mat-step-header[aria-selected=true]')?.ariaPosInSet === '{number}'"
            ))
            .await;
    }

    /// Chooses in a select with this label.
    pub(crate) async fn choose(&self, label: &str, option: &str) {
        let trigger =
            format!("//mat-form-field[.//mat-label[normalize-space()=\"{label}\"]]//mat-select");
        self.browser.click(&trigger).await;
        self.browser.click(&option_with(option)).await;
        self.browser
            .until("document.querySelector('.mat-select-panel') === null")
            .await;
    }

    pub(crate) async fn place(&self, terminal: &str, move_type: MoveType) {
        self.choose("Terminal", terminal).await;
        let first = MoveType::PickFull;
        if move_type != first {
            self.choose("Move Type", move_type.words()).await;
        }
        self.browser
            .until("document.querySelector('.data-place .data-panel') !== null")
            .await;
    }

    pub(crate) async fn chip(&self, name: &str, text: &str) {
        let input = format!("input[formcontrolname={name}]");
        self.browser
            .type_into(&input, &format!("{text}{ENTER}"))
            .await;
    }

    pub(crate) async fn type_in(&self, name: &str, text: &str) {
        self.browser
            .type_into(&format!("input[formcontrolname={name}]"), text)
            .await;
    }

    /// Next, once it looks active, until the step is there.
    pub(crate) async fn next_to(&self, step: usize) {
        let next = "//button[contains(@class,'text-next')][not(ancestor::*[@hidden])]";
        self.browser.click(next).await;
        self.at_step(step).await;
    }

    pub(crate) async fn plate(&self, plate: &str) {
        self.type_in("Plate", plate).await;
        self.browser
            .until("document.querySelector('.plate .tick-green') !== null")
            .await;
    }

    /// An import at step 3, with every field as the page proposes it.
    pub(crate) async fn to_slots(&self, terminal: &str) -> Container {
        let import = self.import();
        self.place(terminal, MoveType::PickFull).await;
        self.chip("containerNumber", &import.number).await;
        self.next_to(2).await;
        self.plate("MADEUP 1").await;
        self.next_to(3).await;
        import
    }

    pub(crate) async fn submit(&self) {
        self.browser.click("button.submit").await;
    }

    /// The slot that is chosen now.
    pub(crate) async fn slot(&self) -> String {
        self.text(&format!("{SLOT} .mat-select-value-text")).await
    }

    pub(crate) async fn text(&self, selector: &str) -> String {
        let told = self
            .browser
            .eval(&format!(
                "document.querySelector({selector:?}).textContent.trim()"
            ))
            .await;
        told.as_str().unwrap().to_owned()
    }

    pub(crate) async fn texts(&self, selector: &str) -> Vec<String> {
        let told = self
            .browser
            .eval(&format!(
                "[...document.querySelectorAll({selector:?})].map((each) => each.textContent.trim())"
            ))
            .await;
        serde_json::from_value(told).unwrap()
    }
}

/// An `XPath` string holds one kind of quote only; the texts here have at most one kind.
fn option_with(text: &str) -> String {
    format!(
        "//mat-option[normalize-space(span[@class='mat-option-text']/text()[last()])=\"{text}\"]"
    )
}
