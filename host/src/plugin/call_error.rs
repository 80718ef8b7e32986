//! Why a call of a guest gave no answer. Each bound has its own variant, and each text says what to change.

use std::time::Duration;

use crate::browser::error::PageError;
use crate::model::ids::ArtifactId;
use crate::plugin::schema::InputProblem;

/// Why a call gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The guest said so itself.
    #[error("{0}")]
    Failure(Failure),
    /// The browser was lost during the call; what the guest made of it does not matter.
    #[error("the browser was lost during the call: {0}")]
    BrowserLost(PageError),
    /// The guest crashed.
    #[error("the plugin crashed ({kind}){}; the log has its backtrace", said(.last_words.as_ref()))]
    Trap {
        /// The trap, as wasmtime names it.
        kind: String,
        /// The end of what it wrote to standard error, such as a panic's message.
        last_words: Option<String>,
    },
    /// It ran out of stack.
    #[error("the plugin used up its stack of {limit_bytes} bytes: replace recursion by a loop")]
    StackOverflow {
        /// The stack of a guest.
        limit_bytes: usize,
    },
    /// It asked for more memory than it may have, and then crashed.
    #[error(
        "the plugin needs more than {limit_mib} MiB of memory: keep less, or raise `memory_mib` in `[limits]` and, if it is there, in `[plugins.<name>.limits]`"
    )]
    OutOfMemory {
        /// `[limits] memory_mib`
        limit_mib: usize,
    },
    /// It wanted a larger table than it may have, and then crashed.
    #[error(
        "the plugin needs a table of more than {limit} elements: keep less in it, or raise `[plugins.<name>.limits] table_elements`"
    )]
    TableLimit {
        /// The bound.
        limit: usize,
    },
    /// It is made of more core instances than it may have.
    #[error(
        "the plugin is made of more than {limit} core instances: link fewer modules into it, or raise `[plugins.<name>.limits] instances`"
    )]
    InstanceLimit {
        /// The bound.
        limit: usize,
    },
    /// It computed for too long without asking the host for anything.
    #[error(
        "the plugin computed for {limit:?} without calling the host: look for an endless loop, or raise `[plugins.<name>.limits] cpu_ms`"
    )]
    CpuLimit {
        /// The bound.
        limit: Duration,
    },
    /// The call's time was used up.
    #[error(
        "the call did not end within {limit:?}: give waits a timeout, do less in one call, or raise `[plugins.<name>.limits] run_ms`"
    )]
    Deadline {
        /// What it had.
        limit: Duration,
    },
    /// It called the host too often.
    #[error(
        "the plugin called the host more than {limit} times: read lists with `page.read`, and wait with `page.wait`, or raise `[plugins.<name>.limits] host_calls`"
    )]
    HostCallLimit {
        /// The bound.
        limit: u64,
    },
    /// It passed too much to the host in one call.
    #[error(
        "the plugin passed more than {limit_bytes} bytes in one host call: pass them in smaller parts"
    )]
    HostCallTooLarge {
        /// The bound.
        limit_bytes: usize,
    },
    /// Its answer is too long.
    #[error(
        "the plugin's output exceeds {limit_bytes} bytes: leave large results as artifacts and return their ids, or raise `[plugins.<name>.limits] output_kib`"
    )]
    OutputTooLarge {
        /// The bound.
        limit_bytes: usize,
    },
    /// Its answer is not JSON.
    #[error("the plugin's output is not JSON: {0}")]
    OutputNotJson(String),
    /// Its answer does not match the schema it gave itself.
    #[error("the plugin's output does not match its own output schema: {}", listed(.0))]
    OutputInvalid(Vec<InputProblem>),
    /// The instance could not be made, though it could when the component was loaded.
    #[error("the plugin could not be started: {0}")]
    NotStarted(String),
}

/// How a call ended when it did not give what was asked for, in the guest's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// Stable, kebab-case.
    pub code: String,
    /// For a person.
    pub message: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// The step of a multi-step form, from 1, where it ended.
    pub phase: Option<u32>,
    /// Input fields that are missing or not accepted, each with what is accepted instead.
    pub fields: Vec<(String, String)>,
    /// Pictures and files that show why. Text that is no id of an artifact is left out.
    pub evidence: Vec<ArtifactId>,
    /// True if the cause is that the page was found signed out.
    pub signed_out: bool,
    /// True if the page is to be kept as it is, for the caller to send what is missing.
    pub resumable: bool,
}

impl Failure {
    /// The phase to go on in, if the call paused.
    #[must_use]
    pub fn paused_in(&self) -> Option<u32> {
        let paused = self.resumable && !self.signed_out;
        paused.then_some(self.phase.unwrap_or(1))
    }
}

impl CallError {
    /// Stable, kebab-case; a guest's own code for `Failure`.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Failure(failure) => &failure.code,
            Self::BrowserLost(_) => "browser-lost",
            Self::Trap { .. } => "plugin-crashed",
            Self::StackOverflow { .. } => "plugin-stack-overflow",
            Self::OutOfMemory { .. } => "plugin-out-of-memory",
            Self::TableLimit { .. } => "plugin-table-limit",
            Self::InstanceLimit { .. } => "plugin-instance-limit",
            Self::CpuLimit { .. } => "plugin-cpu-limit",
            Self::Deadline { .. } => "deadline",
            Self::HostCallLimit { .. } => "plugin-host-call-limit",
            Self::HostCallTooLarge { .. } => "plugin-host-call-too-large",
            Self::OutputTooLarge { .. } => "plugin-output-too-large",
            Self::OutputNotJson(_) => "plugin-output-not-json",
            Self::OutputInvalid(_) => "plugin-output-invalid",
            Self::NotStarted(_) => "plugin-not-started",
        }
    }

    /// Whether the guest itself broke, whatever the page showed it.
    #[must_use]
    pub const fn is_crash(&self) -> bool {
        matches!(
            self,
            Self::Trap { .. }
                | Self::StackOverflow { .. }
                | Self::OutOfMemory { .. }
                | Self::TableLimit { .. }
                | Self::InstanceLimit { .. }
                | Self::CpuLimit { .. }
                | Self::NotStarted(_)
        )
    }

    /// Whether the same request may succeed later without anybody changing anything.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Failure(failure) => failure.retryable,
            Self::BrowserLost(_) | Self::Deadline { .. } | Self::NotStarted(_) => true,
            Self::Trap { .. }
            | Self::StackOverflow { .. }
            | Self::OutOfMemory { .. }
            | Self::TableLimit { .. }
            | Self::InstanceLimit { .. }
            | Self::CpuLimit { .. }
            | Self::HostCallLimit { .. }
            | Self::HostCallTooLarge { .. }
            | Self::OutputTooLarge { .. }
            | Self::OutputNotJson(_)
            | Self::OutputInvalid(_) => false,
        }
    }
}

fn said(last_words: Option<&String>) -> String {
    last_words
        .map(|words| format!(", saying `{words}`"))
        .unwrap_or_default()
}

fn listed(problems: &[InputProblem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}
