//! `[telemetry]`: what the host tells of itself beside its answers.

use serde::{Deserialize, Serialize};
use url::Url;

/// `[telemetry]`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telemetry {
    /// Where spans of runs are sent, by OTLP over HTTP with JSON: `http://127.0.0.1:4318`. Nowhere without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otlp_endpoint: Option<Url>,
    /// How logs are written.
    pub logs: Logs,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Logs {
    /// For people.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}
