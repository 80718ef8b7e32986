//! A visit, as a script for this portal fills it in: it knows which fields a terminal asks for, and where they are.

use std::time::{Duration, Instant};

use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::Value;

use crate::bench::steps::{PATIENCE, click, css, fill, soon, until};

/// Next does nothing while the portal checks a field, and nothing shows that it does: so it is clicked again.
const CLICK_AGAIN: Duration = Duration::from_millis(400);

/// What is asked for, in the words of the operations' input.
pub(crate) struct Visit<'a>(pub(crate) &'a Value);

impl Visit<'_> {
    fn text(&self, field: &str) -> Option<&str> {
        self.0[field].as_str()
    }

    fn is_export(&self) -> bool {
        self.0["container_type"] == "export"
    }
}

/// The times that are offered for a visit.
pub(crate) async fn times(
    page: &Client,
    wizard: &str,
    visit: &Visit<'_>,
) -> Result<Vec<String>, CmdError> {
    to_times(page, wizard, visit).await?;
    open_times(page, visit).await?;
    if !visit.is_export() {
        return texts(page, "mat-option").await;
    }
    let mut times = Vec::new();
    for day in page.find_all(css(".date-view-day")).await? {
        day.click().await?;
        times.extend(texts(page, ".date-view-time").await?);
    }
    Ok(times)
}

/// Books a visit at a time. Gives the appointment's number.
pub(crate) async fn book(
    page: &Client,
    wizard: &str,
    visit: &Visit<'_>,
    time: &str,
) -> Result<String, CmdError> {
    to_times(page, wizard, visit).await?;
    open_times(page, visit).await?;
    if visit.is_export() {
        // `Weekday MM/DD/YYYY` of `Weekday MM/DD/YYYY HH:MM - HH:MM`.
        let day: Vec<&str> = time.split(' ').take(2).collect();
        click(page, with_text("button", &day.join(" ")).borrowed()).await?;
        click(page, with_text("button", time).borrowed()).await?;
    } else {
        click(page, with_text("mat-option", time).borrowed()).await?;
    }
    click(page, css("button.submit")).await?;
    until(page, css(".appointment-number")).await?.text().await
}

/// From nothing to step 3.
async fn to_times(page: &Client, wizard: &str, visit: &Visit<'_>) -> Result<(), CmdError> {
    page.goto(wizard).await?;
    choose(page, "terminal", visit.text("terminal").unwrap()).await?;
    if visit.is_export() {
        choose(page, "moveType", visit.text("move_type").unwrap()).await?;
        let booking = visit.text("booking_number").unwrap();
        chip(page, "bookingNumber", booking).await?;
        fill(
            page,
            "[formcontrolname=quantity]",
            &visit.0["quantity"].to_string(),
        )
        .await?;
    } else {
        chip(page, "containerNumber", visit.text("container_id").unwrap()).await?;
    }
    next_to(page, 2).await?;
    for (field, input) in [
        ("pin_code", "Pin"),
        ("unit_number", "Unit"),
        ("truck_plate", "Plate"),
    ] {
        if let Some(text) = visit.text(field) {
            // The tabulator closes the list of plates.
            let keys = format!("{text}{}", char::from(Key::Tab));
            fill(page, &format!("[formcontrolname={input}]"), &keys).await?;
        }
    }
    let chassis = page.find(css(".mat-slide-toggle-content")).await?;
    let is_wrong = |shown: &str| match visit.0["own_chassis"].as_bool() {
        Some(wanted) => wanted != (shown == "YES"),
        None => false,
    };
    if is_wrong(&chassis.text().await?) {
        chassis.click().await?;
    }
    next_to(page, 3).await
}

async fn choose(page: &Client, select: &str, option: &str) -> Result<(), CmdError> {
    click(page, css(&format!("mat-select[formcontrolname={select}]"))).await?;
    click(page, with_text("mat-option", option).borrowed()).await
}

async fn chip(page: &Client, input: &str, text: &str) -> Result<(), CmdError> {
    let keys = format!("{text}{}", char::from(Key::Enter));
    fill(page, &format!("[formcontrolname={input}]"), &keys).await
}

/// Clicks Next until the step is there.
async fn next_to(page: &Client, step: u32) -> Result<(), CmdError> {
    let began = Instant::now();
    let at = format!("mat-step-header[aria-posinset='{step}'][aria-selected=true]");
    let next = until(page, css("[role=tabpanel]:not([hidden]) .text-next")).await?;
    while began.elapsed() < PATIENCE {
        match next.click().await {
            // Its step is gone: the click before was the right one.
            Err(CmdError::Standard(error))
                if error.error == ErrorStatus::ElementNotInteractable => {}
            clicked => clicked?,
        }
        if soon(page, css(&at), CLICK_AGAIN).await?.is_some() {
            return Ok(());
        }
    }
    Err(CmdError::WaitTimeout)
}

async fn open_times(page: &Client, visit: &Visit<'_>) -> Result<(), CmdError> {
    if visit.is_export() {
        click(page, css(".slot button[aria-label=Calendar]")).await?;
        until(page, css(".date-view-day")).await?;
    } else {
        click(page, css("mat-select[formcontrolname=slot]")).await?;
        until(page, css("mat-option")).await?;
    }
    Ok(())
}

async fn texts(page: &Client, selector: &str) -> Result<Vec<String>, CmdError> {
    let script = format!(
        "return [...document.querySelectorAll('{selector}')].map((each) => each.innerText.trim());"
    );
    let texts = page.execute(&script, Vec::new()).await?;
    Ok(serde_json::from_value(texts)?)
}

/// An element of a kind by its text, as an `XPath`. Icons before the text are not part of it.
struct WithText(String);

fn with_text(kind: &str, text: &str) -> WithText {
    WithText(format!(
        "//{kind}[descendant-or-self::*/text()[normalize-space()=\"{text}\"]]"
    ))
}

impl WithText {
    fn borrowed(&self) -> Locator<'_> {
        Locator::XPath(&self.0)
    }
}
