//! Browsers: the page of a session, WebDriver, and the processes behind it. Knows no pool, plugin or HTTP.

pub mod error;
pub mod page;
pub mod sites;
