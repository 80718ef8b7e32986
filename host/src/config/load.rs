//! Loading the configuration: file, then environment, then checks. Every error names the key.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use url::Url;

use crate::config::limits;
use crate::config::schema::{Account, Config, SITES, Server};
use crate::config::secrets::Credentials;
use crate::config::webhooks;

/// Why there is no configuration to work with.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file named on the command line is not there.
    #[error(
        "no configuration file at `{0}`; give another with --config, or leave it out for the defaults"
    )]
    Missing(PathBuf),
    /// A key is unknown or has the wrong type.
    #[error("configuration: {0}")]
    Syntax(Box<figment::Error>),
    /// A value is of the right type and cannot be.
    #[error("configuration key `{key}`: {problem}")]
    Value {
        /// The key, as `section.key`.
        key: String,
        /// What is wrong, and what would be right.
        problem: String,
    },
}

/// The configuration from `file` (the defaults if none) and from `GANTRY__SECTION__KEY` in the environment,
/// which wins.
pub fn load(file: Option<&Path>) -> Result<Config, ConfigError> {
    let mut sources = Figment::from(Serialized::defaults(Config::default()));
    if let Some(file) = file {
        if !file.is_file() {
            return Err(ConfigError::Missing(file.to_owned()));
        }
        sources = sources.merge(Toml::file_exact(file));
    }
    let config: Config = sources
        .merge(Env::prefixed("GANTRY__").split("__"))
        .extract()
        .map_err(|error| ConfigError::Syntax(Box::new(error)))?;
    check(&config)?;
    Ok(config)
}

/// The password of a configured account, read from its file.
pub fn credentials(alias: &str, account: &Account) -> Result<Credentials, ConfigError> {
    let key = format!("accounts.{alias}.password_file");
    let text = std::fs::read_to_string(&account.password_file).map_err(|error| {
        let problem = format!("cannot read `{}`: {error}", account.password_file.display());
        ConfigError::Value {
            key: key.clone(),
            problem,
        }
    })?;
    let password = text.lines().next().unwrap_or_default();
    if password.is_empty() {
        return Err(ConfigError::Value {
            key,
            problem: "the first line is empty".to_owned(),
        });
    }
    Ok(Credentials::new(&account.username, password))
}

fn refuse(key: &str, problem: &str) -> Result<(), ConfigError> {
    Err(ConfigError::Value {
        key: key.to_owned(),
        problem: problem.to_owned(),
    })
}

fn check_server(server: &Server) -> Result<(), ConfigError> {
    if !server.cors_origins.iter().all(is_origin) {
        let problem = "must be a list of http(s)://host[:port] and nothing more";
        return refuse("server.cors_origins", problem);
    }
    if !server.cors_origins.is_empty() && !server.needs_tokens() {
        let problem = "needs `tokens = \"required\"`: without, those pages could do everything in the name of whoever opens them";
        return refuse("server.cors_origins", problem);
    }
    Ok(())
}

fn check(config: &Config) -> Result<(), ConfigError> {
    check_server(&config.server)?;
    if config.pool.max_sessions == 0 {
        return refuse("pool.max_sessions", "at least one session is needed");
    }
    if config.refresh.tick_ms == 0 {
        return refuse("refresh.tick_ms", "must be more than 0");
    }
    if !(0.0..1.0).contains(&config.refresh.jitter) {
        return refuse("refresh.jitter", "must be from 0 to less than 1");
    }
    // A hundred years, and a petabyte: what is more is a slip, and would overflow.
    if !(1..=876_000).contains(&config.storage.retention_hours) {
        return refuse("storage.retention_hours", "must be from 1 to 876000");
    }
    if !(1..=1_000_000_000).contains(&config.storage.quota_mb) {
        return refuse("storage.quota_mb", "must be from 1 to 1000000000");
    }
    if config.limits.held_ms == 0 || config.limits.held() > limits::HELD {
        return refuse("limits.held_ms", "must be from 1 to 600000: ten minutes");
    }
    let origins = &config.portal.origins;
    for (name, origin) in SITES.into_iter().zip([
        &origins.account,
        &origins.containers,
        &origins.wizard,
        &origins.appointments,
    ]) {
        if !is_origin(origin) {
            let key = format!("portal.origins.{name}");
            return refuse(&key, "must be http(s)://host[:port] and nothing more");
        }
    }
    if let Some(host) = config.portal.also_reach.iter().find(|host| !is_host(host)) {
        let problem =
            format!("`{host}` is no host such as `static.example.test` or `*.example.test`");
        return refuse("portal.also_reach", &problem);
    }
    for (name, settings) in &config.plugins.settings {
        let named = settings.sites.iter().flatten();
        if let Some(site) = named
            .into_iter()
            .find(|site| !SITES.contains(&site.as_str()))
        {
            let key = format!("plugins.{name}.sites");
            let problem = format!("`{site}` is no site; there are {}", SITES.join(", "));
            return refuse(&key, &problem);
        }
        if settings.canary_percent.is_some_and(|percent| percent > 100) {
            let key = format!("plugins.{name}.canary_percent");
            return refuse(&key, "must be from 0 to 100");
        }
        let own = &settings.limits;
        let key = |key: &str| format!("plugins.{name}.limits.{key}");
        if own
            .memory_mib
            .is_some_and(|mib| mib > config.limits.memory_mib)
        {
            let problem = "must be at most `limits.memory_mib`: raise that too";
            return refuse(&key("memory_mib"), problem);
        }
        if own
            .table_elements
            .is_some_and(|most| most > limits::GUEST_TABLE_ELEMENTS)
        {
            let most = limits::GUEST_TABLE_ELEMENTS;
            return refuse(&key("table_elements"), &format!("must be at most {most}"));
        }
        // A day, and a GiB: what is more is a slip.
        for (field, value, most) in [
            ("run_ms", own.run_ms, 86_400_000),
            ("cpu_ms", own.cpu_ms, 86_400_000),
            (
                "instances",
                own.instances.map(|most| most as u64),
                limits::GUEST_CORE_INSTANCES.into(),
            ),
            ("host_calls", own.host_calls, u64::MAX),
            ("output_kib", own.output_kib.map(|kib| kib as u64), 1 << 20),
            ("log_kib", own.log_kib.map(|kib| kib as u64), 1 << 20),
        ] {
            if value.is_some_and(|value| value == 0 || value > most) {
                return refuse(&key(field), &format!("must be from 1 to {most}"));
            }
        }
    }
    for (alias, account) in &config.accounts {
        if account.username.is_empty() {
            return refuse(&format!("accounts.{alias}.username"), "must not be empty");
        }
    }
    webhooks::check(config)
}

