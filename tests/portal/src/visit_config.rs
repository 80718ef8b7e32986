//! The variants of the wizard and of the list of appointments.
//!
//! Owns: the settings and their defaults. Never: changes while a portal runs.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How the wizard behaves.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WizardConfig {
    /// How long its page stays white after it has loaded.
    pub blank_ms: u64,
    /// Whether the trucking company is chosen from the start.
    pub company_preselected: bool,
    /// Whether a select asks for its options only when it is opened.
    pub lazy_options: bool,
    /// Whether Next of step 2 wants every move ticked.
    pub checkbox_needed: bool,
    /// How long the ticks of step 2 stay grey.
    pub tick_ms: u64,
    /// How many may book one slot.
    pub slot_capacity: u32,
    /// The day of the first slots.
    pub first_day: NaiveDate,
    /// What step 4 shows.
    pub confirmation: Confirmation,
    /// How long the sentence of step 4 stays before the list of appointments opens.
    pub redirect_ms: u64,
}

impl Default for WizardConfig {
    fn default() -> Self {
        Self {
            blank_ms: 1_000,
            company_preselected: true,
            lazy_options: false,
            checkbox_needed: false,
            tick_ms: 400,
            slot_capacity: 3,
            first_day: NaiveDate::from_ymd_opt(2025, 11, 3).expect("the day exists"),
            confirmation: Confirmation::Number,
            redirect_ms: 2_000,
        }
    }
}

impl WizardConfig {
    /// For tests: no white page, and ticks that are green at once.
    #[must_use]
    pub fn quick() -> Self {
        Self {
            blank_ms: 0,
            tick_ms: 0,
            ..Self::default()
        }
    }
}

/// What step 4 shows. Not known of the real portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confirmation {
    /// A sentence and the number of each appointment; it stays.
    Number,
    /// A bare sentence; then the list of appointments opens by itself.
    Sentence,
}

/// How the list of appointments behaves.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AppointmentsConfig {
    /// How many appointments an account has from the seed.
    pub seeded: usize,
    /// Rows in one batch.
    pub batch_size: usize,
    /// Columns and ids.
    pub layout: AppointmentsLayout,
    /// How long a loading address stands before the list, if there is one.
    pub loading_ms: Option<u64>,
}

impl Default for AppointmentsConfig {
    fn default() -> Self {
        Self {
            seeded: 57,
            batch_size: 20,
            layout: AppointmentsLayout::Numbered,
            loading_ms: None,
        }
    }
}

/// Columns and row ids of the list of appointments. Not known of the real portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppointmentsLayout {
    /// With the appointment's number, which is in the row's id as well.
    Numbered,
    /// Without numbers and without ids.
    Bare,
}
