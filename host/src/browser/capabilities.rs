//! What is asked of a new browser session: WebDriver capabilities and Chromium's switches.

use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::browser::driving::Driving;
use crate::browser::reach::Reach;
use crate::config::limits;
use crate::config::schema::{Browser, Sandbox};

/// The capabilities of a session with its profile in `profile`, which is driven like this.
#[must_use]
pub fn chromium(
    config: &Browser,
    binary: &Path,
    profile: &Path,
    driving: &Driving,
) -> Map<String, Value> {
    let wanted = json!({
        "browserName": "chrome",
        "pageLoadStrategy": "normal",
        // A dialog is never answered for the operation: it is told, and decides.
        "unhandledPromptBehavior": "ignore",
        "timeouts": {
            "implicit": 0,
            "script": millis(limits::SCRIPT_TIMEOUT),
            "pageLoad": millis(driving.navigate),
        },
        "goog:chromeOptions": {
            "binary": binary,
            "args": switches(config, profile, &driving.reach),
            "prefs": preferences(),
            "perfLoggingPrefs": { "enableNetwork": true, "enablePage": false },
        },
        // The page's requests and downloads (`requests.rs`, `downloads.rs`); and its complaints, for debug bundles.
        "goog:loggingPrefs": { "performance": "ALL", "browser": "WARNING" },
    });
    match wanted {
        Value::Object(map) => map,
        _ => unreachable!("the literal above is an object"),
    }
}

fn switches(config: &Browser, profile: &Path, reach: &Reach) -> Vec<String> {
    let mut switches = vec![
        format!("--user-data-dir={}", profile.display()),
        "--window-size=1600,1000".to_owned(),
    ];
    switches.extend(
        [
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            // An idle session's page must answer as promptly as one in front.
            "--disable-background-timer-throttling",
            "--disable-backgrounding-occluded-windows",
            "--disable-renderer-backgrounding",
        ]
        .map(str::to_owned),
    );
    switches.extend(reach.switches());
    if config.headless {
        switches.push("--headless=new".to_owned());
    }
    let sandboxed = match config.sandbox {
        Sandbox::On => true,
        Sandbox::Off => false,
        // Chromium refuses its sandbox to root.
        Sandbox::Auto => !nix::unistd::geteuid().is_root(),
    };
    if !sandboxed {
        switches.push("--no-sandbox".to_owned());
    }
    switches
}

/// Bubbles that would cover the page (portal-facts F8); the portal's own dialogs are left alone.
fn preferences() -> Value {
    json!({
        // Go on where it left off: without this Chromium drops session cookies at its start, and with them the
        // sign-in of a kept profile. ChromeDriver opens its one window all the same.
        "session.restore_on_startup": 1,
        "credentials_enable_service": false,
        "profile.password_manager_enabled": false,
        "profile.password_manager_leak_detection": false,
        "profile.default_content_setting_values.notifications": 2,
    })
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).expect("a limit of seconds fits")
}
