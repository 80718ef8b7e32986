//! Downloads of a page in a real Chromium: what counts, and what is left.

use std::time::Duration;

use gantry::browser::downloads::DownloadError;
use gantry::browser::error::PageError;
use gantry::browser::launch::{Afterwards, Launched};
use gantry::browser::page::Page;
use gantry_portal::{Portal, PortalConfig};

use crate::appointments::files_below;
use crate::browser::browser;

const PATIENCE: Duration = Duration::from_secs(10);

/// A download of so many bytes, under a name.
async fn cause(page: &mut dyn Page, name: &str, bytes: usize) {
    let script = format!(
        "const link = document.createElement('a');
         link.href = URL.createObjectURL(new Blob(['x'.repeat({bytes})]));
         link.download = '{name}'; document.body.append(link); link.click();"
    );
    page.evaluate(&script, Vec::new()).await.unwrap();
}

#[tokio::test]
async fn only_what_began_after_it_was_waited_for_counts_and_nothing_is_left() {
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let Launched {
        mut page, browser, ..
    } = browser(&portal, folder.path()).await;
    page.goto("account", "/Account/Login").await.unwrap();
    let none = page.finish_download(PATIENCE).await.unwrap_err();
    assert_eq!(none, PageError::Download(DownloadError::NotAwaited));

    cause(page.as_mut(), "unasked.xlsx", 10).await;
    page.begin_download().await.unwrap();
    let late = page.finish_download(Duration::from_millis(500)).await;
    assert!(matches!(late, Err(PageError::TimedOut(_))), "{late:?}");

    page.begin_download().await.unwrap();
    cause(page.as_mut(), "asked ä.xlsx", 3_000_000).await;
    let downloaded = page.finish_download(PATIENCE).await.unwrap();
    assert_eq!(downloaded.name, "asked ä.xlsx");
    assert_eq!(downloaded.bytes, 3_000_000);
    let content = std::fs::read(&downloaded.file).unwrap();
    assert_eq!(content.len(), 3_000_000);
    drop(downloaded);

    page.begin_download().await.unwrap();
    cause(page.as_mut(), "one.xlsx", 10).await;
    cause(page.as_mut(), "two.xlsx", 10).await;
    let several = page.finish_download(PATIENCE).await.unwrap_err();
    let is_several = matches!(several, PageError::Download(DownloadError::Several(..)));
    assert!(is_several, "{several}");

    page.begin_download().await.unwrap();
    cause(page.as_mut(), "huge.xlsx", 70_000_000).await;
    let huge = page.finish_download(PATIENCE).await.unwrap_err();
    let is_huge = matches!(huge, PageError::Download(DownloadError::TooLarge { .. }));
    assert!(is_huge, "{huge}");

    // Waited for, never finished: putting the page in order clears up.
    page.begin_download().await.unwrap();
    cause(page.as_mut(), "left.xlsx", 10).await;
    page.tidy().await.unwrap();
    let mut left = files_below(&folder.path().join("browsers"));
    left.retain(|file| file.extension().is_none_or(|ending| ending != "log"));
    left.retain(|file| {
        file.components()
            .any(|part| part.as_os_str() == "downloads")
    });
    assert!(left.is_empty(), "{left:?}");
    browser.close(Some(page), Afterwards::RemoveProfile).await;
}
