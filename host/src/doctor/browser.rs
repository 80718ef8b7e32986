//! Chromium and ChromeDriver: there, a pair, and really starting. One session is opened on an empty page and ended.
//!
//! Owns: that session, in a temporary folder of its own; both are gone when this returns.

use std::ffi::OsStr;
use std::path::Path;

use tokio::time::timeout;

use crate::browser::driving::Driving;
use crate::browser::folder::BrowserStorage;
use crate::browser::launch::{
    Afterwards, LaunchError, LaunchOrder, Launched, Launcher as _, Profile,
};
use crate::browser::local::{self, LocalLauncher, Programs};
use crate::browser::reaper;
use crate::config::check_limits;
use crate::config::schema::{Backend, Config, Sandbox};
use crate::doctor::finding::Finding;
use crate::doctor::program;
use crate::model::ids::SessionId;
use crate::telemetry::figures::Figures;

const INSTALL: &str = "install both from one source (Debian: `apt-get install chromium chromium-driver`), \
                       or set [browser] chromium and chromedriver";

/// Looks at the programs of `[browser]`, and starts them.
pub async fn examine(config: &Config, tell: &mut dyn FnMut(Finding)) {
    if config.browser.backend == Backend::Grid {
        let detail = "browsers behind a Selenium Grid are not served by this release";
        let advice = "set [browser] backend = \"local\"";
        tell(Finding::fail("browser", detail, advice));
        return;
    }
    let programs = match local::programs(&config.browser) {
        Ok(programs) => programs,
        Err(error) => {
            let name = match &error {
                LaunchError::ProgramMissing { key, .. } => key,
                _ => "browser",
            };
            tell(Finding::fail(name, error.to_string(), INSTALL));
            return;
        }
    };
    if are_a_pair(&programs, tell).await {
        tell(starts(config).await);
    }
    tell(sandbox(config));
    tell(temporary_files().await);
}

/// Whether both say their version, and the same. Tells each.
async fn are_a_pair(programs: &Programs, tell: &mut dyn FnMut(Finding)) -> bool {
    let mut majors = Vec::new();
    for (name, path) in [
        ("chromium", &programs.chromium),
        ("chromedriver", &programs.chromedriver),
    ] {
        match version(path).await {
            Ok(said) => {
                let major = major(&said);
                tell(Finding::ok(name, format!("{}: {said}", path.display())));
                majors.push(major);
            }
            Err(why) => {
                let detail = format!("{} does not say its version: {why}", path.display());
                tell(Finding::fail(name, detail, INSTALL));
            }
        }
    }
    let name = "versions";
    match majors[..] {
        [Some(chromium), Some(driver)] if chromium == driver => {
            tell(Finding::ok(name, format!("both are {chromium}")));
            true
        }
        [Some(chromium), Some(driver)] => {
            let detail = format!("Chromium is {chromium}, and ChromeDriver is {driver}");
            tell(Finding::fail(name, detail, INSTALL));
            false
        }
        [_, _] => {
            let detail = "the versions cannot be read from what they say";
            tell(Finding::warn(name, detail, INSTALL));
            true
        }
        // What is missing was told.
        _ => false,
    }
}

async fn version(path: &Path) -> Result<String, String> {
    let asked = [OsStr::new("--version")];
    let said = program::output(path, &asked, check_limits::PROGRAM_VERSION).await?;
    Ok(said.lines().next().unwrap_or_default().to_owned())
}

/// Of `Chromium 140.0.7339.80 built on Debian` it is 140.
fn major(said: &str) -> Option<u32> {
    let mut numbers = said
        .split_whitespace()
        .filter_map(|word| word.split_once('.'));
    numbers.find_map(|(first, _)| first.parse().ok())
}

