//! A person completes a sign-in: in the live page, with a browser of their own, or in the session's own window.

mod live_page;
mod own_window;
mod person;
mod waiting;
