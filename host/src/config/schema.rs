//! The configuration's keys, exactly as users write them, with their defaults.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::config::limits;
use crate::config::telemetry::Telemetry;
use crate::config::webhooks::Webhook;

/// Everything that can be configured. Unknown keys are errors.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The HTTP server.
    pub server: Server,
    /// Where things are kept.
    pub storage: Storage,
    /// The portal.
    pub portal: Portal,
    /// Browsers.
    pub browser: Browser,
    /// The session pool.
    pub pool: Pool,
    /// Keeping idle sessions signed in.
    pub refresh: Refresh,
    /// What the host tells of itself.
    pub telemetry: Telemetry,
    /// Operations.
    pub plugins: Plugins,
    /// Bounds of a run.
    pub limits: Limits,
    /// Portal accounts that callers may name instead of sending a password.
    pub accounts: BTreeMap<String, Account>,
    /// Receivers outside that are told what happens.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub webhooks: Vec<Webhook>,
}

/// `[server]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port; port 0 takes a free one. Off loopback there has to be a token.
    pub listen: SocketAddr,
    /// Whether callers have to show a token.
    pub tokens: Tokens,
    /// Whether callers may send the password of a portal account. Without, they name accounts of the configuration.
    pub passwords: bool,
    /// Origins whose pages may use the API from a browser, with a token. None: no page of another origin may.
    pub cors_origins: Vec<Url>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 5010)),
            tokens: Tokens::Auto,
            passwords: true,
            cors_origins: Vec::new(),
        }
    }
}

impl Server {
    /// Whether callers have to show a token.
    #[must_use]
    pub fn needs_tokens(&self) -> bool {
        match self.tokens {
            Tokens::Required => true,
            Tokens::Auto => !self.listen.ip().is_loopback(),
        }
    }
}

/// Whether callers have to show a token. One that is shown is looked at in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tokens {
    /// Only if the host is reached from other machines.
    Auto,
    /// Always.
    Required,
}

/// `[storage]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Storage {
    /// Browser profiles, artifacts, compiled plugins. One host at a time.
    pub dir: PathBuf,
    /// How long the files of a run are kept after the last of them was written, in hours.
    pub retention_hours: u64,
    /// How long it is kept who did what, in days.
    pub audit_days: u32,
    /// How much the files of all runs may take, in MiB; the oldest runs' go first.
    pub quota_mb: u64,
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            dir: PathBuf::from("./gantry-data"),
            retention_hours: 168,
            audit_days: 365,
            quota_mb: 2048,
        }
    }
}

/// `[portal]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Portal {
    /// Least time between two navigations of one session, in milliseconds: be a polite guest.
    pub pace_ms: u64,
    /// Where the portal's sites are. Components name sites, not addresses.
    pub origins: Origins,
    /// Hosts beside the sites' own that browsers may reach, such as those that the portal's pages load parts from:
    /// `static.example.test`, or `*.example.test` for all below it.
    pub also_reach: Vec<String>,
    /// Whole texts of the buttons and links that no operation may click unless it has begun an effect: what books.
    pub guarded: Vec<String>,
}

impl Default for Portal {
    fn default() -> Self {
        Self {
            pace_ms: 250,
            origins: Origins::default(),
            // The sign-in page asks a person by reCAPTCHA, which loads from these (portal-facts §3.2).
            also_reach: ["www.google.com", "www.gstatic.com", "www.recaptcha.net"]
                .map(str::to_owned)
                .to_vec(),
            guarded: vec!["Submit".to_owned()],
        }
    }
}

/// The portal's sites, as `[portal.origins]` names them.
pub const SITES: [&str; 4] = ["account", "containers", "wizard", "appointments"];

/// `[portal.origins]`: scheme, host and port of the four sites (portal-facts §3.1).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Origins {
    /// The identity provider, where one signs in.
    pub account: Url,
    /// The container list.
    pub containers: Url,
    /// The appointment wizard.
    pub wizard: Url,
    /// The list of appointments.
    pub appointments: Url,
}

impl Default for Origins {
    fn default() -> Self {
        let url = |text: &str| Url::parse(text).expect("a literal address parses");
        Self {
            account: url("https://account.emodal.com"),
            containers: url("https://ecp2.emodal.com"),
            wizard: url("https://termops.emodal.com"),
            appointments: url("https://truckerportal.emodal.com"),
        }
    }
}

/// `[browser]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Browser {
    /// Where browsers run.
    pub backend: Backend,
    /// The hub's address, for `backend = "grid"`.
    pub webdriver_url: String,
    /// Path of Chromium; empty looks for `chromium`, `chromium-browser`, `google-chrome`.
    pub chromium: PathBuf,
    /// Path of ChromeDriver; empty looks for `chromedriver`.
    pub chromedriver: PathBuf,
    /// Without a window.
    pub headless: bool,
    /// Chromium's own sandbox.
    pub sandbox: Sandbox,
}

impl Default for Browser {
    fn default() -> Self {
        Self {
            backend: Backend::Local,
            webdriver_url: String::new(),
            chromium: PathBuf::new(),
            chromedriver: PathBuf::new(),
            headless: true,
            sandbox: Sandbox::Auto,
        }
    }
}