async fn starts(config: &Config) -> Finding {
    let name = "browser";
    let unusable = |error: std::io::Error| {
        let advice = "look at the temporary folder (TMPDIR)";
        Finding::fail(
            name,
            format!("no folder for it can be made: {error}"),
            advice,
        )
    };
    let scratch = match tempfile::tempdir() {
        Ok(scratch) => scratch,
        Err(error) => return unusable(error),
    };
    let storage = match BrowserStorage::below(scratch.path()) {
        Ok(storage) => storage,
        Err(error) => return unusable(error),
    };
    let tried = timeout(check_limits::DOCTOR_BROWSER, open_and_end(config, &storage)).await;
    // What a session leaves that was cut short is found by its folder, as after a crash of a host.
    let left = reaper::reap(&storage).await;
    match tried {
        Ok(Ok(())) => match left {
            Ok(left) if left.groups == 0 => {
                Finding::ok(name, "a session was opened on an empty page, and ended")
            }
            _ => Finding::warn(
                name,
                "a session was opened, and its processes did not end by themselves",
                "look at the load of the machine, and run the doctor again",
            ),
        },
        Ok(Err(error)) => {
            let advice = advice(&error);
            Finding::fail(name, error.to_string(), advice)
        }
        Err(_) => Finding::fail(
            name,
            format!(
                "no session was opened within {} s",
                check_limits::DOCTOR_BROWSER.as_secs()
            ),
            "look at the load and the memory of the machine",
        ),
    }
}

async fn open_and_end(config: &Config, storage: &BrowserStorage) -> Result<(), LaunchError> {
    let browser = config.browser.clone();
    let launcher = LocalLauncher::new(
        browser,
        Driving::of(config, Figures::new()),
        storage.clone(),
    )?;
    let order = LaunchOrder {
        session: SessionId::random(),
        username: "gantry doctor".to_owned(),
        keep_alive: false,
        profile: Profile::Fresh,
    };
    let Launched { page, browser, .. } = launcher.launch(&order).await?;
    browser.close(Some(page), Afterwards::RemoveProfile).await;
    Ok(())
}

fn advice(error: &LaunchError) -> &'static str {
    match error {
        LaunchError::ProgramMissing { .. } | LaunchError::Mismatch(_) => INSTALL,
        LaunchError::Driver(_) => {
            "start chromedriver by hand and see what it says; libraries may be missing"
        }
        LaunchError::Session(_) => {
            "start chromium --headless=new by hand and see what it says: libraries or memory may be missing, or the \
             kernel forbids its sandbox (see [browser] sandbox)"
        }
        LaunchError::Folder(_) => "look at the temporary folder (TMPDIR)",
    }
}

fn sandbox(config: &Config) -> Finding {
    let name = "sandbox";
    let is_root = nix::unistd::geteuid().is_root();
    match config.browser.sandbox {
        Sandbox::Auto if is_root => Finding::warn(
            name,
            "off: Chromium refuses its sandbox to root",
            "run the host as a user of its own",
        ),
        Sandbox::On if is_root => Finding::fail(
            name,
            "on, and Chromium refuses it to root",
            "run the host as a user of its own",
        ),
        Sandbox::Off => Finding::warn(
            name,
            "off, as configured",
            "set [browser] sandbox = \"auto\" where the kernel allows user namespaces",
        ),
        Sandbox::Auto | Sandbox::On => Finding::ok(name, "on"),
    }
}

/// Chromium is told not to use `/dev/shm`, which containers keep small: its shared memory is in files here.
async fn temporary_files() -> Finding {
    let (name, dir) = ("temporary-files", std::env::temp_dir());
    let free = program::free_bytes(&dir, check_limits::PROGRAM_VERSION).await;
    match free {
        Some(free) if free < check_limits::TEMPORARY_BYTES => Finding::warn(
            name,
            format!("{} MiB are free in {}", free >> 20, dir.display()),
            "make room, or set TMPDIR: Chromium has its shared memory there, and not in /dev/shm",
        ),
        Some(free) => Finding::ok(
            name,
            format!(
                "{} MiB are free in {}; /dev/shm is not used",
                free >> 20,
                dir.display()
            ),
        ),
        None => Finding::ok(name, format!("in {}; /dev/shm is not used", dir.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_either_program_says() {
        assert_eq!(major("Chromium 140.0.7339.80 built on Debian"), Some(140));
        assert_eq!(
            major("ChromeDriver 139.0.1 (abc.def-refs/branch@{#1})"),
            Some(139)
        );
        assert_eq!(major("Google Chrome 141.0.1.2 "), Some(141));
        assert_eq!(major("something else"), None);
    }
}
