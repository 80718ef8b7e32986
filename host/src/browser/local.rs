//! Browsers on this machine: one ChromeDriver a session, in a process group of its own, with a folder of its
//! own for log and temporary files, and the session's profile.
//!
//! Owns: those processes and that folder. They end with `close`, or are killed when the value is dropped.
//! One driver a session costs 16 MB and buys that a hung or broken browser can be killed without touching
//! another (host-behaviour, first table).

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use backon::{ExponentialBuilder, Retryable as _};
use fantoccini::ClientBuilder;
use futures::future::BoxFuture;
use hyper_util::client::legacy::connect::HttpConnector;
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader, Lines};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::browser::beside;
use crate::browser::capabilities;
use crate::browser::driving::Driving;
use crate::browser::folder::{BrowserFolder, BrowserStorage};
use crate::browser::launch::{
    Afterwards, Browser, LaunchError, LaunchOrder, Launched, Launcher, Profile, Usage,
};
use crate::browser::page::Page;
use crate::browser::process::{self, group_gone, kill_group};
use crate::browser::profile::ProfileFolder;
use crate::browser::webdriver::WebDriverPage;
use crate::config::limits;
use crate::config::schema;
use crate::model::ids::SessionId;

const CHROMIUM_MISSING: LaunchError = LaunchError::ProgramMissing {
    program: "Chromium",
    key: "chromium",
};
const CHROMEDRIVER_MISSING: LaunchError = LaunchError::ProgramMissing {
    program: "ChromeDriver",
    key: "chromedriver",
};

/// The two programs that a browser session is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    /// Chromium.
    pub chromium: PathBuf,
    /// ChromeDriver.
    pub chromedriver: PathBuf,
}

/// Where the programs are: as configured, or on the search path.
///
/// # Errors
/// The first that is not there.
pub fn programs(config: &schema::Browser) -> Result<Programs, LaunchError> {
    const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    Ok(Programs {
        chromium: program(&config.chromium, &CHROMIUM).ok_or(CHROMIUM_MISSING)?,
        chromedriver: program(&config.chromedriver, &["chromedriver"])
            .ok_or(CHROMEDRIVER_MISSING)?,
    })
}

/// Starts ChromeDriver and Chromium on this machine.
pub struct LocalLauncher {
    config: schema::Browser,
    driving: Driving,
    chromium: PathBuf,
    chromedriver: PathBuf,
    storage: BrowserStorage,
}

impl LocalLauncher {
    /// Finds the programs.
    pub fn new(
        config: schema::Browser,
        driving: Driving,
        storage: BrowserStorage,
    ) -> Result<Self, LaunchError> {
        let programs = programs(&config)?;
        Ok(Self {
            config,
            driving,
            chromium: programs.chromium,
            chromedriver: programs.chromedriver,
            storage,
        })
    }
}

#[async_trait]
impl Launcher for LocalLauncher {
    async fn launch(&self, order: &LaunchOrder) -> Result<Launched, LaunchError> {
        // Every further try begins with a fresh profile: the one that was kept may be the reason.
        let kept = AtomicBool::new(order.profile == Profile::Kept);
        let attempt = || {
            let profile = if kept.swap(false, Ordering::Relaxed) {
                Profile::Kept
            } else {
                Profile::Fresh
            };
            let order = LaunchOrder {
                profile,
                ..order.clone()
            };
            async move { self.launch_once(&order).await }
        };
        let backoff = ExponentialBuilder::default()
            .with_min_delay(limits::LAUNCH_RETRY)
            .with_max_delay(limits::LAUNCH_RETRY_MAX)
            .with_max_times(limits::LAUNCH_RETRIES);
        attempt
            .retry(backoff)
            .when(LaunchError::is_worth_another_try)
            .notify(|error, wait| {
                tracing::warn!(session.id = %order.session, %error, ?wait, "a browser did not start");
            })
            .await
    }

    fn installed(&self) -> Result<(), LaunchError> {
        // What was found at the start may have been removed, or be in the middle of an upgrade.
        if !self.chromium.is_file() {
            return Err(CHROMIUM_MISSING);
        }
        if !self.chromedriver.is_file() {
            return Err(CHROMEDRIVER_MISSING);
        }
        Ok(())
    }

    async fn discard(&self, session: SessionId) {
        ProfileFolder::of(&self.storage.profiles, session)
            .remove()
            .await;
    }
}

