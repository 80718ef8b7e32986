//! What kind of request one is: latencies, faults and the log go by it.
//!
//! Owns: the sorting of paths into kinds.

use axum::http::Method;
use serde::{Deserialize, Serialize};

use crate::config::Latencies;
use crate::origin::Origin;

/// The kind of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestKind {
    /// A page a person sees: an SPA's shell, the login form, the welcome page.
    Page,
    /// A submitted login form.
    SignIn,
    /// The challenge of the login page.
    Challenge,
    /// A redirect between origins.
    Hop,
    /// One batch of the container list.
    Batch,
    /// The details of one row.
    Detail,
    /// The Excel export of the container list.
    Export,
    /// A script or a style sheet.
    Asset,
    /// Anything else, such as what a browser asks for by itself.
    Other,
}

impl RequestKind {
    pub(crate) fn of(origin: Origin, method: &Method, path: &str) -> Self {
        if path.starts_with("/assets/") {
            return Self::Asset;
        }
        if path == "/signin-oidc" || path == "/signout" {
            return Self::Hop;
        }
        let is_post = method == Method::POST;
        match (origin, path) {
            (Origin::Account, "/Account/Login") if is_post => Self::SignIn,
            (Origin::Account, "/Account/Challenge") => Self::Challenge,
            (_, "/") | (Origin::Account, "/connect/authorize") | (Origin::Containers, "/login") => {
                Self::Hop
            }
            (Origin::Account, "/Account/Login" | "/Home/Welcome")
            | (Origin::Containers, "/containers")
            | (Origin::Wizard, "/trucker/web/" | "/trucker/web/addvisit")
            | (Origin::Appointments, "/myappointments") => Self::Page,
            (Origin::Containers, "/api/containers") => Self::Batch,
            (Origin::Containers, "/api/containers/export") => Self::Export,
            (Origin::Containers, path) if path.starts_with("/api/containers/") => Self::Detail,
            _ => Self::Other,
        }
    }

    pub(crate) fn latency_ms(self, latencies: &Latencies) -> u64 {
        match self {
            Self::Page => latencies.page_ms,
            Self::SignIn => latencies.sign_in_ms,
            Self::Batch => latencies.batch_ms,
            Self::Detail => latencies.detail_ms,
            Self::Export => latencies.export_ms,
            Self::Challenge | Self::Hop | Self::Asset | Self::Other => 0,
        }
    }
}
