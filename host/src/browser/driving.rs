//! How pages are driven: where the portal is, and how long things may take.

use std::time::Duration;

use crate::browser::reach::Reach;
use crate::browser::sites::Sites;
use crate::config::limits;
use crate::telemetry::figures::Figures;

/// How a page is to be driven.
#[derive(Debug, Clone)]
pub struct Driving {
    /// The portal's sites.
    pub sites: Sites,
    /// What browsers may reach.
    pub reach: Reach,
    /// Least time between two navigations.
    pub pace: Duration,
    /// Deadline of an ordinary command.
    pub command: Duration,
    /// What a page may take to load.
    pub navigate: Duration,
    /// Texts of the buttons that no operation may click without an open effect.
    pub guarded: Vec<String>,
    /// Where commands are counted.
    pub figures: Figures,
}

impl Driving {
    /// When a page that is still loading is not answered for by the driver any more.
    pub(crate) fn page_load(&self) -> Duration {
        self.navigate + limits::PAGE_LOAD_GRACE
    }
}