impl LocalLauncher {
    async fn launch_once(&self, order: &LaunchOrder) -> Result<Launched, LaunchError> {
        let folder_failed = |error: std::io::Error| LaunchError::Folder(error.to_string());
        let profile_folder = ProfileFolder::of(&self.storage.profiles, order.session);
        let profile = profile_folder.prepare(order).await.map_err(folder_failed)?;
        let folder = self.storage.browsers.join(order.session.to_string());
        let user_data = profile_folder.user_data();
        let driver = Driver::start(&self.chromedriver, folder, profile_folder).await?;
        let wanted =
            capabilities::chromium(&self.config, &self.chromium, &user_data, &self.driving);
        let mut connector = HttpConnector::new();
        // Commands are small: waiting to fill a packet would cost 40 ms each.
        connector.set_nodelay(true);
        let mut builder = ClientBuilder::new(connector);
        builder.capabilities(wanted);
        let client = timeout(limits::NEW_SESSION, builder.connect(&driver.address()))
            .await
            .map_err(|_| LaunchError::Session("it did not open in time".to_owned()))?
            .map_err(|error| LaunchError::of_session(error.to_string()))?;
        // The library would end the session when the client is dropped, in the background and without a
        // deadline. Ending is ours: `quit`, then the process group.
        let session_error =
            |error: fantoccini::error::CmdError| LaunchError::Session(error.to_string());
        client.persist().await.map_err(session_error)?;
        let page = WebDriverPage::open(client, self.driving.clone(), driver.folder.downloads())
            .await
            .map_err(|error| LaunchError::Session(error.to_string()))?;
        Ok(Launched {
            page: Box::new(page),
            browser: Box::new(driver),
            profile,
        })
    }
}

/// A driver with everything it started.
struct Driver {
    child: Child,
    group: Pid,
    port: u16,
    folder: BrowserFolder,
    profile: ProfileFolder,
    closed: bool,
}

impl Driver {
    async fn start(
        program: &Path,
        folder: PathBuf,
        profile: ProfileFolder,
    ) -> Result<Self, LaunchError> {
        let failed = |error: std::io::Error| LaunchError::Driver(error.to_string());
        let folder_failed = |error: std::io::Error| LaunchError::Folder(error.to_string());
        let folder = BrowserFolder::make(folder).map_err(folder_failed)?;
        let temporary = folder
            .temporary()
            .expect("a folder that was just made has its link");
        let mut child = Command::new(program)
            .arg("--port=0")
            .arg(format!("--log-path={}", folder.log().display()))
            .arg("--log-level=WARNING")
            .env("TMPDIR", &temporary)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let pid = child.id().and_then(|id| i32::try_from(id).ok());
        let group = Pid::from_raw(pid.expect("a child that was just started has an id"));
        let stdout = child.stdout.take().expect("its output was asked for");
        // From here on dropping the value kills the group and removes the folder.
        let mut driver = Self {
            child,
            group,
            port: 0,
            folder,
            profile,
            closed: false,
        };
        let mut lines = BufReader::new(stdout).lines();
        driver.port = timeout(limits::DRIVER_START, port(&mut lines))
            .await
            .map_err(|_| LaunchError::Driver("it did not say its port in time".to_owned()))?
            .map_err(failed)?;
        // The driver must never meet a full pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(driver)
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

#[async_trait]
impl Browser for Driver {
    fn kill(&self) {
        kill_group(self.group);
    }

    fn usage(&self, with_memory: bool) -> BoxFuture<'static, Usage> {
        let group = self.group;
        Box::pin(async move {
            let look = tokio::task::spawn_blocking(move || process::usage(group, with_memory));
            look.await.expect("looking at processes does not panic")
        })
    }

    fn picture(&self) -> BoxFuture<'static, Result<Vec<u8>, String>> {
        Box::pin(beside::picture(self.profile.user_data()))
    }

    async fn close(mut self: Box<Self>, page: Option<Box<dyn Page>>, afterwards: Afterwards) {
        // Asked to end, Chromium writes its cookies; killed, it keeps those it wrote before.
        if let Some(mut page) = page {
            let polite = !page.is_lost() && !page.in_flight();
            if polite && let Err(error) = page.quit().await {
                tracing::debug!(%error, "the browser did not end politely");
            }
        }
        kill_group(self.group);
        // Reaps the driver; the rest of its group are not our children.
        if let Err(error) = self.child.wait().await {
            tracing::warn!(%error, "cannot wait for a driver");
        }
        if !group_gone(self.group, limits::PROCESSES_GONE).await {
            tracing::error!(group = %self.group, "a browser's processes outlasted their end");
        }
        self.folder.remove().await;
        if afterwards == Afterwards::RemoveProfile {
            self.profile.remove().await;
        }
        self.closed = true;
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if self.closed {
            return;
        }
        // The host is stopping, or the launch was given up: no time to be polite.
        kill_group(self.group);
        let (group, folder) = (self.group, self.folder.clone());
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                group_gone(group, limits::PROCESSES_GONE).await;
                folder.remove().await;
            });
        }
    }
}

/// The port a driver says it listens on: "ChromeDriver was started successfully on port 40123."
async fn port<R: AsyncRead + Unpin>(lines: &mut Lines<BufReader<R>>) -> std::io::Result<u16> {
    while let Some(line) = lines.next_line().await? {
        let said = line
            .split_once("successfully on port ")
            .map(|(_, port)| port);
        if let Some(Ok(port)) = said.map(|text| text.trim_end_matches('.').parse()) {
            return Ok(port);
        }
    }
    Err(std::io::Error::other("it ended without saying its port"))
}

/// The configured program, or the first of these names on the search path.
fn program(configured: &Path, names: &[&str]) -> Option<PathBuf> {
    if !configured.as_os_str().is_empty() {
        return configured.is_file().then(|| configured.to_owned());
    }
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let candidates = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    candidates.into_iter().find(|file| file.is_file())
}
