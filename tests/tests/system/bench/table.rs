//! The table: a row for each operation, printed as soon as it is known.

use crate::bench::chromium::Scripted;
use crate::measure::Measured;

/// How many times the commands of a script that knows the portal's forms and trusts them.
const COMMANDS_MAX: u64 = 3;

pub(crate) struct Table {
    above: Vec<String>,
}

impl Table {
    pub(crate) fn begin() -> Self {
        println!();
        println!(
            "{:<34} {:>9} {:>9} {:>6} {:>9} {:>9} {:>9}",
            "operation", "portal", "Gantry", "ratio", "commands", "script", "commands"
        );
        Self { above: Vec::new() }
    }

    pub(crate) fn add(&mut self, operation: &str, gantry: &Measured, script: Scripted) {
        let seconds = |ms: u64| format!("{}.{:02} s", ms / 1_000, ms % 1_000 / 10);
        let (portal, run) = (seconds(gantry.portal_ms), seconds(gantry.run_ms));
        let scripted = format!("{:.2} s", script.took.as_secs_f64());
        println!(
            "{operation:<34} {portal:>9} {run:>9} {:>6.2} {:>9} {scripted:>9} {:>9}",
            gantry.ratio(),
            gantry.commands,
            script.commands
        );
        let asks_much = gantry.commands > COMMANDS_MAX * script.commands;
        if !gantry.is_within_the_bar() || asks_much {
            self.above.push(gantry.to_string());
        }
    }

    /// Fails if an operation is above the bar.
    #[track_caller]
    pub(crate) fn end(self) {
        assert_eq!(self.above, Vec::<String>::new(), "above the bar");
    }
}
