//! Holds a page in memory at what it is asked, so that a test can look meanwhile.

use std::sync::Arc;

use tokio::sync::watch;

/// Holds a page's answers back.
#[derive(Clone)]
pub(crate) struct Gate {
    reached: Arc<watch::Sender<u32>>,
    open: Arc<watch::Sender<bool>>,
}

impl Gate {
    pub(crate) fn closed() -> Self {
        Self {
            reached: Arc::default(),
            open: Arc::default(),
        }
    }

    /// Returns when so many calls wait at the gate.
    pub(crate) async fn reached_by(&self, calls: u32) {
        self.reached
            .subscribe()
            .wait_for(|reached| *reached >= calls)
            .await
            .unwrap();
    }

    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    pub(crate) async fn pass(&self) {
        self.reached.send_modify(|reached| *reached += 1);
        self.open.subscribe().wait_for(|open| *open).await.unwrap();
    }
}
