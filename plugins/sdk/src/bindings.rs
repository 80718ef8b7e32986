//! The bindings that `wit-bindgen` makes of the contract in `wit/`, one module a world.
//!
//! Owns: nothing by hand. The session world takes the interfaces it shares from the operation
//! world, so that a locator or a page error is one type for both.
#![allow(
    missing_docs,
    unsafe_code,
    unreachable_pub,
    clippy::pedantic,
    clippy::unwrap_used,
    reason = "generated; the words are in the WIT"
)]

pub mod operation {
    wit_bindgen::generate!({
        world: "operation",
        path: "../../wit",
        pub_export_macro: true,
        export_macro_name: "export_handler",
        default_bindings_module: "gantry_sdk::bindings::operation",
    });
}

pub mod session {
    wit_bindgen::generate!({
        world: "session",
        path: "../../wit",
        pub_export_macro: true,
        export_macro_name: "export_portal_interface",
        default_bindings_module: "gantry_sdk::bindings::session",
        with: {
            "gantry:automation/types@0.1.0": crate::bindings::operation::gantry::automation::types,
            "gantry:automation/page@0.1.0": crate::bindings::operation::gantry::automation::page,
            "gantry:automation/progress@0.1.0": crate::bindings::operation::gantry::automation::progress,
            "gantry:automation/log@0.1.0": crate::bindings::operation::gantry::automation::log,
            "gantry:automation/clock@0.1.0": crate::bindings::operation::gantry::automation::clock,
        },
    });
}
