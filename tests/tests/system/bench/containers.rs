//! The container list and what opens under its rows, as a script for this portal reads them.

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, Locator};
use serde::Deserialize;

use crate::bench::steps::{css, more_rows, until};

const SCROLLER: &str = "#searchres";

/// What a script reads of an opened row.
#[derive(Deserialize)]
pub(crate) struct Opened {
    /// Name, date, and whether it is passed.
    pub(crate) milestones: Vec<(String, String, bool)>,
    /// The value at the place of the label, if there is this label.
    pub(crate) booking: Option<String>,
}

async fn open_list(page: &Client, list: &str) -> Result<(), CmdError> {
    page.goto(list).await?;
    until(page, css("#searchres tbody > tr")).await?;
    Ok(())
}

/// The whole list: the texts of its cells.
pub(crate) async fn whole_list(page: &Client, list: &str) -> Result<Vec<Vec<String>>, CmdError> {
    open_list(page, list).await?;
    while more_rows(page, SCROLLER).await? {}
    let script = "return [...document.querySelectorAll('#searchres tbody > tr')]
        .map((row) => [...row.cells].slice(2, 20).map((cell) => cell.innerText.trim()));";
    let rows = page.execute(script, Vec::new()).await?;
    Ok(serde_json::from_value(rows)?)
}

/// What opens under one row.
pub(crate) async fn details(page: &Client, list: &str, number: &str) -> Result<Opened, CmdError> {
    open_list(page, list).await?;
    open_row(page, number).await
}

/// What opens under each of some rows, in one walk.
pub(crate) async fn many_details(
    page: &Client,
    list: &str,
    numbers: &[&str],
) -> Result<Vec<Opened>, CmdError> {
    open_list(page, list).await?;
    let mut opened = Vec::with_capacity(numbers.len());
    for number in numbers {
        opened.push(open_row(page, number).await?);
    }
    Ok(opened)
}

async fn open_row(page: &Client, number: &str) -> Result<Opened, CmdError> {
    let row = format!(
        "//div[@id='searchres']//tbody/tr[.//span[@class='container-number'][.='{number}']]"
    );
    while page.find_all(Locator::XPath(&row)).await?.is_empty() {
        assert!(more_rows(page, SCROLLER).await?, "{number} is in the list");
    }
    let arrow = format!("{row}//mat-icon[contains(@class, 'expand-arrow')]");
    // The driver would scroll it under the header, which stays.
    let arrow = until(page, Locator::XPath(&arrow)).await?;
    let to_middle = "arguments[0].scrollIntoView({ block: 'center' });";
    page.execute(to_middle, vec![serde_json::to_value(&arrow)?])
        .await?;
    arrow.click().await?;
    let detail = format!("{row}/following-sibling::tr[1][contains(@class, 'expanded')]");
    read(page, until(page, Locator::XPath(&detail)).await?).await
}

async fn read(page: &Client, detail: Element) -> Result<Opened, CmdError> {
    let script = "const [detail] = arguments;
        const texts = (selector) => [...detail.querySelectorAll(selector)].map((each) => each.innerText.trim());
        const milestones = [...detail.querySelectorAll('.curr-loc-div')].map((row) => {
          const [name, date] = row.querySelectorAll('.location-details-label');
          const { classList } = row.querySelector('.timeline-divider');
          const isPassed = classList.contains('dividerflowcolor') && !classList.contains('horizontalconflow');
          return [name.innerText, date.innerText, isPassed];
        });
        const place = texts('.detail-card:first-child .field-label').indexOf('Booking #');
        const booking = texts('.detail-card:first-child .field-data')[place] ?? null;
        return { milestones, booking };";
    let detail = serde_json::to_value(detail)?;
    let read = page.execute(script, vec![detail]).await?;
    Ok(serde_json::from_value(read)?)
}
