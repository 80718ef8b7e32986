//! The steps of which the scripts are made: explicit waits, and typing.

use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wait::Wait;
use fantoccini::{Client, Locator};

/// How often a script looks.
const POLL: Duration = Duration::from_millis(100);
/// Far beyond the slowest answer of the portal.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
/// Silence after which a script takes a list for read: nothing in the page says so.
const SILENCE: Duration = Duration::from_secs(2);

pub(crate) fn css(selector: &str) -> Locator<'_> {
    Locator::Css(selector)
}

fn wait(page: &Client) -> Wait<'_> {
    page.wait().every(POLL).at_most(PATIENCE)
}

/// Waits until an element is there.
pub(crate) async fn until(page: &Client, at: Locator<'_>) -> Result<Element, CmdError> {
    wait(page).for_element(at).await
}

/// Waits for an element for a while. None if it does not come.
pub(crate) async fn soon(
    page: &Client,
    at: Locator<'_>,
    limit: Duration,
) -> Result<Option<Element>, CmdError> {
    match wait(page).at_most(limit).for_element(at).await {
        Ok(element) => Ok(Some(element)),
        Err(CmdError::WaitTimeout) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(crate) async fn click(page: &Client, at: Locator<'_>) -> Result<(), CmdError> {
    until(page, at).await?.click().await
}

pub(crate) async fn fill(page: &Client, selector: &str, text: &str) -> Result<(), CmdError> {
    until(page, css(selector)).await?.send_keys(text).await
}

/// Scrolls a list to its end and waits for further rows. False if none came.
pub(crate) async fn more_rows(page: &Client, scroller: &str) -> Result<bool, CmdError> {
    let script = format!(
        "const list = document.querySelector('{scroller}');
         const known = list.querySelectorAll('tbody > tr').length;
         list.scrollTop = list.scrollHeight;
         return known;"
    );
    let known = page.execute(&script, Vec::new()).await?.as_u64().unwrap();
    let next = format!("{scroller} tbody > tr:nth-of-type({})", known + 1);
    Ok(soon(page, css(&next), SILENCE).await?.is_some())
}

/// Waits for a download, and takes it away. Chromium gives a file its name once it is whole.
pub(crate) async fn file(path: &Path) -> Vec<u8> {
    let began = Instant::now();
    while !path.exists() {
        assert!(began.elapsed() < PATIENCE, "{} came", path.display());
        tokio::time::sleep(POLL).await;
    }
    let bytes = std::fs::read(path).unwrap();
    std::fs::remove_file(path).unwrap();
    bytes
}
