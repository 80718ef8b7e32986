//! What a portal is started with: sizes, latencies, and the variants of what is not known.
//!
//! Owns: the settings, their defaults and their bounds.
//! Never: changes while a portal runs, but for the latencies, which the control API copies.

use serde::{Deserialize, Serialize};

use crate::visit_config::{AppointmentsConfig, WizardConfig};

/// The most containers an account may have: number blocks of two accounts must not meet.
pub const CONTAINERS_MAX: usize = 10_000;

/// Everything that can be chosen about a simulated portal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortalConfig {
    /// Decides every generated thing; equal seeds give equal portals.
    pub seed: u64,
    /// How many different containers each account has.
    pub containers: usize,
    /// Who may sign in. Each account has containers of its own.
    pub accounts: Vec<Account>,
    /// Where to listen; zero means any free port.
    pub ports: Ports,
    /// Rows in one batch of the list.
    pub batch_size: usize,
    /// Whether some batches repeat the last rows of the one before.
    pub duplicate_edges: bool,
    /// Whether each load of the list comes in another order.
    pub order: ListOrder,
    /// How the list tells that it is at its end.
    pub end_of_list: EndOfList,
    /// Whether a progress bar shows while a batch is on its way.
    pub loading_bar: bool,
    /// How long the server takes for each kind of request.
    pub latencies: Latencies,
    /// What the login page asks for besides name and password.
    pub challenge: Challenge,
    /// The text of a JavaScript alert shown when the login form is submitted.
    pub alert_on_submit: Option<String>,
    /// The text of the button of a first-run prompt that covers the welcome page.
    pub first_run_prompt: Option<String>,
    /// Where a sign-in at the identity provider lands.
    pub landing: Landing,
    /// The HTTP status of the rendered "not logged in" page.
    pub expired_status: u16,
    /// Whether sessions end by themselves when an origin is not visited.
    pub idle_expiry: Option<IdleExpiry>,
    /// How long a row takes to open, after its details have arrived.
    pub open_delay_ms: u64,
    /// The order of the timeline's milestones in the document.
    pub timeline_order: TimelineOrder,
    /// Whether the first click on the header checkbox of each load does nothing.
    pub header_click_lost: bool,
    /// The appointment wizard.
    pub wizard: WizardConfig,
    /// The list of appointments.
    pub appointments: AppointmentsConfig,
}

impl Default for PortalConfig {
    fn default() -> Self {
        Self {
            seed: 1,
            containers: 430,
            accounts: Account::invented(3),
            ports: Ports::default(),
            batch_size: 40,
            duplicate_edges: true,
            order: ListOrder::Shuffled,
            end_of_list: EndOfList::EmptyBatch,
            loading_bar: false,
            latencies: Latencies::default(),
            challenge: Challenge::None,
            alert_on_submit: None,
            first_run_prompt: None,
            landing: Landing::Welcome,
            expired_status: 200,
            idle_expiry: None,
            open_delay_ms: 1_000,
            timeline_order: TimelineOrder::NewestFirst,
            header_click_lost: false,
            wizard: WizardConfig::default(),
            appointments: AppointmentsConfig::default(),
        }
    }
}

impl PortalConfig {
    /// Containers of each account in a quick portal: the work of drawing a list grows with their square.
    pub const QUICK_CONTAINERS: usize = 200;

    /// For tests: no latencies, rows that open in a tenth of a second, and half a list.
    #[must_use]
    pub fn quick() -> Self {
        Self {
            containers: Self::QUICK_CONTAINERS,
            latencies: Latencies::none(),
            open_delay_ms: 100,
            wizard: WizardConfig::quick(),
            ..Self::default()
        }
    }

    pub(crate) fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(self.batch_size >= 4, "a batch needs at least four rows");
        anyhow::ensure!(
            self.containers <= CONTAINERS_MAX,
            "at most {CONTAINERS_MAX} containers for each account"
        );
        anyhow::ensure!(
            self.appointments.batch_size > 0,
            "a batch of appointments needs a row"
        );
        anyhow::ensure!(!self.accounts.is_empty(), "a portal needs an account");
        anyhow::ensure!(
            matches!(self.expired_status, 200 | 401),
            "the expired page comes with status 200 or 401"
        );
        Ok(())
    }
}

