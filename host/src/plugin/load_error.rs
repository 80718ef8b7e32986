//! Why a component file is not served. Nothing that is served changes by it; each text says what to do.

use crate::plugin::call_error::CallError;
use crate::store::error::StoreError;

/// Why a component is not served.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[source] std::io::Error),
    /// The file is too large.
    #[error(
        "the file has {bytes} bytes, and {limit_bytes} are the limit: build for release, and strip it"
    )]
    TooLarge {
        /// What it has.
        bytes: u64,
        /// `limits::COMPONENT_BYTES`
        limit_bytes: u64,
    },
    /// Native code: nobody can check what it does.
    #[error("the file is precompiled: put the component itself here, the host compiles it")]
    Precompiled,
    /// A module, as compilers without component support write it.
    #[error(
        "the file is a core module, not a component: build for `wasm32-wasip2`, or run `wasm-tools component new`"
    )]
    CoreModule,
    /// Something else.
    #[error("the file is not WebAssembly")]
    NotWasm,
    /// Not valid, or truncated.
    #[error("the component is not valid: {0}")]
    Invalid(String),
    /// Built for the asynchronous ABI, which the contract does not use.
    #[error(
        "the component uses the asynchronous ABI of the component model, and the contract has plain functions: build it without (jco: `--backend-qjs-disable-async`)"
    )]
    AsyncAbi,
    /// Not the one that the configuration pins.
    #[error(
        "`{name}` is pinned to SHA-256 {pinned}, and this file has {found}: change `[plugins.{name}] sha256` if you trust it"
    )]
    PinDenied {
        /// The plugin.
        name: String,
        /// What the configuration says.
        pinned: String,
        /// What the file has.
        found: String,
    },
    /// It exports neither world.
    #[error(
        "the component exports neither `gantry:automation/handler@0.1` nor `gantry:automation/portal@0.1`: build it for the world `operation` or `session` of `wit/`"
    )]
    NoWorld,
    /// It exports both.
    #[error("the component exports both `handler` and `portal`: make it two components")]
    TwoWorlds,
    /// Built for another contract.
    #[error(
        "the component is built for contract {built_for}, and this host offers {offered}: rebuild it with the host's `wit/`, or update the host"
    )]
    ContractVersion {
        /// The version in the component.
        built_for: String,
        /// The host's.
        offered: &'static str,
    },
    /// It wants what no component gets.
    #[error("the component imports `{import}`, which no {world} gets: {remedy}")]
    ImportDenied {
        /// The name in the component.
        import: String,
        /// `operation` or `session component`.
        world: &'static str,
        /// What its author can do.
        remedy: &'static str,
    },
    /// An import or export has another type than in the contract.
    #[error("the component does not fit the contract: {0}")]
    Link(String),
    /// It would not fit into its bounds even once.
    #[error("the component starts with {needs}, and may have {limit}: {remedy}")]
    NeedsTooMuch {
        /// What it needs.
        needs: String,
        /// What it may have.
        limit: String,
        /// What to do.
        remedy: &'static str,
    },
    /// `describe` did not answer.
    #[error("`describe` failed ({code}): {0}", code = .0.code())]
    Describe(#[source] CallError),
    /// Called with the example of its own input schema, it broke.
    #[error(
        "called with the first of its own `examples`, on a portal without pages, it broke: {0}"
    )]
    Rehearsal(#[source] CallError),
    /// Something in the manifest cannot be.
    #[error("`{field}` in the manifest: {problem}")]
    Manifest {
        /// The field.
        field: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// It needs more than it was granted.
    #[error(
        "`{name}` needs `{capability}`: grant it with `[plugins.{name}] grants = [\"{capability}\"]`, or leave it out"
    )]
    NotGrantedDenied {
        /// The plugin.
        name: String,
        /// What it needs.
        capability: String,
    },
    /// Another file is served under this name.
    #[error("`{name}` is already served from `{file}`: rename one, or remove a file")]
    NameTaken {
        /// The plugin.
        name: String,
        /// The other file.
        file: String,
    },
    /// Another session component is served.
    #[error("`{file}` is already the session component, and a host has one: remove a file")]
    SessionTaken {
        /// The other file.
        file: String,
    },
    /// It would be noticed.
    #[error(
        "`{name}` is served on, and this version of it waits, because it would be noticed: {}; if that is meant, POST {{\"digest\": \"{digest}\"}} to `/v1/plugins/{name}/accept`",
        .differences.join("; ")
    )]
    ReplacementDiffers {
        /// The plugin.
        name: String,
        /// The version that waits.
        digest: String,
        /// What is not as it was.
        differences: Vec<String>,
    },
    /// It crashed too often.
    #[error(
        "this version of `{name}` crashed again and again, and the one before it is served: put a mended one here; to serve it all the same, POST {{\"digest\": \"{digest}\"}} to `/v1/plugins/{name}/accept`"
    )]
    Quarantined {
        /// The plugin.
        name: String,
        /// The version.
        digest: String,
    },
    /// It is tried on a share of the callers first.
    #[error(
        "this version of `{name}` serves {percent} % of its callers, as `[plugins.{name}] canary_percent` says; to serve everybody, POST {{\"digest\": \"{digest}\"}} to `/v1/plugins/{name}/accept`"
    )]
    Tried {
        /// The plugin.
        name: String,
        /// The version.
        digest: String,
        /// The share.
        percent: u8,
    },
    /// There are too many files.
    #[error("the folder has more than {limit} components: remove some")]
    TooManyFiles {
        /// `limits::PLUGIN_FILES`
        limit: usize,
    },
    /// The host stopped, or panicked, while it compiled.
    #[error("loading was interrupted: {0}")]
    Interrupted(String),
}

