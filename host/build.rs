//! Builds the host anew when a file is added to a folder that it has inside: the macros that embed them do not see new files.

const INSIDE: [&str; 8] = [
    "migrations",
    "../wit",
    "../plugins/templates",
    "../plugins/sdk",
    "../plugins/grants",
    "../plugins/mock-page",
    "../plugins/sdk-javascript",
    "../plugins/sdk-python",
];

fn main() {
    for folder in INSIDE {
        println!("cargo::rerun-if-changed={folder}");
    }
}
