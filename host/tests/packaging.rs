//! The files of `packaging/`: that they go with this release, as far as can be said without systemd, Docker and Prometheus.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use gantry::config::schema::{Account, Config, PluginLimits, PluginSettings};
use gantry::config::{limits, load};
use regex::Regex;
use toml::{Table, Value};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn packaged(file: &str) -> String {
    std::fs::read_to_string(repository().join("packaging").join(file)).unwrap()
}

/// The example with every key in force: the `#` before each key and each table is taken away, comments stay.
fn example_in_force() -> String {
    let line = Regex::new(r"(?m)^#([a-z][a-z0-9_]* = |\[)").unwrap();
    line.replace_all(&packaged("gantry.example.toml"), "$1")
        .into_owned()
}

/// All keys with their values, by their whole names, such as `pool.max_sessions`.
fn flat(table: &Table) -> BTreeMap<String, Value> {
    let mut keys = BTreeMap::new();
    for (name, value) in table {
        match value {
            Value::Table(below) => {
                let below = flat(below).into_iter();
                keys.extend(below.map(|(key, value)| (format!("{name}.{key}"), value)));
            }
            value => drop(keys.insert(name.clone(), value.clone())),
        }
    }
    keys
}

fn table_of(value: &impl serde::Serialize) -> Table {
    Table::try_from(value).unwrap()
}

/// What tables of one's own can have, as their types have it: a field that is added makes this fail to compile.
fn own_tables() -> BTreeSet<String> {
    let settings = PluginSettings {
        grants: vec!["submit".to_owned()],
        sites: Some(vec!["wizard".to_owned()]),
        sha256: Some(String::new()),
        canary_percent: Some(1),
        limits: PluginLimits {
            run_ms: Some(1),
            cpu_ms: Some(1),
            memory_mib: Some(1),
            table_elements: Some(1),
            instances: Some(1),
            host_calls: Some(1),
            output_kib: Some(1),
            log_kib: Some(1),
        },
    };
    let account = Account {
        username: String::new(),
        password_file: PathBuf::new(),
    };
    let of = |start: &str, table: Table| -> Vec<String> {
        let keys = flat(&table).into_keys();
        keys.map(|key| format!("{start}.{key}")).collect()
    };
    let plugin = of("plugins.get-appointments", table_of(&settings));
    let account = of("accounts.office", table_of(&account));
    plugin.into_iter().chain(account).collect()
}

#[test]
fn the_example_configuration_changes_nothing_as_it_is() {
    let file = repository().join("packaging/gantry.example.toml");
    let config = load::load(Some(&file)).unwrap();
    assert_eq!(table_of(&config), table_of(&Config::default()));
}

#[test]
fn the_example_configuration_has_every_key_with_its_default() {
    let example = flat(&example_in_force().parse().unwrap());
    let own = own_tables();
    let mut wrong = Vec::new();
    for (key, value) in flat(&table_of(&Config::default())) {
        match example.get(&key) {
            None => wrong.push(format!("`{key}` is missing, and is {value}")),
            Some(told) if *told != value => {
                wrong.push(format!("`{key}` is {value}, not {told}"));
            }
            Some(_) => {}
        }
    }
    for key in own.iter().filter(|key| !example.contains_key(*key)) {
        wrong.push(format!("`{key}` is missing"));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_example_configuration_can_be_loaded_with_every_key_in_force() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), example_in_force()).unwrap();
    // Unknown keys are errors, so it has none.
    let config = load::load(Some(file.path())).unwrap();
    assert_eq!(config.accounts.len(), 1);
    assert_eq!(config.plugins.settings.len(), 1);
}

/// The values of a key in a unit, in order.
fn values<'a>(unit: &'a str, key: &str) -> Vec<&'a str> {
    let lines = unit.lines().filter_map(|line| line.split_once('='));
    lines
        .filter(|(name, _)| *name == key)
        .map(|(_, value)| value)
        .collect()
}

#[test]
fn the_unit_lets_the_host_drain_and_gives_it_the_paths_that_the_example_names() {
    let unit = packaged("gantry.service");
    let one = |key: &str| {
        let values = values(&unit, key);
        assert_eq!(values.len(), 1, "{key}: {values:?}");
        values[0]
    };
    let stop = Duration::from_secs(one("TimeoutStopSec").parse().unwrap());
    let drain = limits::STOP_GRACE + limits::CLOSE_POLITELY + limits::PROCESSES_GONE;
    assert!(stop >= drain + limits::STOP_SERVER, "{stop:?}");
    // All processes at once would end Chromium before the host can have it write its cookies.
    assert_eq!(one("KillMode"), "mixed");
    assert_eq!(one("Restart"), "on-failure");
    assert_eq!(one("NoNewPrivileges"), "yes");
    let state = format!("/var/lib/{}", one("StateDirectory"));
    assert_eq!(one("WorkingDirectory"), state);
    assert_eq!(one("User"), "gantry");
    assert!(one("ExecStart").ends_with("serve --config /etc/gantry/gantry.toml"));
    let credential = Regex::new(r"(?m)^#LoadCredential=([^:]+):").unwrap();
    let credential = &credential.captures(&unit).unwrap()[1];
    let named = format!("/run/credentials/gantry.service/{credential}");
    assert!(packaged("gantry.example.toml").contains(&format!("password_file = \"{named}\"")));
    // Wasm and JavaScript are compiled in memory.
    assert!(values(&unit, "MemoryDenyWriteExecute").is_empty());
}

