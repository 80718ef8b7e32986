//! A terminal as the wizard knows it: its name, and what its forms ask for.
//!
//! Owns: the truth a test compares a discovered form with. Never: knows how it is drawn.

use serde::{Deserialize, Serialize};

/// What a truck comes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MoveType {
    /// Takes an import away.
    #[serde(rename = "PICK FULL")]
    PickFull,
    /// Brings an export.
    #[serde(rename = "DROP FULL")]
    DropFull,
    /// Takes an empty container away.
    #[serde(rename = "PICK EMPTY")]
    PickEmpty,
    /// Brings an empty container back.
    #[serde(rename = "DROP EMPTY")]
    DropEmpty,
}

impl MoveType {
    /// All four, in the order of the list.
    pub const ALL: [Self; 4] = [
        Self::PickFull,
        Self::DropFull,
        Self::PickEmpty,
        Self::DropEmpty,
    ];

    /// The words on the screen.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::PickFull => "PICK FULL",
            Self::DropFull => "DROP FULL",
            Self::PickEmpty => "PICK EMPTY",
            Self::DropEmpty => "DROP EMPTY",
        }
    }

    /// Whether it brings an export: then step 2 asks for a unit and seals.
    #[must_use]
    pub fn is_export(self) -> bool {
        self == Self::DropFull
    }
}

/// What the second panel of step 1 asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FormShape {
    /// Up to ten container numbers.
    Container,
    /// A booking number and a quantity.
    Booking,
    /// A line, one of its sizes, and a quantity; no container.
    Line,
}

/// One terminal of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminal {
    /// Its code, as in the container list.
    pub code: String,
    /// Its option's text.
    pub name: String,
    /// What PICK FULL asks for.
    pub pick_full: FormShape,
    /// What DROP FULL asks for.
    pub drop_full: FormShape,
    /// What PICK EMPTY asks for.
    pub pick_empty: FormShape,
    /// What DROP EMPTY asks for.
    pub drop_empty: FormShape,
    /// Whether the own-chassis switch shows YES before anybody touches it.
    pub own_chassis: bool,
    /// Whether step 2 has a PIN input.
    pub asks_pin: bool,
    /// The only option of step 3 where there is no capacity at all.
    pub no_appointments: Option<String>,
    /// The text of the box about check-in on step 3.
    pub check_in_note: Option<String>,
    /// Whether the move of step 3 has a chevron to collapse it.
    pub collapses: bool,
}

impl Terminal {
    /// What a move type asks for here.
    #[must_use]
    pub fn form(&self, move_type: MoveType) -> FormShape {
        match move_type {
            MoveType::PickFull => self.pick_full,
            MoveType::DropFull => self.drop_full,
            MoveType::PickEmpty => self.pick_empty,
            MoveType::DropEmpty => self.drop_empty,
        }
    }
}
