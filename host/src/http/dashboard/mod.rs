//! The dashboard: a page for dispatchers and operators over the API, with everything it loads inside the program.

pub mod page;
