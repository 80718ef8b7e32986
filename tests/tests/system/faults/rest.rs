//! Nothing is left of a fault: no process, no folder, no temporary files that belong to no session.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::office::Office;
use crate::pace::paced;
use crate::processes;

/// What a fault may leave for a while.
const GONE_WITHIN: Duration = Duration::from_secs(10);

/// What there was of a session's browser when the fault struck.
pub(crate) struct Remains {
    pids: Vec<i32>,
    temporary: Option<PathBuf>,
}

impl Remains {
    pub(crate) fn of(folder: &Path) -> Self {
        let processes = processes::find(folder);
        Self {
            pids: processes.iter().map(|process| process.pid).collect(),
            temporary: std::fs::read_link(folder.join("tmp")).ok(),
        }
    }

    /// What is still there of it.
    fn left(&self) -> Vec<String> {
        let runs = |pid: &&i32| u32::try_from(**pid).is_ok_and(processes::runs);
        let pids = self.pids.iter().filter(runs).map(ToString::to_string);
        let folders = self.temporary.iter().filter(|folder| folder.exists());
        pids.chain(folders.map(|folder| folder.display().to_string()))
            .collect()
    }
}

/// Waits until exactly the sessions have browsers and folders, and nothing remains of a lost one.
pub(crate) async fn at_rest(office: &Office, lost: Option<&Remains>, about: &str) -> Duration {
    let began = Instant::now();
    loop {
        let mut left = strangers(office).await;
        left.extend(lost.iter().flat_map(|remains| remains.left()));
        if left.is_empty() {
            return began.elapsed();
        }
        assert!(
            began.elapsed() < paced(GONE_WITHIN),
            "{about}: left behind: {left:#?}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Folders and processes of no session, sessions without a folder, and dead children nobody waited for.
async fn strangers(office: &Office) -> Vec<String> {
    let sessions = office.get("/v1/sessions").await.ok();
    let sessions = sessions["sessions"].as_array().unwrap().clone();
    let ids: BTreeSet<String> = sessions
        .iter()
        .map(|session| session["session_id"].as_str().unwrap().to_owned())
        .collect();
    let browsers = office.folder.path().join("data/browsers");
    let folders: BTreeSet<String> = std::fs::read_dir(&browsers)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut strange: Vec<String> = folders.symmetric_difference(&ids).cloned().collect();
    let is_ours = |command: &str| ids.iter().any(|id| command.contains(id));
    let processes = processes::below(&browsers).into_iter();
    strange.extend(processes.filter(|command| !is_ours(command)));
    strange.extend(processes::zombies_of(std::process::id()));
    strange
}
