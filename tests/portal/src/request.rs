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
    /// A list of the wizard: options, plates, sizes.
    Lookup,
    /// The check of a booking number or a quantity.
    Validation,
    /// Next, in the wizard.
    Step,
    /// Submit, in the wizard.
    Submit,
    /// One batch of the list of appointments.
    Appointments,
    /// The Excel export of appointments.
    AppointmentsExport,
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
            (_, "/" | "/login") | (Origin::Account, "/connect/authorize") => Self::Hop,
            (Origin::Account, "/Account/Login" | "/Home/Welcome")
            | (Origin::Containers, "/containers")
            | (Origin::Wizard, "/trucker/web/" | "/trucker/web/addvisit")
            | (Origin::Appointments, "/myappointments" | "/loading") => Self::Page,
            (Origin::Wizard, "/trucker/web/api/submit") => Self::Submit,
            (Origin::Wizard, path) => Self::of_wizard(path),
            (Origin::Appointments, "/api/appointments") => Self::Appointments,
            (Origin::Appointments, "/api/appointments/export") => Self::AppointmentsExport,
            (Origin::Containers, "/api/containers") => Self::Batch,
            (Origin::Containers, "/api/containers/export") => Self::Export,
            (Origin::Containers, path) if path.starts_with("/api/containers/") => Self::Detail,
            _ => Self::Other,
        }
    }

    fn of_wizard(path: &str) -> Self {
        let rest = path.strip_prefix("/trucker/web/api/").unwrap_or_default();
        match rest.split('/').next() {
            Some("lookup") => Self::Lookup,
            Some("validate") => Self::Validation,
            Some("step") => Self::Step,
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
            Self::Lookup => latencies.lookup_ms,
            Self::Validation => latencies.validation_ms,
            Self::Step => latencies.step_ms,
            Self::Submit => latencies.submit_ms,
            Self::Appointments => latencies.appointments_ms,
            Self::AppointmentsExport => latencies.appointments_export_ms,
            Self::Challenge | Self::Hop | Self::Asset | Self::Other => 0,
        }
    }
}
