//! What became of a container that was looked for.

use emodal::booking::{self, NoBooking};
use emodal::container::Container;
use emodal::detail::Detail;
use emodal::timeline::{self, Milestone};
use emodal::trade::Trade;
use gantry_sdk::Failure;
use schemars::JsonSchema;
use serde::Serialize;

use crate::step::Ended;

/// A container whose row was opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Its row.
    pub container: Container,
    /// What has opened under it.
    pub detail: Detail,
}

impl Opened {
    /// Whether it comes or goes.
    #[must_use]
    pub fn trade(&self) -> Trade {
        Trade::of_cell(&self.container.trade_type)
    }

    /// Its milestones, newest first.
    ///
    /// # Errors
    /// There are none, which is no timeline.
    pub fn milestones(&self) -> Result<Vec<Milestone>, Missing> {
        let milestones = timeline::milestones(&self.detail.milestone_rows, self.trade());
        if milestones.is_empty() {
            let message = "The row was opened, and its details have no timeline";
            return Err(Missing::new(Code::DetailsUnreadable, message));
        }
        Ok(milestones)
    }

    /// Its booking number, or why it has none.
    ///
    /// # Errors
    /// It cannot be told.
    pub fn booking_number(&self) -> Result<Result<String, NoBooking>, Missing> {
        booking::booking_number(&self.detail, self.trade())
            .map_err(|unclear| Missing::new(Code::DetailsUnreadable, unclear.to_string()))
    }
}

/// Why there is nothing to say of a container. The others are not touched by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Missing {
    /// Stable, kebab-case.
    pub code: Code,
    /// For a person.
    pub message: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

/// The reasons by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// What was asked for is no container number.
    InvalidContainerNumber,
    /// The list was read to its end, and it is not in it.
    ContainerNotFound,
    /// The list could not be read to its end, and it is not in what was read.
    ListIncomplete,
    /// The row has no arrow: the portal has no more data.
    NoDetails,
    /// The row could not be opened, or stayed empty.
    DetailsFailed,
    /// The row was opened, and what is under it is not as expected.
    DetailsUnreadable,
    /// The time of the call ran out before it was known.
    Deadline,
}

impl Code {
    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidContainerNumber => "invalid-container-number",
            Self::ContainerNotFound => "container-not-found",
            Self::ListIncomplete => "list-incomplete",
            Self::NoDetails => "no-details",
            Self::DetailsFailed => "details-failed",
            Self::DetailsUnreadable => "details-unreadable",
            Self::Deadline => "deadline",
        }
    }

    fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::ListIncomplete | Self::DetailsFailed | Self::Deadline
        )
    }
}

impl Missing {
    /// For this reason.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retryable: code.is_retryable(),
        }
    }

    /// It was not seen in a list that ended so.
    pub(crate) fn unseen(ended: Ended) -> Self {
        let (code, message) = match ended {
            Ended::EndOfList => (
                Code::ContainerNotFound,
                "The account's container list was read to its end, and this container is not in it",
            ),
            Ended::Stalled => (
                Code::ListIncomplete,
                "The portal did not give its whole list, and this container is not in what came; try again later",
            ),
            Ended::Deadline => (
                Code::ListIncomplete,
                "The time was up before this container was found in the list and its row opened",
            ),
        };
        Self::new(code, message)
    }

    pub(crate) fn no_details() -> Self {
        let message = "The portal has no details of this container: its row cannot be opened";
        Self::new(Code::NoDetails, message)
    }
}

impl From<Missing> for Failure {
    fn from(missing: Missing) -> Self {
        Self {
            retryable: missing.retryable,
            ..Self::new(missing.code.name(), missing.message)
        }
    }
}
