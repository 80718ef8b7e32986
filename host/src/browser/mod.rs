//! Browsers: the page of a session, WebDriver, and the processes behind it. Knows no pool, plugin or HTTP.

pub mod capabilities;
pub mod classify;
pub mod commands;
pub mod error;
pub mod folder;
pub mod keys;
pub mod launch;
pub mod live;
pub mod local;
pub mod page;
pub mod process;
pub mod profile;
pub mod reaper;
pub mod requests;
mod screen;
pub mod sites;
mod tidy;
pub mod wait;
pub mod webdriver;
