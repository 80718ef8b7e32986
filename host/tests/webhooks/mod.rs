//! Receivers outside: what they are told, how it is signed, and how it comes to them at last. With the real dispatch, store
//! and HTTP, and pages in memory; signatures are judged by another implementation of Standard Webhooks.

mod events;
mod host;
mod receiver;
mod sending;
mod started;