/// Letters, digits, dots and dashes, after a `*.` perhaps: it becomes part of a rule of Chromium's.
fn is_host(text: &str) -> bool {
    let name = text.strip_prefix("*.").unwrap_or(text);
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    name.split('.').all(is_label)
}

fn is_origin(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load_text(text: &str) -> Result<Config, ConfigError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        load(Some(file.path()))
    }

    #[test]
    fn the_defaults_are_those_of_the_design() {
        let config = load(None).unwrap();
        assert_eq!(config.server.listen.to_string(), "127.0.0.1:5010");
        assert_eq!(config.pool.max_sessions, 10);
        assert_eq!(config.refresh.interval_ms, 300_000);
        assert_eq!(
            config.portal.origins.containers.as_str(),
            "https://ecp2.emodal.com/"
        );
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        let error = load_text("[pool]\nmax_session = 3\n").unwrap_err();
        assert!(error.to_string().contains("max_session"), "{error}");
    }

    #[test]
    fn a_wrong_type_is_an_error_that_names_the_key() {
        let error = load_text("[pool]\nmax_sessions = \"many\"\n").unwrap_err();
        assert!(error.to_string().contains("max_sessions"), "{error}");
    }

    #[test]
    fn an_address_off_loopback_needs_tokens_and_loopback_only_if_it_is_said() {
        let needs = |text: &str| load_text(text).unwrap().server.needs_tokens();
        assert!(needs("[server]\nlisten = \"0.0.0.0:5010\"\n"));
        assert!(needs("[server]\ntokens = \"required\"\n"));
        assert!(!needs(""));
    }

    #[test]
    fn pages_of_other_origins_are_let_in_by_origin_and_only_where_tokens_are_asked_for() {
        let load = |rest: &str| load_text(&format!("[server]\n{rest}\n"));
        let board = "cors_origins = [\"https://board.example.test\"]";
        assert!(load(&format!("tokens = \"required\"\n{board}")).is_ok());
        let error = load(board).unwrap_err().to_string();
        assert!(error.contains("tokens = \"required\""), "{error}");
        for wrong in ["*", "board.example.test", "https://board.example.test/page"] {
            let text = format!("tokens = \"required\"\ncors_origins = [\"{wrong}\"]");
            let error = load(&text).unwrap_err().to_string();
            assert!(error.contains("cors_origins"), "{wrong}: {error}");
        }
    }

    #[test]
    fn an_origin_with_a_path_is_refused() {
        let error = load_text("[portal.origins]\nwizard = \"https://x.test/web/\"\n").unwrap_err();
        assert!(
            error.to_string().contains("portal.origins.wizard"),
            "{error}"
        );
    }

    #[test]
    fn a_plugin_can_be_granted_and_pinned_beside_the_folder() {
        let config = load_text(
            "[plugins]\ndir = \"p\"\n[plugins.make-appointment]\ngrants = [\"submit\"]\n",
        )
        .unwrap();
        assert_eq!(config.plugins.dir, PathBuf::from("p"));
        assert_eq!(
            config.plugins.settings["make-appointment"].grants,
            ["submit"]
        );
    }

    #[test]
    fn bounds_of_a_plugin_that_cannot_be_are_refused_with_their_key() {
        for (text, key) in [
            ("memory_mib = 300", "plugins.a.limits.memory_mib"),
            (
                "table_elements = 1000000",
                "plugins.a.limits.table_elements",
            ),
            ("run_ms = 0", "plugins.a.limits.run_ms"),
            ("output_kib = 100000000", "plugins.a.limits.output_kib"),
        ] {
            let error = load_text(&format!("[plugins.a.limits]\n{text}\n")).unwrap_err();
            assert!(error.to_string().contains(key), "{error}");
        }
        let error =
            load_text("[plugins.a]\nsites = [\"containers\", \"elsewhere\"]\n").unwrap_err();
        assert!(error.to_string().contains("plugins.a.sites"), "{error}");
        let error = load_text("[plugins.a]\ncanary_percent = 101\n").unwrap_err();
        assert!(
            error.to_string().contains("plugins.a.canary_percent"),
            "{error}"
        );
    }

    #[test]
    fn what_would_become_another_rule_of_the_browser_is_no_host() {
        for host in ["a.test, EXCLUDE *", "*", "*.*.test", "a b", "", "a..test"] {
            let error = load_text(&format!("[portal]\nalso_reach = [{host:?}]\n")).unwrap_err();
            assert!(error.to_string().contains("portal.also_reach"), "{error}");
        }
        load_text("[portal]\nalso_reach = [\"*.a-b.test\", \"c.test\"]\n").unwrap();
    }

    #[test]
    fn a_missing_file_is_said_to_be_missing() {
        assert!(matches!(
            load(Some(Path::new("/nowhere.toml"))),
            Err(ConfigError::Missing(_))
        ));
    }
}
