//! A simulated E-Modal portal, made from facts: four sites, and a hand to control them.
//!
//! Owns: everything it serves; all of it is generated from a seed and belongs to nobody.
//! Ends: with `Portal::shutdown`, or when the `Portal` is dropped.
//! Never: speaks to the real portal, or listens beyond loopback.

mod accounts;
mod challenge;
mod clock;
mod config;
mod control;
mod faults;
mod fleet;
mod listing;
mod origin;
mod portal;
mod random;
mod request;
mod request_log;
mod sessions;
mod sites;
mod trouble;
mod visit;
mod visit_config;
mod wire;
mod world;

pub use accounts::{Attempt, AttemptResult, WRONG_PASSWORDS_MAX};
pub use challenge::OpenChallenge;
pub use config::{
    Account, CONTAINERS_MAX, Challenge, EndOfList, ExpiryForm, IdleExpiry, Landing, Latencies,
    ListOrder, PortalConfig, Ports, TimelineOrder,
};
pub use faults::{Fault, FaultKind, FaultMatch, MarkupChange, RefusalForm};
pub use fleet::{
    Badge, COLUMNS, Card, Container, Detail, EXPORT_MILESTONES, FeesCell, Field, HoldsCell,
    IMPORT_MILESTONES, Milestone, TextCell, TicketCell, has_valid_check_digit,
};
pub use origin::{Origin, Origins};
pub use portal::Portal;
pub use request::RequestKind;
pub use request_log::RequestEntry;
pub use sessions::{Expiry, SignIn, Whose};
pub use trouble::PageTrouble;
pub use visit::{Booking, BookingAnswer, FormShape, MoveType, Slot, Slots, Terminal};
pub use visit_config::{AppointmentsConfig, AppointmentsLayout, Confirmation, WizardConfig};
