//! Which request something was asked in, as whoever asked names it.

/// Which request something was asked in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Its id, as answers, logs and the audit log have it.
    pub request_id: Option<String>,
    /// Where it is in the trace of whoever asked: `traceparent` (W3C Trace Context).
    pub traceparent: Option<String>,
}
