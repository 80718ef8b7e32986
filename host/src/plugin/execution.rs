//! The execution of one call: a fresh store, three layers of deadline on one clock, and the cause of its end.
//!
//! Owns: the store, for the length of the call. An execution that is dropped drops its store, and the page with
//! it. Never: reuses a store, or ends a guest without saying which bound it was.
//!
//! The layers: host functions fail with `deadline` a moment before the end (`state.rs`); at the end the epoch
//! interrupts a guest that computes, which also tells where it was; and a guest that waits in a host function
//! of WASI's, which knows no deadline, is dropped two ticks later.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use wasmtime::{Store, Trap, WasmBacktrace};
use wasmtime_wasi::I32Exit;

use crate::config::limits;
use crate::plugin::call_error::CallError;
use crate::plugin::engine::Engine;
use crate::plugin::state::{CallState, Ended};

/// Lets `act` instantiate and call a guest in a fresh store. The state comes back whatever happened.
pub(in crate::plugin) async fn execute<T>(
    engine: &Engine,
    state: CallState,
    act: impl AsyncFnOnce(&mut Store<CallState>) -> wasmtime::Result<T>,
) -> (Result<T, CallError>, CallState) {
    let deadline = state.deadline;
    let Ok(_room) = timeout_at(deadline, engine.room_for_guest()).await else {
        return (
            Err(CallError::Deadline {
                limit: time_of(&state),
            }),
            state,
        );
    };
    let mut store = engine.store(state);
    let done = timeout_at(deadline + 2 * limits::EPOCH_TICK, act(&mut store)).await;
    let state = store.into_data();
    let outcome = match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(cause(&error, &state)),
        Err(_) => Err(CallError::Deadline {
            limit: time_of(&state),
        }),
    };
    (outcome, state)
}

/// Marks that the instance is made: what fails from here on is the guest's.
pub(in crate::plugin) fn instantiated(store: &mut Store<CallState>) {
    store.data_mut().instantiated = Some(Instant::now());
}

fn time_of(state: &CallState) -> Duration {
    state.deadline.saturating_duration_since(state.begun)
}

/// Why the guest ended. Traps do not tell the bounds apart; what the state remembers does.
fn cause(error: &wasmtime::Error, state: &CallState) -> CallError {
    state.log.report_end(error);
    let bounds = state.bounds();
    match state.ended {
        Some(Ended::Deadline) => {
            return CallError::Deadline {
                limit: time_of(state),
            };
        }
        Some(Ended::Cpu) => return CallError::CpuLimit { limit: bounds.cpu },
        Some(Ended::HostCalls) => {
            return CallError::HostCallLimit {
                limit: bounds.host_calls,
            };
        }
        None => {}
    }
    let trap = error.downcast_ref::<Trap>();
    if trap == Some(&Trap::StackOverflow) {
        return CallError::StackOverflow {
            limit_bytes: limits::GUEST_STACK_BYTES,
        };
    }
    if state.memory.was_denied() {
        return CallError::OutOfMemory {
            limit_mib: state.memory.limit_bytes() >> 20,
        };
    }
    if state.memory.was_table_denied() {
        return CallError::TableLimit {
            limit: bounds.table_elements,
        };
    }
    if is_too_much_data(error) {
        // While the guest is on the stack it was passing arguments; afterwards, its answer.
        return if error.is::<WasmBacktrace>() {
            CallError::HostCallTooLarge {
                limit_bytes: limits::HOST_CALL_BYTES,
            }
        } else {
            CallError::OutputTooLarge {
                limit_bytes: bounds.output_bytes,
            }
        };
    }
    if is_too_many_instances(error) {
        return CallError::InstanceLimit {
            limit: bounds.instances,
        };
    }
    if state.instantiated.is_none() && trap.is_none() {
        return CallError::NotStarted(format!("{error:#}"));
    }
    let kind = match (trap, error.downcast_ref::<I32Exit>()) {
        (Some(trap), _) => trap.to_string(),
        (None, Some(I32Exit(status))) => format!("it exited with status {status}"),
        (None, None) => error.root_cause().to_string(),
    };
    CallError::Trap {
        kind,
        last_words: state.log.last_words(),
    }
}

/// wasmtime's error for the bound of `ResourceLimiter::instances` has no type at all.
fn is_too_many_instances(error: &wasmtime::Error) -> bool {
    error
        .root_cause()
        .to_string()
        .contains("instance count too high")
}

/// wasmtime's error for the bound of `Store::set_hostcall_fuel` has no public type.
fn is_too_much_data(error: &wasmtime::Error) -> bool {
    error
        .root_cause()
        .to_string()
        .contains("fuel allocated for hostcalls")
}
