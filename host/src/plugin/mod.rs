//! The WASM side of the host: components are loaded, checked, published and called here, each call in a store
//! of its own, reaching nothing but the page that is lent to it. Knows no pool and no HTTP.

pub mod answer;
pub mod archive;
pub mod bindings;
pub mod bounds;
pub mod cache;
pub mod call;
pub mod call_error;
pub mod canary;
pub mod capability;
pub mod changing;
pub mod check;
pub mod context;
pub mod digest;
pub mod engine;
pub mod execution;
pub mod folder;
pub mod guest_log;
pub mod imports;
pub mod linker;
pub mod load;
pub mod load_error;
pub mod manifest;
pub mod memory;
pub mod registry;
pub mod replacing;
pub mod schema;
pub mod schema_cost;
pub mod state;
pub mod status;
pub mod strikes;
pub mod version;
pub mod watch;
pub mod whole;
pub mod world;