#[test]
fn what_the_image_is_made_of_is_there_and_is_sent_to_the_build() {
    let text = packaged("Dockerfile").replace("\\\n", " ");
    let ignored = packaged("Dockerfile.dockerignore");
    let sent: Vec<&str> = ignored
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    let mut copied = BTreeSet::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("COPY ")) {
        if line.starts_with("--from") {
            continue;
        }
        let mut paths: Vec<&str> = line.split_whitespace().collect();
        paths.pop();
        copied.extend(paths);
    }
    for path in &copied {
        assert!(repository().join(path).exists(), "{path} is not there");
        assert!(sent.contains(path), "{path} is not sent to the build");
    }
    for path in sent {
        assert!(copied.contains(path), "{path} is sent and not copied");
    }
    // The workspace as a whole, and what the host has inside (`host/build.rs`).
    let workspace: Table = std::fs::read_to_string(repository().join("Cargo.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let members = members.iter().map(|member| member.as_str().unwrap());
    for path in members.chain(["wit", "plugins", ".cargo", "Cargo.lock"]) {
        let is_copied = Path::new(path)
            .ancestors()
            .any(|it| copied.contains(it.to_str().unwrap()));
        assert!(is_copied, "{path} is not copied");
    }
}

#[test]
fn the_image_runs_as_nobody_in_particular_under_an_init_and_its_keys_exist() {
    let text = packaged("Dockerfile").replace("\\\n", " ");
    let last = |word: &str| {
        let mut lines = text.lines().filter_map(|line| line.strip_prefix(word));
        lines.next_back().unwrap().trim().to_owned()
    };
    assert_eq!(last("USER "), "gantry");
    assert!(last("ENTRYPOINT ").contains("tini"));
    assert!(text.contains("/livez"));
    let defaults = flat(&table_of(&Config::default()));
    let named = Regex::new(r"GANTRY__([A-Z_]+)=").unwrap();
    let keys: Vec<String> = named
        .captures_iter(&text)
        .map(|found| found[1].to_lowercase().replace("__", "."))
        .collect();
    assert!(!keys.is_empty());
    for key in keys {
        assert!(defaults.contains_key(&key), "{key} is no key");
    }
}

/// The names of metrics in an expression: what is left without strings, labels, durations, functions and grouping.
fn metrics_in(expression: &str) -> BTreeSet<String> {
    const WORDS: [&str; 5] = ["sum", "increase", "rate", "or", "and"];
    let without = Regex::new(r"\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)").unwrap();
    let rest = without.replace_all(expression, " ");
    let name = Regex::new(r"[a-z][a-z0-9_]*").unwrap();
    let names = name.find_iter(&rest).map(|it| it.as_str().to_owned());
    names
        .filter(|name| !WORDS.contains(&name.as_str()))
        .collect()
}

fn alerts() -> Vec<(String, String)> {
    let text = packaged("alerts.yml");
    let alert = Regex::new(r"- alert: (\w+)\n +expr: (.+)\n").unwrap();
    let alerts: Vec<_> = alert
        .captures_iter(&text)
        .map(|found| (found[1].to_owned(), found[2].to_owned()))
        .collect();
    assert_eq!(alerts.len(), text.matches("- alert:").count());
    alerts
}

#[test]
fn every_metric_that_an_alert_asks_for_is_documented() {
    // These are Prometheus' own, and the blackbox exporter's.
    const NOT_OURS: [&str; 2] = ["up", "probe_success"];
    let documented = std::fs::read_to_string(repository().join("docs/metrics.md"));
    let Ok(documented) = documented else {
        // Where the host has no metrics there is nothing to ask for.
        assert!(!repository().join("host/src/telemetry").exists());
        return;
    };
    let endings = Regex::new("_(count|sum|bucket)$").unwrap();
    for (alert, expression) in alerts() {
        let names = metrics_in(&expression);
        assert!(!names.is_empty(), "{alert}");
        for name in names {
            let plain = endings.replace(&name, "");
            let is_documented = documented.contains(&format!("`{name}`"))
                || documented.contains(&format!("`{plain}`"));
            assert!(
                is_documented || NOT_OURS.contains(&name.as_str()),
                "{alert} asks for {name}, which docs/metrics.md does not name"
            );
        }
    }
}

#[test]
fn every_alert_has_a_section_that_says_what_to_do() {
    let text = std::fs::read_to_string(repository().join("docs/operating.md")).unwrap();
    let rules = packaged("alerts.yml");
    for (alert, _) in alerts() {
        assert!(text.contains(&format!("### {alert}\n")), "{alert}");
        let anchor = format!("docs/operating.md#{}", alert.to_lowercase());
        assert!(
            rules.contains(&anchor),
            "{alert} does not lead to its section"
        );
    }
}

#[test]
fn the_proxy_passes_events_on_as_they_come_and_waits_as_long_as_a_run() {
    let text = packaged("nginx.conf");
    assert!(text.contains("proxy_buffering off"));
    let timeouts = Regex::new(r"proxy_read_timeout (\d+)s").unwrap();
    let longest = timeouts
        .captures_iter(&text)
        .map(|it| it[1].parse::<u64>().unwrap());
    let longest = Duration::from_secs(longest.max().unwrap());
    assert!(longest > Config::default().limits.run_read());
    assert!(longest > limits::WAIT_MAX);
    let body = format!("client_max_body_size {}m", limits::COMPONENT_BYTES >> 20);
    assert!(text.contains(&body), "{body}");
}

#[test]
fn names_of_metrics_are_told_from_all_else_in_an_expression() {
    let names = metrics_in(
        r#"sum by (op) (rate(a_total{outcome="failed"}[30m])) > 0.5 * sum(increase(b_count[5m])) or c == 0"#,
    );
    assert_eq!(
        names.into_iter().collect::<Vec<_>>(),
        ["a_total", "b_count", "c"]
    );
}
