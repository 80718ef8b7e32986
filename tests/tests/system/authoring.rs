//! An author's way from nothing to an answer, by the program itself: a new project, its test, into a host that runs, a
//! change, and the change in the next answer.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

use gantry_portal::PortalConfig;
use serde_json::json;

use crate::office::{Office, plugins, target};

/// Tools talk to registries and compile.
fn gantry(arguments: &[&str], dir: &Path) -> Output {
    command(arguments, dir).output().unwrap()
}

fn command(arguments: &[&str], dir: &Path) -> Command {
    let mut command = Command::new(target().join("debug/gantry"));
    command
        .args(arguments)
        .current_dir(dir)
        .env("GANTRY_LOG", "error")
        // What is compiled once for these tests is there for the next.
        .env("CARGO_TARGET_DIR", target().join("authoring"))
        .env_remove("RUSTC")
        .env_remove("RUSTFLAGS");
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn done(output: &Output) {
    assert!(output.status.success(), "{}", said(output));
}

/// A project, and the folder that it is in.
struct Author {
    folder: tempfile::TempDir,
    project: PathBuf,
}

impl Author {
    fn begins(language: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        done(&gantry(
            &["plugin", "new", "page-name", "--lang", language],
            folder.path(),
        ));
        let project = folder.path().join("page-name");
        Self { folder, project }
    }

    /// Does it, and prints how long that took.
    fn does(&self, arguments: &[&str]) -> Output {
        let began = Instant::now();
        let output = gantry(arguments, &self.project);
        println!(
            "{:>6.1} s  gantry {}",
            began.elapsed().as_secs_f32(),
            arguments[..2].join(" ")
        );
        output
    }

    fn changes(&self, file: &str, from: &str, to: &str) {
        let file = self.project.join(file);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(file, text.replace(from, to)).unwrap();
    }
}

/// A folder with nothing but the session plugin.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(
        plugins().join("session.wasm"),
        folder.path().join("session.wasm"),
    )
    .unwrap();
    folder
}

/// A host over such a folder, which it watches.
async fn office() -> Office {
    let folder = folder();
    let mut office = Office::open(PortalConfig::quick(), |config| {
        folder.path().clone_into(&mut config.plugins.dir);
    })
    .await;
    office.keep(folder);
    office
}

