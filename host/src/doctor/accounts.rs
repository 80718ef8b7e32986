//! Accounts of the configuration: whether their passwords can be read. No password is printed.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::config::load;
use crate::config::schema::{Account, Config};
use crate::doctor::finding::Finding;

/// Looks at each account.
#[must_use]
pub fn examine(config: &Config) -> Vec<Finding> {
    if config.accounts.is_empty() {
        return vec![none(config.server.passwords)];
    }
    let accounts = config.accounts.iter();
    accounts
        .map(|(alias, account)| of(alias, account))
        .collect()
}

fn none(are_passwords_taken: bool) -> Finding {
    if are_passwords_taken {
        let detail = "none is configured; callers send user name and password";
        return Finding::ok("accounts", detail);
    }
    Finding::fail(
        "accounts",
        "none is configured, and callers may not send passwords: nobody can be signed in",
        "add [accounts.<alias>] with username and password_file, or set [server] passwords = true",
    )
}

fn of(alias: &str, account: &Account) -> Finding {
    let name = format!("account.{alias}");
    let file = &account.password_file;
    if let Err(error) = load::credentials(alias, account) {
        let advice = format!(
            "write the password into the first line of {}, and make it readable for the host's user only",
            file.display()
        );
        return Finding::fail(name, error.to_string(), advice);
    }
    if is_open_to_all(file) {
        let detail = "everybody on this machine can read its password file";
        return Finding::warn(name, detail, format!("chmod 600 {}", file.display()));
    }
    Finding::ok(name, "its password can be read, by this user")
}

fn is_open_to_all(file: &Path) -> bool {
    std::fs::metadata(file).is_ok_and(|it| it.permissions().mode() & 0o004 != 0)
}