/// Why what is served was not changed as asked. Nothing was.
#[derive(Debug, thiserror::Error)]
pub enum ChangeDenied {
    /// Nothing has this name.
    #[error("no plugin `{0}`; `GET /v1/plugins` lists those there are")]
    Unknown(String),
    /// There is nothing to accept.
    #[error(
        "no version of `{name}` with the digest {digest} waits; `GET /v1/plugins` says what does"
    )]
    NotWaiting {
        /// The plugin.
        name: String,
        /// The version.
        digest: String,
    },
    /// There is nothing to go back to.
    #[error(
        "no version of `{name}` that was served{} is kept; `GET /v1/plugins/{name}/versions` lists those that are",
        .digest.as_ref().map(|digest| format!(" with the digest {digest}")).unwrap_or_default()
    )]
    NotKept {
        /// The plugin.
        name: String,
        /// The version, if one was asked for.
        digest: Option<String>,
    },
    /// The component cannot be served.
    #[error("{0}")]
    Load(#[from] LoadError),
    /// It says that it is another.
    #[error("the component is `{found}`, not `{asked}`: send it to `/v1/plugins/{found}`")]
    OtherName {
        /// The plugin that was asked for.
        asked: String,
        /// What the component says.
        found: String,
    },
    /// Its file belongs to another plugin.
    #[error("`{file}` in the plugin folder is another plugin's: rename that file")]
    FileTaken {
        /// The file.
        file: String,
    },
    /// The plugin folder, or what is kept beside it, cannot be used.
    #[error("the plugin folder cannot be changed: {0}; look at its rights and at the disk")]
    Folder(#[from] std::io::Error),
    /// The database gave no answer.
    #[error("{0}")]
    Store(#[from] StoreError),
}

impl LoadError {
    /// Stable, kebab-case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "file-unreadable",
            Self::TooLarge { .. } => "file-too-large",
            Self::Precompiled => "file-precompiled",
            Self::CoreModule => "file-core-module",
            Self::NotWasm => "file-not-wasm",
            Self::Invalid(_) => "component-invalid",
            Self::AsyncAbi => "component-async",
            Self::PinDenied { .. } => "digest-not-pinned",
            Self::NoWorld => "world-missing",
            Self::TwoWorlds => "world-ambiguous",
            Self::ContractVersion { .. } => "contract-version",
            Self::ImportDenied { .. } => "import-denied",
            Self::Link(_) => "contract-mismatch",
            Self::NeedsTooMuch { .. } => "component-too-demanding",
            Self::Describe(_) => "describe-failed",
            Self::Rehearsal(_) => "rehearsal-failed",
            Self::Manifest { .. } => "manifest-invalid",
            Self::NotGrantedDenied { .. } => "capability-not-granted",
            Self::NameTaken { .. } => "name-taken",
            Self::SessionTaken { .. } => "session-taken",
            Self::ReplacementDiffers { .. } => "replacement-differs",
            Self::Quarantined { .. } => "version-quarantined",
            Self::Tried { .. } => "canary",
            Self::TooManyFiles { .. } => "too-many-files",
            Self::Interrupted(_) => "load-interrupted",
        }
    }
}
