//! What the host tells of itself: figures, traces, logs.

pub mod figures;
pub mod logs;
pub mod metric;
pub mod table;
pub mod traces;
