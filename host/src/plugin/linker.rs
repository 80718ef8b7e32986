//! What a guest can be linked to: the contract of its world, and WASI 0.2 over a context that gives nothing.
//!
//! Real toolchains import WASI whether the guest uses it or not: Rust's standard library takes the command-line
//! streams, clocks, random numbers and the file system, `QuickJS` builds and `CPython` more. Those interfaces are
//! linked, and there is nothing behind them: no preopened folder, no variable, no argument. `wasi:sockets` and
//! `wasi:http` are not linked at all: neither Rust nor `jco` with `QuickJS` imports them unasked, and
//! `componentize-py`, which does import sockets, leaves all of WASI out with `--stub-wasi`. So a component that
//! still imports them means to use them.

use wasmtime::component::{HasData, HasSelf, Linker, ResourceTable};
use wasmtime_wasi::WasiView as _;
use wasmtime_wasi::cli::{WasiCli, WasiCliView as _};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksView as _};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView as _};
use wasmtime_wasi::p2::bindings::{cli, clocks, filesystem, io, random};
use wasmtime_wasi::random::WasiRandom;

use crate::plugin::bindings::operation::Operation;
use crate::plugin::bindings::session::Session;
use crate::plugin::state::CallState;

/// WASI interfaces that are linked, whatever their 0.2 version. Everything else of WASI is refused by name.
pub const WASI_LINKED: [&str; 20] = [
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
];

/// What an operation is linked to.
pub fn operation(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<CallState>> {
    let mut linker = Linker::new(engine);
    add_wasi(&mut linker)?;
    Operation::add_to_linker::<CallState, HasSelf<CallState>>(&mut linker, |state| state)?;
    Ok(linker)
}

/// What the session component is linked to.
pub fn session(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<CallState>> {
    let mut linker = Linker::new(engine);
    add_wasi(&mut linker)?;
    Session::add_to_linker::<CallState, HasSelf<CallState>>(&mut linker, |state| state)?;
    Ok(linker)
}

struct WasiTable;

impl HasData for WasiTable {
    type Data<'a> = &'a mut ResourceTable;
}

fn add_wasi(linker: &mut Linker<CallState>) -> wasmtime::Result<()> {
    io::error::add_to_linker::<CallState, WasiTable>(linker, |state| &mut state.table)?;
    io::poll::add_to_linker::<CallState, WasiTable>(linker, |state| &mut state.table)?;
    io::streams::add_to_linker::<CallState, WasiTable>(linker, |state| &mut state.table)?;
    clocks::wall_clock::add_to_linker::<CallState, WasiClocks>(linker, CallState::clocks)?;
    clocks::monotonic_clock::add_to_linker::<CallState, WasiClocks>(linker, CallState::clocks)?;
    random::random::add_to_linker::<CallState, WasiRandom>(linker, |s| s.ctx().ctx.random())?;
    random::insecure::add_to_linker::<CallState, WasiRandom>(linker, |s| s.ctx().ctx.random())?;
    random::insecure_seed::add_to_linker::<CallState, WasiRandom>(linker, |s| {
        s.ctx().ctx.random()
    })?;
    let files = CallState::filesystem;
    filesystem::preopens::add_to_linker::<CallState, WasiFilesystem>(linker, files)?;
    filesystem::types::add_to_linker::<CallState, WasiFilesystem>(linker, files)?;
    cli::environment::add_to_linker::<CallState, WasiCli>(linker, CallState::cli)?;
    cli::exit::add_to_linker::<CallState, WasiCli>(linker, CallState::cli)?;
    cli::stdin::add_to_linker::<CallState, WasiCli>(linker, CallState::cli)?;
    cli::stdout::add_to_linker::<CallState, WasiCli>(linker, CallState::cli)?;
    cli::stderr::add_to_linker::<CallState, WasiCli>(linker, CallState::cli)?;
    cli::terminal_input::add_to_linker::<CallState, WasiCli>(linker, CallState::cli)?;
    cli::terminal_output::add_to_linker::<CallState, WasiCli>(linker, CallState::cli)?;
    cli::terminal_stdin::add_to_linker::<CallState, WasiCli>(linker, CallState::cli)?;
    cli::terminal_stdout::add_to_linker::<CallState, WasiCli>(linker, CallState::cli)?;
    cli::terminal_stderr::add_to_linker::<CallState, WasiCli>(linker, CallState::cli)?;
    Ok(())
}
