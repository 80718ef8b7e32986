//! The pool through its handle, on browsers in memory.

mod cost;
mod crowd;
mod leases;
mod memory;
mod protocol;
mod schedules;
mod time;