/// Where browsers run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// On this machine, one driver a session.
    Local,
    /// Behind a Selenium Grid hub.
    Grid,
}

/// Chromium's own sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sandbox {
    /// On, except for root, for whom Chromium refuses it.
    Auto,
    /// On.
    On,
    /// Off.
    Off,
}

/// `[pool]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pool {
    /// Browsers at once, those that are starting and closing included.
    pub max_sessions: usize,
    /// Requests that may wait for one session.
    pub queue_per_session: usize,
    /// Requests that may wait, together.
    pub queue_total: usize,
    /// How long a request waits for its session, in milliseconds.
    pub wait_ms: u64,
}

impl Default for Pool {
    fn default() -> Self {
        Self {
            max_sessions: 10,
            queue_per_session: 8,
            queue_total: 64,
            wait_ms: 30_000,
        }
    }
}

/// `[refresh]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Refresh {
    /// How often to look for idle sessions, in milliseconds.
    pub tick_ms: u64,
    /// A session whose last activity is older is refreshed, in milliseconds.
    pub interval_ms: u64,
    /// The interval varies by up to this share, so that sessions do not move in step.
    pub jitter: f64,
}

impl Default for Refresh {
    fn default() -> Self {
        Self {
            tick_ms: 60_000,
            interval_ms: 300_000,
            jitter: 0.2,
        }
    }
}

/// `[plugins]`: the folder, and one table for each plugin that has settings of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct Plugins {
    /// The folder whose components are served.
    pub dir: PathBuf,
    /// `[plugins.<name>]`
    #[serde(flatten)]
    pub settings: BTreeMap<String, PluginSettings>,
}

impl Default for Plugins {
    fn default() -> Self {
        Self {
            dir: PathBuf::from("./plugins"),
            settings: BTreeMap::new(),
        }
    }
}

/// `[plugins.<name>]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PluginSettings {
    /// What it may do beyond reading pages: `script`, `submit`, `downloads`.
    pub grants: Vec<String>,
    /// The portal's sites that it may be at, by their names in `[portal.origins]`; without it, all.
    pub sites: Option<Vec<String>>,
    /// Accept only the component with this SHA-256 (hexadecimal).
    pub sha256: Option<String>,
    /// A new version serves this share of the callers, in percent, until it is accepted; without it, everybody at once.
    pub canary_percent: Option<u8>,
    /// Bounds of its own.
    pub limits: PluginLimits,
}

/// `[plugins.<name>.limits]`: what is left out is as for every plugin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PluginLimits {
    /// Wall time of a call, in milliseconds.
    pub run_ms: Option<u64>,
    /// Time spent computing in a call, in milliseconds.
    pub cpu_ms: Option<u64>,
    /// Memory, in MiB; at most `[limits] memory_mib`, for which there is room.
    pub memory_mib: Option<usize>,
    /// Elements of a table.
    pub table_elements: Option<usize>,
    /// Core instances that it is made of.
    pub instances: Option<usize>,
    /// Calls of host functions.
    pub host_calls: Option<u64>,
    /// What it returns, in KiB.
    pub output_kib: Option<usize>,
    /// What it logs, in KiB.
    pub log_kib: Option<usize>,
}

/// `[limits]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Wall time of an operation that only reads, in milliseconds.
    pub run_read_ms: u64,
    /// Wall time of an operation with effects, in milliseconds.
    pub run_write_ms: u64,
    /// An ordinary WebDriver command, in milliseconds; one that takes longer loses its browser.
    pub command_ms: u64,
    /// A navigation, in milliseconds.
    pub navigate_ms: u64,
    /// Memory of a component while it runs, in MiB.
    pub memory_mib: usize,
    /// How long a session is held for a caller who has to send something first, in milliseconds; at most ten minutes.
    pub held_ms: u64,
    /// When the portal is asked whether an effect happened whose end nobody saw: so long after it, in milliseconds.
    pub reconcile_ms: Vec<u64>,
    /// How long runs, their results and events are kept, in hours.
    pub runs_kept_h: u64,
    /// The pauses before a message is sent to a webhook again that did not take it, in milliseconds.
    pub webhook_retry_ms: Vec<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            run_read_ms: 600_000,
            run_write_ms: 180_000,
            command_ms: 10_000,
            navigate_ms: 60_000,
            memory_mib: 256,
            held_ms: 600_000,
            reconcile_ms: vec![5_000, 20_000, 60_000],
            runs_kept_h: 7 * 24,
            webhook_retry_ms: limits::webhooks::RETRY_MS.to_vec(),
        }
    }
}

impl Limits {
    /// Wall time of an operation that only reads.
    #[must_use]
    pub const fn run_read(&self) -> Duration {
        Duration::from_millis(self.run_read_ms)
    }

    /// Wall time of an operation with effects.
    #[must_use]
    pub const fn run_write(&self) -> Duration {
        Duration::from_millis(self.run_write_ms)
    }

    /// How long a session is held for a caller who has to send something first.
    #[must_use]
    pub const fn held(&self) -> Duration {
        Duration::from_millis(self.held_ms)
    }
}

/// `[accounts.<alias>]`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// The portal's user name.
    pub username: String,
    /// A file whose first line is the password. The password itself is never in the configuration.
    pub password_file: PathBuf,
}
