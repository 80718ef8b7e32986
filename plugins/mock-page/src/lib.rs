//! A portal in memory: the page of the plugin contract over fixtures, for tests without a browser.
//!
//! Owns: the pages a test gives, what they become when something is done to them, and the record of what was done.
//! Never: runs scripts, applies style sheets, waits, or speaks to a network. What it cannot do it refuses, with the
//! code `mock-unsupported`; it never makes an answer up.
//!
//! ```
//! use gantry_mock_page::{Locator, MockPage, Next, Portal};
//!
//! let portal = Portal::new()
//!     .page("containers", "/containers", "<title>Containers</title><button>Next</button>")
//!     .page("containers", "/more", "<title>More</title>")
//!     .on_click(Locator::Text("Next".to_owned()), Next::page("containers", "/more"));
//! let mut page = MockPage::new(portal);
//! page.goto("containers", "/containers")?;
//! let next = page.find(None, &Locator::Text("Next".to_owned()))?;
//! page.click(next, false)?;
//! assert_eq!(page.title()?, "More");
//! # Ok::<(), gantry_mock_page::PageError>(())
//! ```

mod actions;
mod address;
mod artifacts;
mod call;
mod control;
mod document;
mod effects;
mod element;
mod error;
mod going;
mod growing;
mod guard;
mod locate;
mod page;
mod picture;
mod portal;
mod reading;
mod rendered;
mod visible;
mod waiting;
mod words;

pub use actions::{Action, Target};
pub use artifacts::{Content, Kept, Spreadsheet};
pub use call::{Level, LogLine, MockCall, Progress};
pub use effects::{BegunEffect, EffectError, Settled};
pub use error::{PageError, Problem};
pub use gantry_grants::Capability;
pub use page::MockPage;
pub use portal::{Next, Portal};
pub use words::{
    Clicked, Column, Condition, ElementId, File, GrowingList, Growth, Locator, Place, ScrollTo,
    Scrolled, Table, Take,
};
