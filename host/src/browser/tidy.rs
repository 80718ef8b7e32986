//! Putting a tab in order for its next user: one window, no dialog.
//!
//! The page's wish to be asked before it is left needs no care: ChromeDriver says yes to that by itself when the next
//! user goes elsewhere.

use serde_json::json;

use crate::browser::commands::Commands;
use crate::browser::error::PageError;
use crate::config::limits;

/// Characters of a dialog's text that go to the log.
const SAID: usize = 200;

/// Closes every window but `home` and says no to dialogs. Two commands where there is nothing to do. `is_elsewhere`
/// says that another window than `home` was turned to, which may be gone.
pub(crate) async fn tidy(
    commands: &mut Commands,
    home: &mut String,
    is_elsewhere: bool,
) -> Result<(), PageError> {
    if !is_elsewhere {
        // A page that waits for an answer keeps the driver from getting to know windows that it opened.
        dismiss_dialogs(commands).await?;
    }
    let windows = commands.windows().await?;
    if !windows.contains(home) {
        let gone = || PageError::BrowserLost("its window was closed".to_owned());
        *home = windows.first().cloned().ok_or_else(gone)?;
    }
    for window in windows.iter().filter(|window| *window != home) {
        tracing::info!("closing a window that was left open");
        switch(commands, window).await?;
        dismiss_dialogs(commands).await?;
        commands.close_window().await?;
    }
    if is_elsewhere || windows.len() > 1 {
        switch(commands, home).await?;
        dismiss_dialogs(commands).await?;
    }
    Ok(())
}

async fn switch(commands: &mut Commands, window: &str) -> Result<(), PageError> {
    let body = json!({ "handle": window });
    let switched = commands.post("switch-window", "window", body).await;
    switched.map(drop)
}

/// A page that goes on asking is a lost one.
async fn dismiss_dialogs(commands: &mut Commands) -> Result<(), PageError> {
    for _ in 0..limits::DIALOGS {
        let text = match commands.get("dialog-text", "alert/text").await {
            Ok(text) => text,
            Err(PageError::NoDialog) => return Ok(()),
            Err(error) => return Err(error),
        };
        let text = text.as_str().unwrap_or_default();
        let text: String = text.chars().take(SAID).collect();
        tracing::info!(text, "dismissing a dialog that was left open");
        let dismissed = commands.post("dismiss", "alert/dismiss", json!({}));
        match dismissed.await {
            Ok(_) | Err(PageError::NoDialog) => {}
            Err(error) => return Err(error),
        }
    }
    Err(PageError::BrowserLost("it asks without end".to_owned()))
}
