//! The simulated portal as a program: prints where it is, serves until it is told to stop.
//!
//! Owns: the command line. Ends: by SIGTERM or SIGINT, with status zero.

use anyhow::Context;
use clap::{Parser, value_parser};
use gantry_portal::{
    Account, AppointmentsConfig, AppointmentsLayout, Challenge, Confirmation, EndOfList, Latencies,
    ListOrder, Portal, PortalConfig, Ports, TimelineOrder, WizardConfig,
};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

/// Serves a simulated E-Modal portal on loopback.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Decides everything that is generated.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Containers of each account.
    #[arg(long, default_value_t = 430)]
    containers: usize,
    /// How many accounts: dispatcher1 with the password "correct horse 1", and so on.
    #[arg(long, default_value_t = 3)]
    accounts: usize,
    /// First of five ports: account, containers, wizard, appointments, control. 0: any free ones.
    #[arg(long, alias = "port", default_value_t = 0)]
    #[arg(value_parser = value_parser!(u16).range(..=65_531))]
    port_base: u16,
    /// Rows in one batch of the list.
    #[arg(long, default_value_t = 40)]
    batch_size: usize,
    /// Latency of pages.
    #[arg(long, default_value_t = Latencies::default().page_ms)]
    page_latency_ms: u64,
    /// Latency of a submitted login form.
    #[arg(long, default_value_t = Latencies::default().sign_in_ms)]
    sign_in_latency_ms: u64,
    /// Latency of a batch.
    #[arg(long, default_value_t = Latencies::default().batch_ms)]
    batch_latency_ms: u64,
    /// Latency of a row's details.
    #[arg(long, default_value_t = Latencies::default().detail_ms)]
    detail_latency_ms: u64,
    /// Latency of the Excel export.
    #[arg(long, default_value_t = Latencies::default().export_ms)]
    export_latency_ms: u64,
    /// Latency of the check of a booking number or a quantity.
    #[arg(long, default_value_t = Latencies::default().validation_ms)]
    validation_latency_ms: u64,
    /// Latency of Submit.
    #[arg(long, default_value_t = Latencies::default().submit_ms)]
    submit_latency_ms: u64,
    /// Latency of the Excel export of appointments.
    #[arg(long, default_value_t = Latencies::default().appointments_export_ms)]
    appointments_export_latency_ms: u64,
    /// How long the wizard stays white.
    #[arg(long, default_value_t = WizardConfig::default().blank_ms)]
    wizard_blank_ms: u64,
    /// How many may book one slot.
    #[arg(long, default_value_t = WizardConfig::default().slot_capacity)]
    slot_capacity: u32,
    /// Load the options of the wizard's selects when they are opened.
    #[arg(long)]
    lazy_options: bool,
    /// Want every move ticked before Next of step 2.
    #[arg(long)]
    checkbox_needed: bool,
    /// What step 4 shows: number or sentence.
    #[arg(long, default_value = "number", value_parser = word::<Confirmation>)]
    confirmation: Confirmation,
    /// Appointments each account has from the start.
    #[arg(long, default_value_t = AppointmentsConfig::default().seeded)]
    appointments: usize,
    /// Columns and ids of the list of appointments: numbered or bare.
    #[arg(long, default_value = "numbered", value_parser = word::<AppointmentsLayout>)]
    appointments_layout: AppointmentsLayout,
    /// Show a loading address this long before the list of appointments.
    #[arg(long)]
    loading_ms: Option<u64>,
    /// How long a row takes to open.
    #[arg(long, default_value_t = 1_000)]
    open_delay_ms: u64,
    /// What the login page asks for: none, checkbox or operator.
    #[arg(long, default_value = "none", value_parser = word::<Challenge>)]
    challenge: Challenge,
    /// How the list ends: empty-batch, silent or marker.
    #[arg(long, default_value = "empty-batch", value_parser = word::<EndOfList>)]
    end_of_list: EndOfList,
    /// Order of the list: shuffled or stable.
    #[arg(long, default_value = "shuffled", value_parser = word::<ListOrder>)]
    order: ListOrder,
    /// Order of the timeline in the document: newest-first or oldest-first.
    #[arg(long, default_value = "newest-first", value_parser = word::<TimelineOrder>)]
    timeline_order: TimelineOrder,
    /// Never repeat rows at the edges of batches.
    #[arg(long)]
    no_duplicates: bool,
    /// Lose the first click on the header checkbox of each load.
    #[arg(long)]
    header_click_lost: bool,
    /// Show a progress bar while a batch is on its way.
    #[arg(long)]
    loading_bar: bool,
    /// Show a JavaScript alert with this text when the login form is submitted.
    #[arg(long)]
    alert_on_submit: Option<String>,
    /// Cover the welcome page with a prompt that has this button.
    #[arg(long)]
    first_run_prompt: Option<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut term = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    let portal = Portal::start(config(Arguments::parse())).await?;
    let ready = json!({
        "origins": portal.origins(),
        "control": portal.control_url(),
        "accounts": portal.accounts(),
    });
    println!("{ready}");
    tokio::select! {
        _ = term.recv() => {}
        _ = interrupt.recv() => {}
    }
    portal.shutdown().await;
    Ok(())
}

fn config(arguments: Arguments) -> PortalConfig {
    PortalConfig {
        seed: arguments.seed,
        containers: arguments.containers,
        accounts: Account::invented(arguments.accounts),
        ports: match arguments.port_base {
            0 => Ports::default(),
            base => Ports::from_base(base),
        },
        batch_size: arguments.batch_size,
        duplicate_edges: !arguments.no_duplicates,
        order: arguments.order,
        end_of_list: arguments.end_of_list,
        latencies: Latencies {
            page_ms: arguments.page_latency_ms,
            sign_in_ms: arguments.sign_in_latency_ms,
            batch_ms: arguments.batch_latency_ms,
            detail_ms: arguments.detail_latency_ms,
            export_ms: arguments.export_latency_ms,
            validation_ms: arguments.validation_latency_ms,
            submit_ms: arguments.submit_latency_ms,
            appointments_export_ms: arguments.appointments_export_latency_ms,
            ..Latencies::default()
        },
        wizard: WizardConfig {
            blank_ms: arguments.wizard_blank_ms,
            slot_capacity: arguments.slot_capacity,
            lazy_options: arguments.lazy_options,
            checkbox_needed: arguments.checkbox_needed,
            confirmation: arguments.confirmation,
            ..WizardConfig::default()
        },
        appointments: AppointmentsConfig {
            seeded: arguments.appointments,
            layout: arguments.appointments_layout,
            loading_ms: arguments.loading_ms,
            ..AppointmentsConfig::default()
        },
        challenge: arguments.challenge,
        alert_on_submit: arguments.alert_on_submit,
        first_run_prompt: arguments.first_run_prompt,
        open_delay_ms: arguments.open_delay_ms,
        header_click_lost: arguments.header_click_lost,
        loading_bar: arguments.loading_bar,
        timeline_order: arguments.timeline_order,
        ..PortalConfig::default()
    }
}

/// Reads a setting by the word it has in the control API.
fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(json!(text)).map_err(|error| error.to_string())
}
