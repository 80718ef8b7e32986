//! The wizard's operations, from the HTTP call to the portal's own ledger: the defects D1 to D9 of portal-facts by
//! name, paused walks, every form, and every way in which a submit can end.

mod bookings;
mod defects;
pub(crate) mod desk;
mod forms;
mod outcomes;
mod unasked;
