//! Who may call: the token of a request, what it allows, how much of it, and what is noted of it.

pub mod cors;
pub mod deeds;
pub mod needs;
pub mod own_name;
pub mod rates;
pub mod who;
