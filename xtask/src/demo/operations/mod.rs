//! The operations, each asked for, compared with the portal's truth, and shown.

pub(crate) mod appointments;
pub(crate) mod booking;
pub(crate) mod booking_number;
pub(crate) mod bulk;
pub(crate) mod check;
pub(crate) mod containers;
pub(crate) mod timeline;
