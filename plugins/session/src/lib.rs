//! The session component: how E-Modal is signed in to and kept so.
//!
//! Owns: the order of steps. What counts as evidence is in `emodal`.
//! Never: solves a challenge, and never reads a word of the page as a verdict outside of where it
//! belongs.

mod arrival;
mod form;
mod glance;
mod keep_alive;
mod sign_in;

use gantry_sdk::{Failure, Portal, Presence, SignInOutcome};

/// The E-Modal trucking portal.
struct Emodal;

impl Portal for Emodal {
    const NAME: &'static str = "emodal-session";
    const SUMMARY: &'static str =
        "Signs in to the E-Modal trucking portal and keeps sessions signed in.";

    fn sign_in() -> Result<SignInOutcome, Failure> {
        sign_in::sign_in()
    }

    fn probe() -> Result<Presence, Failure> {
        keep_alive::probe()
    }

    fn look() -> Result<Presence, Failure> {
        glance::look()
    }

    fn keep_alive() -> Result<Presence, Failure> {
        keep_alive::keep_alive()
    }
}

gantry_sdk::export_portal!(Emodal);
