//! WASI for guests: nothing but random numbers, clocks, and standard output and error as lines of the log.
//!
//! Never: a file, a socket, an environment variable or an argument.

use std::sync::Arc;

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, async_trait};

use crate::config::limits;
use crate::plugin::guest_log::{GuestLog, Level};

/// A write of a guest takes at most this.
const PERMIT: usize = 64 << 10;

/// A WASI context that gives nothing.
#[must_use]
pub fn empty_context(log: &Arc<GuestLog>) -> WasiCtx {
    let lines = |stream| GuestLines {
        log: Arc::clone(log),
        stream,
        line: Vec::new(),
    };
    WasiCtxBuilder::new()
        .stdout(lines(Stream::Out))
        .stderr(lines(Stream::Err))
        .max_random_size(limits::RANDOM_BYTES)
        .allow_tcp(false)
        .allow_udp(false)
        .build()
}

#[derive(Debug, Clone, Copy)]
enum Stream {
    Out,
    Err,
}

/// A standard stream, cut into lines. An unfinished line is written when the stream ends.
struct GuestLines {
    log: Arc<GuestLog>,
    stream: Stream,
    line: Vec<u8>,
}

impl GuestLines {
    fn take(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'\n' {
                self.end_line();
            } else if self.line.len() < limits::LOG_LINE_BYTES {
                self.line.push(byte);
            }
        }
    }

    fn end_line(&mut self) {
        let line = String::from_utf8_lossy(&self.line);
        match self.stream {
            _ if line.trim().is_empty() => {}
            Stream::Out => self.log.write(Level::Info, &line),
            Stream::Err => self.log.write_stderr(&line),
        }
        self.line.clear();
    }
}

impl Drop for GuestLines {
    fn drop(&mut self) {
        self.end_line();
    }
}

impl IsTerminal for GuestLines {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestLines {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        // WASI 0.3 would ask for this; its interfaces are not linked.
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(Self {
            log: Arc::clone(&self.log),
            stream: self.stream,
            line: Vec::new(),
        })
    }
}

#[async_trait]
impl Pollable for GuestLines {
    async fn ready(&mut self) {}
}

#[async_trait]
impl OutputStream for GuestLines {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.take(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(PERMIT)
    }
}
