//! All that a host leaves or tells, and a search in it: for secrets, which have to be nowhere.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::Path;
use std::sync::Mutex;

use memchr::memmem;

/// All passwords of the portal begin so; what was sent in a form says it otherwise.
const PASSWORDS: [&str; 3] = ["correct horse ", "correct+horse+", "correct%20horse%20"];

/// What the hosts of this process have logged.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Keeps a log, to be searched when a host has ended.
pub(crate) struct Kept;

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sees that no password is in what a host has left below its storage folder, in the logs, or in the arguments of a
/// process. A test that fails already says why itself.
pub(crate) fn no_password(storage: &Path) {
    if std::thread::panicking() {
        return;
    }
    let mut remains = Remains::default();
    remains.add_storage(storage);
    let database = remains.all().any(|place| place == "database");
    assert!(database, "{} is no host's", storage.display());
    remains.add_arguments();
    remains.add("log", LOG.lock().unwrap().clone());
    for password in PASSWORDS {
        let places = remains.places(password);
        assert!(places.is_empty(), "a password is in {places:?}");
    }
}

/// All that was left or told, by where it was.
#[derive(Default)]
pub(crate) struct Remains(BTreeMap<String, Vec<u8>>);

impl Remains {
    pub(crate) fn add(&mut self, place: impl Into<String>, content: impl AsRef<[u8]>) {
        let kept = self.0.entry(place.into()).or_default();
        kept.extend_from_slice(content.as_ref());
    }

    /// The database, and what runs have left.
    pub(crate) fn add_storage(&mut self, storage: &Path) {
        for entry in std::fs::read_dir(storage).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with("gantry.db") {
                self.add("database", read(&entry.path()));
            }
        }
        self.add_files(&storage.join("artifacts"));
    }

    /// The files below a folder, those that are archives part by part.
    fn add_files(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                self.add_files(&path);
                continue;
            }
            let place = path.display().to_string();
            let archive = File::open(&path).map(zip::ZipArchive::new);
            let Ok(Ok(mut archive)) = archive else {
                self.add(place, read(&path));
                continue;
            };
            for index in 0..archive.len() {
                let mut part = archive.by_index(index).unwrap();
                let mut content = Vec::new();
                part.read_to_end(&mut content).unwrap();
                self.add(format!("{place}, {index}"), content);
            }
        }
    }

    /// The arguments of every process of the machine.
    pub(crate) fn add_arguments(&mut self) {
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let arguments = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            self.add("arguments of processes", arguments);
        }
    }

    /// Where something was left or told.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The places that have this text.
    pub(crate) fn places(&self, text: &str) -> Vec<&str> {
        let finder = memmem::Finder::new(text);
        let having = self.0.iter();
        let having = having.filter(|(_, content)| finder.find(content).is_some());
        having.map(|(place, _)| place.as_str()).collect()
    }
}

/// A file's content; nothing if it was removed meanwhile, as what is too old is.
fn read(file: &Path) -> Vec<u8> {
    match std::fs::read(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        content => content.unwrap(),
    }
}
