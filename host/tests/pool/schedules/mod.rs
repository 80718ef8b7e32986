//! Ten thousand random schedules of the pool's rules, and five broken pools that they must find.

mod broken;
mod checks;
mod play;
mod rules;
mod runs;
mod steps;
mod violation;
mod world;
