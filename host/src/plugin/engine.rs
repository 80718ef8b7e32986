//! The engine: compiles components, and keeps the clock that ends endless loops.
//!
//! Owns: the ticker thread, which ends with the last clone of the engine; so there is no engine without ticks.
//! Never: runs a guest. That is `call.rs`.

use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};
use wasmtime::component::Linker;
use wasmtime::{
    Config, InstanceAllocationStrategy, PoolingAllocationConfig, Store, WasmBacktraceDetails,
};

use crate::config::limits;
use crate::config::schema::Limits;
use crate::plugin::bounds::GuestBounds;
use crate::plugin::linker;
use crate::plugin::state::CallState;

/// The host's own frames run on a guest's stack during a host call, and some are deep.
const HOST_STACK_BYTES: usize = 1536 << 10;
/// A guest has one memory as a rule; some have a second.
const MEMORIES: u32 = limits::GUESTS * 2;
/// A Rust guest has two tables.
const TABLES: u32 = limits::GUESTS * 4;

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
#[error("the WebAssembly engine cannot start: {0:#}")]
pub struct EngineError(wasmtime::Error);

/// The engine. Clones are the same engine.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    wasm: wasmtime::Engine,
    bounds: GuestBounds,
    operation: Linker<CallState>,
    session: Linker<CallState>,
    guests: Semaphore,
    compiles: Semaphore,
    pooling: bool,
}

impl Engine {
    /// The engine of a host with this configuration.
    pub fn new(config: &Limits) -> Result<Self, EngineError> {
        Self::with_bounds(GuestBounds::new(config))
    }

    /// An engine whose guests have these bounds.
    pub fn with_bounds(bounds: GuestBounds) -> Result<Self, EngineError> {
        let (wasm, pooling) = start(&bounds).map_err(EngineError)?;
        tick(&wasm)?;
        Ok(Self(Arc::new(Inner {
            operation: linker::operation(&wasm).map_err(EngineError)?,
            session: linker::session(&wasm).map_err(EngineError)?,
            guests: Semaphore::new(limits::GUESTS as usize),
            compiles: Semaphore::new(limits::COMPILES),
            wasm,
            bounds,
            pooling,
        })))
    }

    /// What its guests may use.
    #[must_use]
    pub fn bounds(&self) -> &GuestBounds {
        &self.0.bounds
    }

    /// Whether instances come from a pool, or are allocated one by one because the pool found no room.
    #[must_use]
    pub fn is_pooling(&self) -> bool {
        self.0.pooling
    }

    pub(in crate::plugin) fn wasm(&self) -> &wasmtime::Engine {
        &self.0.wasm
    }

    pub(in crate::plugin) fn operation_linker(&self) -> &Linker<CallState> {
        &self.0.operation
    }

    pub(in crate::plugin) fn session_linker(&self) -> &Linker<CallState> {
        &self.0.session
    }

    /// Waits for room for one more guest.
    pub(in crate::plugin) async fn room_for_guest(&self) -> SemaphorePermit<'_> {
        self.0
            .guests
            .acquire()
            .await
            .expect("the semaphore is never closed")
    }

    /// Waits for the turn to compile.
    pub(in crate::plugin) async fn turn_to_compile(&self) -> SemaphorePermit<'_> {
        self.0
            .compiles
            .acquire()
            .await
            .expect("the semaphore is never closed")
    }

    /// A fresh store, with every bound set.
    pub(in crate::plugin) fn store(&self, state: CallState) -> Store<CallState> {
        let mut store = Store::new(&self.0.wasm, state);
        store.limiter(|state| &mut state.memory);
        store.set_hostcall_fuel(limits::HOST_CALL_BYTES);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut store| Ok(store.data_mut().tick()));
        store
    }
}

/// The engine with a pool, or without one where the address space is too small for it (containers, `ulimit -v`).
fn start(bounds: &GuestBounds) -> wasmtime::Result<(wasmtime::Engine, bool)> {
    let mut config = config();
    config.allocation_strategy(pool(bounds));
    match wasmtime::Engine::new(&config) {
        Ok(engine) => return Ok((engine, true)),
        Err(error) => tracing::warn!(
            error = format!("{error:#}"),
            "no room for a pool of plugin instances; they are allocated one by one, which is slower"
        ),
    }
    config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
    Ok((wasmtime::Engine::new(&config)?, false))
}

fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .epoch_interruption(true)
        .max_wasm_stack(limits::GUEST_STACK_BYTES)
        .async_stack_size(limits::GUEST_STACK_BYTES + HOST_STACK_BYTES)
        .wasm_backtrace_details(WasmBacktraceDetails::Enable)
        // Not needed for wasm backtraces, and slow where modules come and go.
        .native_unwind_info(false);
    config
}

fn pool(bounds: &GuestBounds) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(limits::GUESTS)
        .total_core_instances(limits::GUESTS * limits::GUEST_CORE_INSTANCES)
        .max_core_instances_per_component(limits::GUEST_CORE_INSTANCES)
        .total_memories(MEMORIES)
        .total_tables(TABLES)
        .total_stacks(limits::GUESTS)
        .max_memory_size(bounds.memory_bytes)
        .table_elements(limits::GUEST_TABLE_ELEMENTS);
    pool
}

fn tick(engine: &wasmtime::Engine) -> Result<(), EngineError> {
    let engine = engine.weak();
    let run = move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(limits::EPOCH_TICK);
        }
    };
    std::thread::Builder::new()
        .name("plugin-epoch".to_owned())
        .spawn(run)
        .map_err(|error| EngineError(error.into()))?;
    Ok(())
}
