//! How pages are driven: where the portal is, and how long things may take.

use std::time::Duration;

use crate::browser::reach::Reach;
use crate::browser::sites::Sites;
use crate::config::limits;
use crate::config::schema::Config;
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
    /// As the configuration says; commands are counted in `figures`.
    #[must_use]
    pub fn of(config: &Config, figures: Figures) -> Self {
        Self {
            sites: Sites::new(&config.portal.origins),
            reach: Reach::new(&config.portal),
            pace: Duration::from_millis(config.portal.pace_ms),
            command: Duration::from_millis(config.limits.command_ms),
            navigate: Duration::from_millis(config.limits.navigate_ms),
            guarded: config.portal.guarded.clone(),
            figures,
        }
    }

    /// When a page that is still loading is not answered for by the driver any more.
    pub(crate) fn page_load(&self) -> Duration {
        self.navigate + limits::PAGE_LOAD_GRACE
    }
}
