//! The contract in `wit/` as Rust, generated. Both worlds share the interfaces they have in common.
//!
//! Functions of the host are asynchronous to Rust and plain to the guest, and may trap. Page functions fail
//! with `PageFault`, which is either an error that the guest sees or the end of the call.

#![expect(missing_docs, reason = "generated; the documentation is in wit/")]
#![allow(clippy::all, clippy::pedantic, reason = "generated")]

/// The world of operations.
pub mod operation {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "gantry:automation/operation",
        imports: { default: async | trappable },
        exports: { default: async },
        trappable_error_type: {
            "gantry:automation/types.page-error" => crate::plugin::imports::fault::PageFault,
        },
        with: {
            "gantry:automation/page.element": crate::browser::page::ElementRef,
            "gantry:automation/effects.effect": crate::plugin::imports::effects::OpenEffect,
        },
    });
}

/// The world of the session component.
pub mod session {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "gantry:automation/session",
        imports: { default: async | trappable },
        exports: { default: async },
        trappable_error_type: {
            "gantry:automation/types.page-error" => crate::plugin::imports::fault::PageFault,
        },
        with: {
            "gantry:automation/types": crate::plugin::bindings::operation::gantry::automation::types,
            "gantry:automation/page": crate::plugin::bindings::operation::gantry::automation::page,
            "gantry:automation/progress":
                crate::plugin::bindings::operation::gantry::automation::progress,
            "gantry:automation/log": crate::plugin::bindings::operation::gantry::automation::log,
            "gantry:automation/clock": crate::plugin::bindings::operation::gantry::automation::clock,
        },
    });
}

pub use operation::gantry::automation::{
    artifacts, clock, downloads, effects, log, page, progress, types,
};
pub use session::gantry::automation::secrets;
