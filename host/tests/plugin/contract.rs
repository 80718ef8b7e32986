//! The contract: what was released stays as it is, and later versions still serve those who were built for it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use wit_component::semver_check;
use wit_parser::{PackageId, Resolve, SourceMap};

/// Its files, by name.
type Contract = BTreeMap<String, String>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit")
}

fn read(folder: &Path) -> Contract {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|ending| ending == "wit"));
    let named = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    files.map(named).collect()
}

/// The released contracts, by version.
fn released() -> BTreeMap<String, Contract> {
    let entries = fs::read_dir(folder().join("released")).unwrap();
    let versions = entries.map(|entry| entry.unwrap());
    let named = |entry: fs::DirEntry| {
        let version = entry.file_name().to_str().unwrap().to_owned();
        (version, read(&entry.path()))
    };
    versions.map(named).collect()
}

/// Its version, as its package says.
fn version(contract: &Contract) -> String {
    let package = &contract["package.wit"];
    let after = package.split_once("package gantry:automation@").unwrap().1;
    after.split_once(';').unwrap().0.to_owned()
}

fn package(resolve: &mut Resolve, contract: &Contract, number: u32) -> PackageId {
    // Two versions of one package have to have different ones to be looked at together.
    let version = format!("automation@{}", version(contract));
    let renamed = format!("automation@0.0.{number}");
    let mut sources = SourceMap::new();
    for (file, text) in contract {
        sources.push(Path::new(file), text.replace(&version, &renamed));
    }
    let group = sources.parse().map_err(|(_, error)| error).unwrap();
    resolve.push_group(group).unwrap()
}

/// Whether a host with the new contract serves components that were built for the old one, in both worlds.
fn is_served_by(old: &Contract, new: &Contract) -> Result<(), String> {
    for world in ["operation", "session"] {
        let mut resolve = Resolve::default();
        let packages = [package(&mut resolve, old, 1), package(&mut resolve, new, 2)];
        let [old, new] = packages.map(|it| resolve.select_world(&[it], Some(world)).unwrap());
        semver_check(resolve, old, new).map_err(|error| format!("{world}: {error:#}"))?;
    }
    Ok(())
}

/// The contract with a change in one of its files.
fn changed(file: &str, from: &str, to: &str) -> Contract {
    let mut contract = read(&folder());
    let text = contract.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} has `{from}`");
    *text = text.replacen(from, to, 1);
    contract
}

#[test]
fn a_released_contract_is_never_changed() {
    let current = read(&folder());
    let released = released();
    let frozen = released.get(&version(&current));
    let frozen = frozen.expect("the version of `wit/package.wit` is in `wit/released`");
    assert_eq!(
        frozen, &current,
        "`wit/` differs from what was released under its version: give it the next one, and put that into `wit/released`"
    );
    for (folder, contract) in &released {
        assert_eq!(&version(contract), folder);
    }
}

#[test]
fn components_for_every_released_contract_are_served() {
    let current = read(&folder());
    for (version, contract) in released() {
        is_served_by(&contract, &current).unwrap_or_else(|error| panic!("{version}: {error}"));
    }
}

#[test]
fn what_would_break_components_is_found() {
    let old = read(&folder());
    let now = "now: func() -> u64;";
    let more = changed(
        "clock.wit",
        now,
        "now: func() -> u64;\n  zone: func() -> string;",
    );
    is_served_by(&old, &more).unwrap();
    for broken in [
        changed("clock.wit", now, ""),
        changed("clock.wit", now, "now: func() -> s64;"),
        changed(
            "handler.wit",
            "effectful: bool,",
            "effectful: bool,\n    icon: string,",
        ),
        changed(
            "handler.wit",
            "describe: func() -> manifest;",
            "describe: func() -> manifest;\n  icon: func() -> string;",
        ),
        changed("package.wit", "import downloads;", ""),
    ] {
        assert!(is_served_by(&old, &broken).is_err());
    }
}
