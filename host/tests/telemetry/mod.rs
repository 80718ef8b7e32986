//! What a host tells of itself: figures that Prometheus takes, that are true, and that are documented; ids of requests.
//! Over HTTP, with the real dispatch and store, and pages in memory.

mod documented;
mod figures;
mod lint;
mod requests;
