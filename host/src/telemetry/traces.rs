//! Traces: spans of runs, sent to a collector by OTLP.
//!
//! Owns: what sends them, in batches, beside the work. A collector that is slow or gone costs spans and nothing else.
//! Never: arguments, forms, queries or credentials in a span.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry_otlp::{Protocol, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use tokio::runtime::Handle;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use url::Url;

use crate::config::limits;

/// The target of all spans that are told; logs leave it out.
pub const TARGET: &str = "gantry::trace";

/// The name under which the host sends spans.
const SERVICE: &str = "gantry";

/// Whether something is going on that spans are told of. What nobody asked for, such as a keep-alive, is not traced.
#[must_use]
pub fn is_traced() -> bool {
    !Span::current().is_none()
}

/// Lets a span go on with the trace of whoever asked, by its `traceparent` (W3C). One that cannot be read is no parent.
pub fn go_on(span: &Span, traceparent: Option<&str>) {
    let Some(traceparent) = traceparent else {
        return;
    };
    let carrier = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    let parent = TraceContextPropagator::new().extract(&carrier);
    // A span that nobody listens to has no parent either.
    let _ = span.set_parent(parent);
}

/// What sends spans to the collector at this address; `/v1/traces` is added to it.
///
/// # Errors
/// If no client can be made for it.
pub(in crate::telemetry) fn provider(
    collector: &Url,
) -> Result<SdkTracerProvider, opentelemetry_otlp::ExporterBuildError> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpJson)
        .with_endpoint(format!(
            "{}/v1/traces",
            collector.as_str().trim_end_matches('/')
        ))
        .with_timeout(limits::SPANS_SENT)
        .build()?;
    let exporter = OnRuntime {
        exporter: Arc::new(exporter),
        runtime: Handle::current(),
    };
    let resource = Resource::builder().with_service_name(SERVICE).build();
    Ok(SdkTracerProvider::builder()
        .with_resource(resource)
        .with_batch_exporter(exporter)
        .build())
}

/// Sends spans on the host's runtime: the thread that gathers them has none, and the client needs one.
struct OnRuntime {
    exporter: Arc<opentelemetry_otlp::SpanExporter>,
    runtime: Handle,
}

impl fmt::Debug for OnRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnRuntime")
    }
}

impl SpanExporter for OnRuntime {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let exporter = Arc::clone(&self.exporter);
        let sending = self
            .runtime
            .spawn(async move { exporter.export(batch).await });
        let sent = sending
            .await
            .map_err(|error| OTelSdkError::InternalFailure(error.to_string()));
        let sent = sent.and_then(|sent| sent);
        if let Err(error) = &sent {
            tracing::debug!(%error, "spans could not be sent");
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        if let Some(exporter) = Arc::get_mut(&mut self.exporter) {
            exporter.set_resource(resource);
        }
    }
}
