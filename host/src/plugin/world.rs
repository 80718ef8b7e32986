//! Which of the contract's worlds a component is built for, told from the names of its imports and exports.
//!
//! Before anything is linked, so that the answer names the version or the import and not a missing symbol.

use semver::Version;

use crate::plugin::linker::WASI_LINKED;
use crate::plugin::load_error::LoadError;

/// The version of the contract in `wit/`. Its patch versions only add.
pub const CONTRACT: &str = "0.1";

const PACKAGE: &str = "gantry:automation/";
const OPERATION: [&str; 8] = [
    "types",
    "page",
    "downloads",
    "artifacts",
    "effects",
    "progress",
    "log",
    "clock",
];
const SESSION: [&str; 6] = ["types", "page", "secrets", "progress", "log", "clock"];

/// A world of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    /// Exports `handler`.
    Operation,
    /// Exports `portal`.
    Session,
}

impl World {
    const fn noun(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Session => "session component",
        }
    }

    const fn interfaces(self) -> &'static [&'static str] {
        match self {
            Self::Operation => &OPERATION,
            Self::Session => &SESSION,
        }
    }
}

/// The world of a component with these exports.
pub fn of_exports<'a>(exports: impl Iterator<Item = &'a str>) -> Result<World, LoadError> {
    let mut found = None;
    for export in exports {
        let Some((interface, version)) = contract_name(export) else {
            continue;
        };
        let world = match interface {
            "handler" => World::Operation,
            "portal" => World::Session,
            _ => continue,
        };
        check_version(version)?;
        if found.replace(world).is_some() {
            return Err(LoadError::TwoWorlds);
        }
    }
    found.ok_or(LoadError::NoWorld)
}

/// Refuses a component that imports anything outside its world and the part of WASI that is linked.
pub fn check_imports<'a>(
    world: World,
    imports: impl Iterator<Item = &'a str>,
) -> Result<(), LoadError> {
    for import in imports {
        if let Some((interface, version)) = contract_name(import) {
            check_version(version)?;
            if !world.interfaces().contains(&interface) {
                return Err(denied(world, import, "see the worlds in `wit/package.wit`"));
            }
            continue;
        }
        let (path, version) = split(import);
        let wasi_02 = version
            .and_then(|text| Version::parse(text).ok())
            .is_some_and(|version| (version.major, version.minor) == (0, 2));
        if WASI_LINKED.contains(&path) && wasi_02 {
            continue;
        }
        return Err(denied(world, import, remedy(path)));
    }
    Ok(())
}

fn remedy(path: &str) -> &'static str {
    if WASI_LINKED.contains(&path) {
        "this host offers WASI 0.2"
    } else if path.starts_with("wasi:sockets/") {
        "it reaches the portal through `page` only (Python: build with `--stub-wasi`)"
    } else if path.starts_with("wasi:http/") {
        "it reaches the portal through `page` only (JavaScript: build with `--disable http`)"
    } else {
        "a component gets its world of `wit/`, and WASI 0.2 without sockets"
    }
}

fn denied(world: World, import: &str, remedy: &'static str) -> LoadError {
    LoadError::ImportDenied {
        import: import.to_owned(),
        world: world.noun(),
        remedy,
    }
}

fn check_version(version: Option<&str>) -> Result<(), LoadError> {
    let parsed = version.and_then(|text| Version::parse(text).ok());
    match parsed {
        Some(version) if (version.major, version.minor) == (0, 1) => Ok(()),
        Some(version) => Err(LoadError::ContractVersion {
            built_for: format!("{}.{}", version.major, version.minor),
            offered: CONTRACT,
        }),
        None => Err(LoadError::ContractVersion {
            built_for: version.unwrap_or("without a version").to_owned(),
            offered: CONTRACT,
        }),
    }
}

/// `gantry:automation/page@0.1.0` is `page` and `0.1.0`.
fn contract_name(name: &str) -> Option<(&str, Option<&str>)> {
    let (path, version) = split(name);
    Some((path.strip_prefix(PACKAGE)?, version))
}

fn split(name: &str) -> (&str, Option<&str>) {
    match name.split_once('@') {
        Some((path, version)) => (path, Some(version)),
        None => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(exports: &[&str]) -> Result<World, &'static str> {
        of_exports(exports.iter().copied()).map_err(|error| error.code())
    }

    fn imports(world: World, imports: &[&str]) -> Result<(), String> {
        check_imports(world, imports.iter().copied()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_export_tells_the_world() {
        assert_eq!(
            world(&["gantry:automation/handler@0.1.0"]),
            Ok(World::Operation)
        );
        assert_eq!(
            world(&["gantry:automation/portal@0.1.7"]),
            Ok(World::Session)
        );
        assert_eq!(world(&["wasi:cli/run@0.2.0"]), Err("world-missing"));
        let both = [
            "gantry:automation/portal@0.1.0",
            "gantry:automation/handler@0.1.0",
        ];
        assert_eq!(world(&both), Err("world-ambiguous"));
    }

    #[test]
    fn another_contract_version_is_named() {
        let error = of_exports(["gantry:automation/handler@0.2.3"].into_iter()).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("contract 0.2, and this host offers 0.1"),
            "{error}"
        );
        assert_eq!(
            world(&["gantry:automation/handler"]),
            Err("contract-version")
        );
    }

    #[test]
    fn what_toolchains_import_is_allowed() {
        let names = ["wasi:cli/environment@0.2.6", "wasi:filesystem/types@0.2.0"];
        assert_eq!(imports(World::Operation, &names), Ok(()));
    }

    #[test]
    fn sockets_http_and_strangers_are_refused_by_name() {
        for name in [
            "wasi:sockets/tcp@0.2.0",
            "wasi:http/outgoing-handler@0.2.0",
            "wasi:filesystem/types@0.3.0",
            "wasi:filesystem/types",
            "host:secret/api",
            "exec",
        ] {
            let error = imports(World::Operation, &[name]).unwrap_err();
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn an_operation_gets_no_secrets() {
        let secrets = ["gantry:automation/secrets@0.1.0"];
        assert!(
            imports(World::Operation, &secrets)
                .unwrap_err()
                .contains("secrets")
        );
        assert_eq!(imports(World::Session, &secrets), Ok(()));
        let effects = ["gantry:automation/effects@0.1.0"];
        assert!(
            imports(World::Session, &effects)
                .unwrap_err()
                .contains("effects")
        );
    }
}