/// The whole way, in one language; the change shouts the title.
async fn walks(language: &'static str, file: &str, from: &str, to: &str) {
    println!(
        "{language}: new, doctor, test, install, call, change, install, call, and its own test again"
    );
    let author = Author::begins(language);
    done(&author.does(&["plugin", "doctor"]));
    let tested = author.does(&["plugin", "test"]);
    done(&tested);
    assert!(
        said(&tested).contains("ok      tests/title.case.json"),
        "{}",
        said(&tested)
    );

    let office = office().await;
    let account = office.account(0);
    let input = json!({ "path": "/containers" });
    done(&author.does(&["plugin", "install", "--host", &office.url]));
    let first = office.run("page-name", &account, input.clone()).await.ok();
    let title = first["output"]["title"].as_str().unwrap().to_owned();
    assert!(!title.is_empty());

    author.changes(file, from, to);
    done(&author.does(&["plugin", "install", "--host", &office.url]));
    let changed = office.run("page-name", &account, input).await.ok();
    assert_eq!(changed["output"]["title"], title.to_uppercase());
    assert_ne!(title, title.to_uppercase());
    assert_eq!(office.portal.sign_ins().len(), 1);

    // Its own case knows the change now, and says what is other than expected.
    let tested = author.does(&["plugin", "test"]);
    assert!(!tested.status.success());
    let words = said(&tested);
    assert!(
        words.contains("/output/title") && words.contains("PORT MANAGER"),
        "{words}"
    );
    office.close().await;
    drop(author.folder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_project_in_javascript_is_served_and_changed_while_the_host_runs() {
    walks(
        "javascript",
        "src/operation.js",
        "page.title()",
        "page.title().toUpperCase()",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_project_in_python_is_served_and_changed_while_the_host_runs() {
    walks(
        "python",
        "src/app.py",
        "page.title()",
        "page.title().upper()",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_project_in_rust_is_served_and_changed_while_the_host_runs() {
    walks(
        "rust",
        "src/lib.rs",
        "page::title()?",
        "page::title()?.to_uppercase()",
    )
    .await;
}

#[test]
fn a_project_carries_its_own_name_everywhere_and_all_it_needs() {
    for language in ["rust", "javascript", "python"] {
        let author = Author::begins(language);
        assert!(author.project.join("wit/package.wit").is_file());
        let vendored = ["vendor", "wit"].map(|name| author.project.join(name));
        let mut folders = vec![author.project.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
                let (path, name) = (entry.path(), entry.file_name());
                assert!(
                    !["target", "node_modules", ".venv", "dist", "__pycache__"]
                        .iter()
                        .any(|left| name == *left),
                    "{}",
                    path.display()
                );
                if path.is_dir() {
                    folders.push(path);
                } else if !vendored.iter().any(|folder| path.starts_with(folder)) {
                    let text = std::fs::read_to_string(&path).unwrap();
                    for old in ["page-title", "page_title", "PageTitle"] {
                        assert!(!text.contains(old), "{}: {old}", path.display());
                    }
                }
            }
        }
    }
}

#[test]
fn what_cannot_be_is_said_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (
            vec!["plugin", "new", "Page_Title", "--lang", "rust"],
            "kebab-case",
        ),
        (
            vec!["plugin", "new", "../elsewhere", "--lang", "rust"],
            "kebab-case",
        ),
        (
            vec!["plugin", "new", "operation", "--lang", "python"],
            "stands for something else",
        ),
        (vec!["plugin", "build"], "no plugin project"),
        (vec!["plugin", "doctor", "nowhere"], "no plugin project"),
        (vec!["plugin", "test", "nowhere"], "no plugin project"),
    ] {
        let output = gantry(&arguments, folder.path());
        assert!(!output.status.success());
        assert!(
            said(&output).contains(words),
            "{arguments:?}: {}",
            said(&output)
        );
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    let again = ["plugin", "new", "page-name", "--lang", "python"];
    done(&gantry(&again, folder.path()));
    let output = gantry(&again, folder.path());
    assert!(
        said(&output).contains("is there already"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_host_that_is_not_there_is_named() {
    let author = Author::begins("javascript");
    let output = author.does(&["plugin", "install", "--host", "http://127.0.0.1:9"]);
    assert!(!output.status.success());
    assert!(
        said(&output).contains("is the host running?"),
        "{}",
        said(&output)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_asks_for_a_token_is_shown_the_one_in_a_file_or_in_the_environment() {
    let folder = folder();
    let (mut office, token) = Office::guarded(PortalConfig::quick(), |config| {
        folder.path().clone_into(&mut config.plugins.dir);
    })
    .await;
    office.keep(folder);
    let author = Author::begins("rust");
    let install = ["plugin", "install", "--host", &office.url];
    let without = author.does(&install);
    assert!(!without.status.success());
    let words = said(&without);
    assert!(words.contains("--token-file"), "{words}");

    let file = author.folder.path().join("token");
    std::fs::write(&file, format!("{token}\n")).unwrap();
    let install_with = [&install[..], &["--token-file", file.to_str().unwrap()]].concat();
    done(&author.does(&install_with));
    let mut by_environment = command(&install, &author.project);
    done(&by_environment.env("GANTRY_TOKEN", &token).output().unwrap());

    let listed = office.client.get(format!("{}/v1/plugins", office.url));
    let listed = listed.bearer_auth(&token).send().await.unwrap();
    let listed = listed.text().await.unwrap();
    assert!(listed.contains("page-name"), "{listed}");
    office.close().await;
}
