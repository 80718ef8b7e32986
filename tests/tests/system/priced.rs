//! Portals that take their time: what the costs of operations are measured at.
//!
//! Owns: the latencies, and beside each portal what its pages wait for without a request.

use gantry_portal::{AppointmentsConfig, Latencies, ListOrder, PortalConfig, WizardConfig};

/// How long a row takes to open, once its details are there.
pub(crate) const OPEN_DELAY_MS: u64 = 500;

/// A list that answers in 0.3 s, batch by batch and row by row, and has always the same order.
pub(crate) fn containers() -> PortalConfig {
    PortalConfig {
        seed: 8,
        containers: 430,
        order: ListOrder::Stable,
        latencies: Latencies {
            page_ms: 300,
            batch_ms: 300,
            detail_ms: 300,
            ..Latencies::none()
        },
        open_delay_ms: OPEN_DELAY_MS,
        ..PortalConfig::quick()
    }
}

/// How many appointments there are.
pub(crate) const APPOINTMENTS: usize = 150;

/// A list of appointments that exports as fast as the portal does by default.
pub(crate) fn appointments() -> PortalConfig {
    PortalConfig {
        latencies: Latencies::default(),
        appointments: AppointmentsConfig {
            seeded: APPOINTMENTS,
            ..AppointmentsConfig::default()
        },
        ..PortalConfig::quick()
    }
}

/// The same with an export as slow as the least that is known: 45 s of sleep were found necessary in the field.
pub(crate) fn slow_export() -> PortalConfig {
    PortalConfig {
        latencies: Latencies {
            appointments_export_ms: 15_000,
            ..Latencies::default()
        },
        ..appointments()
    }
}

const BLANK_MS: u64 = 1_000;
const TICK_MS: u64 = 400;
/// The white page of the wizard, and the ticks.
pub(crate) const VISIT_IN_PAGE_MS: u64 = BLANK_MS + TICK_MS;

/// A wizard with the default latencies.
pub(crate) fn visits() -> PortalConfig {
    PortalConfig {
        wizard: WizardConfig {
            blank_ms: BLANK_MS,
            tick_ms: TICK_MS,
            ..WizardConfig::quick()
        },
        ..PortalConfig::default()
    }
}
