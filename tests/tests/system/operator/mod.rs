//! A person completes a sign-in: in the live page, with a browser of their own, or in the session's own window.

mod live_page;
pub(crate) mod own_window;
mod person;
pub(crate) mod waiting;
