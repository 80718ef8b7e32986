//! The four origins of the portal: their names, hosts and cookies.
//!
//! Owns: the `Origin` name and the addresses a running portal answers at.
//! Never: knows what is served there.

use serde::{Deserialize, Serialize};

/// One of the four sites a person of the trucking portal meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The identity provider: sign-in form, welcome page.
    Account,
    /// The SPA with the container list.
    Containers,
    /// The SPA with the appointment wizard.
    Wizard,
    /// The SPA with the list of own appointments.
    Appointments,
}

impl Origin {
    /// All four, in the order in which they are started.
    pub const ALL: [Self; 4] = [
        Self::Account,
        Self::Containers,
        Self::Wizard,
        Self::Appointments,
    ];

    /// The host name; browsers resolve names under `localhost` to loopback by themselves.
    #[must_use]
    pub fn host(self) -> &'static str {
        match self {
            Self::Account => "account.localhost",
            Self::Containers => "ecp2.localhost",
            Self::Wizard => "termops.localhost",
            Self::Appointments => "truckerportal.localhost",
        }
    }

    /// The word used for this origin in queries, cookies and the control API.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Containers => "containers",
            Self::Wizard => "wizard",
            Self::Appointments => "appointments",
        }
    }

    /// The origin whose word this is.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.word() == word)
    }

    /// The title of its pages.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Account => "eModal",
            Self::Containers => "Port Manager",
            Self::Wizard => "eModal Community Portal",
            Self::Appointments => "CargoSprint eModal",
        }
    }

    // Named by origin: cookies are not kept apart by port, and somebody may
    // well open the origins by `127.0.0.1`.
    pub(crate) fn session_cookie(self) -> String {
        format!("{}_session", self.word())
    }

    pub(crate) fn visitor_cookie(self) -> String {
        format!("{}_visitor", self.word())
    }
}

/// Where the four origins of a running portal are, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origins {
    /// The identity provider.
    pub account: String,
    /// The container list.
    pub containers: String,
    /// The appointment wizard.
    pub wizard: String,
    /// The list of own appointments.
    pub appointments: String,
}

impl Origins {
    /// The address of one of them.
    #[must_use]
    pub fn of(&self, origin: Origin) -> &str {
        match origin {
            Origin::Account => &self.account,
            Origin::Containers => &self.containers,
            Origin::Wizard => &self.wizard,
            Origin::Appointments => &self.appointments,
        }
    }
}
