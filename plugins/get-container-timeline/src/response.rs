//! What a caller gets: the milestones, what they say of Pregate, and the cards beside them.

use container_list::outcome::Opened;
use emodal::container_number::ContainerNumber;
use emodal::detail::Card;
use emodal::timeline::{Milestone, NoPregate, passed_pregate};
use gantry_sdk::{Failure, clock};
use schemars::JsonSchema;
use serde::Serialize;

/// A container's timeline.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Response {
    /// The number that was asked for.
    container_id: String,
    /// IMPORT, EXPORT or N/A, by the container's row.
    trade_type: String,
    /// The row's status.
    status: String,
    /// Newest first.
    milestones: Vec<Milestone>,
    /// How many they are.
    milestone_count: usize,
    /// Whether Pregate is passed; null if that cannot be said.
    passed_pregate: Option<bool>,
    /// Why it cannot be said.
    pregate_reason: Option<NoPregate>,
    /// What else stands in the opened row, as the portal shows it.
    cards: Vec<Card>,
    /// When it was read, in milliseconds since 1970-01-01T00:00:00Z.
    observed_at: u64,
}

impl Response {
    /// Puts the answer together.
    ///
    /// # Errors
    /// `details-unreadable` if there is no timeline.
    pub(crate) fn of_opened(number: &ContainerNumber, opened: Opened) -> Result<Self, Failure> {
        let milestones = opened.milestones()?;
        let pregate = passed_pregate(&milestones, opened.trade());
        Ok(Self {
            container_id: number.to_string(),
            milestone_count: milestones.len(),
            milestones,
            passed_pregate: pregate.ok(),
            pregate_reason: pregate.err(),
            trade_type: opened.container.trade_type,
            status: opened.container.status,
            cards: opened.detail.cards,
            observed_at: clock::now(),
        })
    }
}
