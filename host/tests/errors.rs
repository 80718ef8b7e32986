//! `docs/errors.md` has every code that the host itself answers with, with its status, and no other.
//!
//! Reads the sources as text: a code stands beside its class, or is what `code()` gives.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// The statuses of classes, as `host/src/http/problem.rs` gives them.
const STATUSES: [(&str, &str); 12] = [
    ("Malformed", "400"),
    ("Invalid", "422"),
    ("Unauthorized", "401"),
    ("Forbidden", "403"),
    ("NotFound", "404"),
    ("Gone", "410"),
    ("Conflict", "409"),
    ("TooMany", "429"),
    ("Unavailable", "503"),
    ("Portal", "502"),
    ("TimedOut", "504"),
    ("Internal", "500"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The sources below a folder, without their tests.
fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let tests = text.find("#[cfg(test)]").unwrap_or(text.len());
            found.push(text[..tests].to_owned());
        }
    }
}

/// Codes beside their class, with the status.
fn answered() -> BTreeMap<String, BTreeSet<String>> {
    let mut texts = Vec::new();
    for layer in ["dispatch", "http"] {
        sources(&root().join("src").join(layer), &mut texts);
    }
    let beside = Regex::new(r#"Class::(\w+),\s*"([a-z-]+)""#).unwrap();
    let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for text in &texts {
        for found in beside.captures_iter(text) {
            let class = STATUSES.iter().find(|(class, _)| *class == &found[1]);
            let (_, status) = class.expect("a class with a status");
            let statuses = codes.entry(found[2].to_owned()).or_default();
            statuses.insert((*status).to_owned());
        }
    }
    codes
}

/// Codes of which the class is elsewhere.
fn given_by(file: &str, function: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("src").join(file)).unwrap();
    let (_, body) = text.split_once(function).unwrap();
    let body = body.split("\n    }\n").next().unwrap();
    let arm = Regex::new(r#"=> "([a-z-]+)""#).unwrap();
    let codes: BTreeSet<String> = arm.captures_iter(body).map(|it| it[1].to_owned()).collect();
    assert!(!codes.is_empty(), "{function} in {file}");
    codes
}

/// The page's rows above what operations say: codes, and their statuses where there are any.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let page = fs::read_to_string(root().join("../docs/errors.md")).unwrap();
    let (host, _) = page.split_once("## Of operations").unwrap();
    let (code, status) = (
        Regex::new("`([a-z-]+)`").unwrap(),
        Regex::new(r"\b[1-5]\d\d\b").unwrap(),
    );
    let mut codes = BTreeMap::new();
    for row in host.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').collect();
        let statuses: BTreeSet<String> = match cells.len() {
            5 => status
                .find_iter(cells[2])
                .map(|it| it.as_str().to_owned())
                .collect(),
            _ => BTreeSet::new(),
        };
        for found in code.captures_iter(cells[1]) {
            let before = codes.insert(found[1].to_owned(), statuses.clone());
            assert!(before.is_none(), "{} is there twice", &found[1]);
        }
    }
    codes
}

#[test]
fn every_code_of_the_host_is_documented_with_its_status_and_no_other() {
    let documented = documented();
    let answered = answered();
    assert!(answered.len() > 60, "{answered:#?}");
    for (code, statuses) in &answered {
        assert_eq!(documented.get(code), Some(statuses), "{code}");
    }
    let mut all: BTreeSet<String> = answered.into_keys().collect();
    all.extend(given_by("plugin/call_error.rs", "pub fn code("));
    all.extend(given_by("plugin/load_error.rs", "pub const fn code("));
    all.extend(given_by("dispatch/failed.rs", "fn code_of("));
    let mut texts = Vec::new();
    sources(&root().join("src/http"), &mut texts);
    let texts = texts.concat();
    for code in documented.keys() {
        let is_said = all.contains(code) || texts.contains(&format!("\"{code}\""));
        assert!(is_said, "nobody says {code}");
    }
    for code in &all {
        assert!(documented.contains_key(code), "{code} is not documented");
    }
    let by_status = Regex::new(r#"of_http\(\s*[^,]+,\s*"([a-z-]+)""#).unwrap();
    for found in by_status.captures_iter(&texts) {
        assert!(
            documented.contains_key(&found[1]),
            "{} is not documented",
            &found[1]
        );
    }
}
