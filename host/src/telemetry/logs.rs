//! Logs, for people or for programs, to standard error; and spans, to a collector if there is one.
//!
//! Owns: the process's one subscriber. Ends with `end`, which sends the spans that are left.

use std::io::IsTerminal as _;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::config::limits;
use crate::config::telemetry::{Logs, Telemetry};
use crate::telemetry::traces;

/// Why the host cannot tell of itself as it is configured to.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// There is no way to the collector.
    #[error(
        "[telemetry] otlp_endpoint cannot be used; name a collector such as http://127.0.0.1:4318: {0}"
    )]
    Collector(#[from] opentelemetry_otlp::ExporterBuildError),
    /// Something else tells of this process already.
    #[error("logs are being written already: {0}")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// What tells of the process until it ends.
#[must_use = "spans that are left are sent by `end`"]
pub struct Telling(Option<SdkTracerProvider>);

/// Begins to tell, as configured. `GANTRY_LOG` says how much is logged (`info` without it).
///
/// # Errors
/// If the collector's address cannot be used, or this was called before.
pub fn begin(telemetry: &Telemetry) -> Result<Telling, TelemetryError> {
    let filter = EnvFilter::try_from_env("GANTRY_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let without_spans = format!("{}=off", traces::TARGET);
    let without_spans = without_spans.parse().expect("a literal directive parses");
    let filter = filter.add_directive(without_spans);
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match telemetry.logs {
        Logs::Human => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        Logs::Json => lines.json().flatten_event(true).boxed(),
    };
    let provider = telemetry.otlp_endpoint.as_ref();
    let provider = provider.map(traces::provider).transpose()?;
    let spans = provider.as_ref().map(|provider| {
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("gantry"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(|about| {
                about.is_span() && about.target() == traces::TARGET
            }))
    });
    tracing_subscriber::registry()
        .with(spans)
        .with(lines.with_filter(filter))
        .try_init()?;
    Ok(Telling(provider))
}

impl Telling {
    /// Sends the spans that are left.
    pub async fn end(self) {
        let Some(provider) = self.0 else { return };
        // It waits, and what it waits for needs the runtime.
        let sending = move || provider.shutdown_with_timeout(limits::SPANS_SENT);
        match tokio::task::spawn_blocking(sending).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last spans could not be sent"),
            Err(error) => tracing::warn!(%error, "the last spans could not be sent"),
        }
    }
}
