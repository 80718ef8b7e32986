//! The four sites, as routers behind one gate.

mod account;
mod appointments;
mod assets;
mod containers;
mod entry;
mod export;
mod gate;
mod html;
mod login;
mod wizard;

pub(crate) use gate::site;
