//! Compiled components on disk, so that a host starts in milliseconds instead of minutes.
//!
//! Owns: one folder, which only this user can enter. Entries are found by the component's digest and by what
//! this build of wasmtime, with these settings, can load; each is used only if its own digest is the recorded
//! one, because a compiled component is native code.
//! Never: makes loading fail. A missing, foreign or damaged entry means that the component is compiled.

use std::fs::{self, DirBuilder, File, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use wasmtime::component::Component;

use crate::config::limits;
use crate::plugin::digest;
use crate::plugin::whole;

const PRIVATE: u32 = 0o700;
const ENDING: &str = "cwasm";

/// A folder of compiled components.
#[derive(Debug)]
pub struct CompiledCache {
    dir: PathBuf,
}

/// A component, and where it came from.
pub struct Compiled {
    /// Ready to be linked.
    pub component: Component,
    /// False if it was compiled now.
    pub from_cache: bool,
}

impl CompiledCache {
    /// The cache in this folder, which is made if it is not there.
    pub fn open(dir: &Path) -> io::Result<Self> {
        DirBuilder::new()
            .recursive(true)
            .mode(PRIVATE)
            .create(dir)?;
        let owner = fs::metadata(dir)?.uid();
        if owner != nix::unistd::geteuid().as_raw() {
            let why = format!("`{}` belongs to another user", dir.display());
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
        fs::set_permissions(dir, Permissions::from_mode(PRIVATE))?;
        Ok(Self {
            dir: dir.to_owned(),
        })
    }

    /// The compiled form of a component: from disk, or compiled now and kept. Takes up to a minute.
    pub fn compiled(
        &self,
        engine: &wasmtime::Engine,
        bytes: &[u8],
        digest: &str,
    ) -> wasmtime::Result<Compiled> {
        let entry = self.entry(engine, digest);
        if let Some(component) = read(engine, &entry) {
            return Ok(Compiled {
                component,
                from_cache: true,
            });
        }
        let component = Component::from_binary(engine, bytes)?;
        let kept = component.serialize().map_err(io::Error::other);
        if let Err(error) = kept.and_then(|native| self.keep(&entry, &native)) {
            tracing::warn!(error = %error, "a compiled plugin could not be kept; it works, and is compiled again at the next start");
        }
        Ok(Compiled {
            component,
            from_cache: false,
        })
    }

    fn entry(&self, engine: &wasmtime::Engine, digest: &str) -> PathBuf {
        let mut compatibility = DefaultHasher::new();
        engine
            .precompile_compatibility_hash()
            .hash(&mut compatibility);
        self.dir
            .join(format!("{digest}.{:016x}.{ENDING}", compatibility.finish()))
    }

    fn keep(&self, entry: &Path, native: &[u8]) -> io::Result<()> {
        // The record comes last: an entry without its record is not used.
        whole::write(entry, native)?;
        whole::write(&record_of(entry), digest::sha256(native).as_bytes())?;
        self.forget_oldest()
    }

    fn forget_oldest(&self) -> io::Result<()> {
        let mut entries: Vec<(SystemTime, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            if entry
                .path()
                .extension()
                .is_some_and(|ending| ending == ENDING)
            {
                entries.push((entry.metadata()?.modified()?, entry.path()));
            }
        }
        entries.sort();
        let surplus = entries.len().saturating_sub(limits::COMPILED_KEPT);
        for (_, entry) in entries.drain(..surplus) {
            // A component that is mapped stays usable after its file is gone.
            whole::remove(&record_of(&entry))?;
            whole::remove(&entry)?;
        }
        Ok(())
    }
}

/// The entry, if it is whole.
fn read(engine: &wasmtime::Engine, entry: &Path) -> Option<Component> {
    let recorded = fs::read_to_string(record_of(entry)).ok()?;
    let native = fs::read(entry).ok()?;
    if digest::sha256(&native) != recorded {
        tracing::warn!(entry = %entry.display(), "a compiled plugin is damaged; it is compiled again");
        return None;
    }
    drop(native);
    #[expect(
        unsafe_code,
        reason = "a compiled component is native code; see SAFETY"
    )]
    // SAFETY: only this host writes into the folder, which nobody else can enter, and the bytes are those that
    // it wrote: their digest was just compared. They are replaced by rename, never changed in place.
    let component = unsafe { Component::deserialize_file(engine, entry) };
    match component {
        Ok(component) => {
            touch(entry);
            Some(component)
        }
        Err(error) => {
            tracing::warn!(
                error = format!("{error:#}"),
                "a compiled plugin does not fit; it is compiled again"
            );
            None
        }
    }
}

/// Marks an entry as used, for `forget_oldest`. It matters little if that fails.
fn touch(entry: &Path) {
    let touched = File::open(entry).and_then(|file| file.set_modified(SystemTime::now()));
    if let Err(error) = touched {
        tracing::debug!(error = %error, "a compiled plugin could not be marked as used");
    }
}

fn record_of(entry: &Path) -> PathBuf {
    entry.with_extension("sha256")
}