/// Somebody who may sign in; invented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The name typed into the form.
    pub username: String,
    /// The password typed into the form.
    pub password: String,
}

impl Account {
    /// `count` accounts: `dispatcher1` with the password `correct horse 1`, and so on.
    #[must_use]
    pub fn invented(count: usize) -> Vec<Self> {
        (1..=count)
            .map(|number| Self {
                username: format!("dispatcher{number}"),
                password: format!("correct horse {number}"),
            })
            .collect()
    }
}

/// The ports to listen at; zero means any free one.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ports {
    /// Identity provider.
    pub account: u16,
    /// Container list.
    pub containers: u16,
    /// Appointment wizard.
    pub wizard: u16,
    /// Own appointments.
    pub appointments: u16,
    /// Control API.
    pub control: u16,
}

impl Ports {
    /// Five ports in a row, in the order of the fields.
    #[must_use]
    pub fn from_base(base: u16) -> Self {
        Self {
            account: base,
            containers: base + 1,
            wizard: base + 2,
            appointments: base + 3,
            control: base + 4,
        }
    }
}

/// How long the server waits before it answers, by kind of request.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Latencies {
    /// Page shells, the welcome page and the login form.
    pub page_ms: u64,
    /// The answer to a submitted login form.
    pub sign_in_ms: u64,
    /// One batch of the list.
    pub batch_ms: u64,
    /// The details of one row.
    pub detail_ms: u64,
    /// The Excel export.
    pub export_ms: u64,
    /// A list of the wizard: options, plates, sizes.
    pub lookup_ms: u64,
    /// The check of a booking number or a quantity.
    pub validation_ms: u64,
    /// Next, in the wizard.
    pub step_ms: u64,
    /// Submit, in the wizard: it is booked at once, and answered so late.
    pub submit_ms: u64,
    /// One batch of the list of appointments.
    pub appointments_ms: u64,
    /// The Excel export of appointments.
    pub appointments_export_ms: u64,
}

impl Default for Latencies {
    fn default() -> Self {
        Self {
            page_ms: 400,
            sign_in_ms: 600,
            batch_ms: 300,
            detail_ms: 300,
            export_ms: 500,
            lookup_ms: 200,
            validation_ms: 1_500,
            step_ms: 800,
            submit_ms: 1_200,
            appointments_ms: 500,
            appointments_export_ms: 3_000,
        }
    }
}

impl Latencies {
    /// Answers at once.
    #[must_use]
    pub fn none() -> Self {
        Self {
            page_ms: 0,
            sign_in_ms: 0,
            batch_ms: 0,
            detail_ms: 0,
            export_ms: 0,
            lookup_ms: 0,
            validation_ms: 0,
            step_ms: 0,
            submit_ms: 0,
            appointments_ms: 0,
            appointments_export_ms: 0,
        }
    }
}

/// Whether each load of the list comes in another order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListOrder {
    /// Another order at each load, decided by seed, account and number of the load.
    Shuffled,
    /// Always the order of `Portal::containers_of`.
    Stable,
}

/// How the list tells that nothing follows. Not known of the real portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndOfList {
    /// The page asks for one batch more and gets an empty one.
    EmptyBatch,
    /// The page knows from the last batch and asks for nothing more.
    Silent,
    /// As `Silent`, and a last line says that there are no more records.
    Marker,
}

/// What stands between the filled form and the LOGIN button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Challenge {
    /// Nothing: the button works once both inputs are filled.
    None,
    /// A checkbox that a click satisfies: a portal that trusts the browser.
    Checkbox,
    /// A drawn number that a person has to read.
    Operator,
}

/// Where a sign-in at the identity provider lands: a preference of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Landing {
    /// The welcome page.
    Welcome,
    /// The container list.
    Containers,
}

/// How an ended session shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpiryForm {
    /// A page that says the user is not logged in and to use the back button.
    Rendered,
    /// A redirect to the identity provider.
    Redirect,
}

/// Sessions that end by themselves, at each origin separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdleExpiry {
    /// How long an origin may go unvisited.
    pub after_ms: u64,
    /// How the end shows.
    pub form: ExpiryForm,
}

/// The order of the timeline's milestones in the document. Not known of the real portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimelineOrder {
    /// As captured text reads.
    NewestFirst,
    /// As the earlier system assumed.
    OldestFirst,
}
