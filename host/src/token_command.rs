//! `gantry token …`: who may call. Works beside a host that is running, which asks its database for each request.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::time::SystemTime;

use anyhow::{Context, bail};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args, Subcommand};
use gantry::config::load;
use gantry::config::schema::Config;
use gantry::config::token::Token;
use gantry::model::caller::{Grant, Scope};
use gantry::model::deed::Deed;
use gantry::model::ids::TokenId;
use gantry::model::run::{millis_since_1970, wall_time};
use gantry::store::database::Store;
use gantry::store::tokens::TokenRecord;

/// Tokens of callers.
#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token, and show it: this once.
    New(New),
    /// List the tokens that can be used; with --all also those that were revoked.
    List(List),
    /// Take a token out of use, at once.
    Revoke(Revoke),
}

#[derive(Args)]
pub(crate) struct New {
    #[command(flatten)]
    of: Of,
    /// Its name, for people: logs and the audit say it.
    #[arg(long)]
    name: String,
    /// What it may be used for: read, book, operate, admin. May be given several times.
    #[arg(long = "scope", required = true)]
    scopes: Vec<Scope>,
    /// The accounts of the configuration that it may name; without, all. May be given several times.
    #[arg(long = "account")]
    accounts: Vec<String>,
    /// Runs at once.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=1000))]
    runs: u32,
    /// Requests in a minute.
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    requests: u32,
}

#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    of: Of,
    /// Those that were revoked as well.
    #[arg(long)]
    all: bool,
}

#[derive(Args)]
pub(crate) struct Revoke {
    #[command(flatten)]
    of: Of,
    /// The token's name.
    name: String,
}

/// Of which host.
#[derive(Args)]
struct Of {
    /// The configuration file; without it, defaults and environment.
    #[arg(long)]
    config: Option<PathBuf>,
}

impl Of {
    async fn store(&self) -> anyhow::Result<(Config, Store)> {
        let config = load::load(self.config.as_deref())?;
        let dir = &config.storage.dir;
        let mut maker = std::fs::DirBuilder::new();
        maker
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .with_context(|| format!("cannot use the storage folder {}", dir.display()))?;
        let database = dir.join("gantry.db");
        let store = Store::open(&database)
            .await
            .context("opening the database")?;
        Ok((config, store))
    }
}

/// Carries the command out.
pub(crate) async fn run(command: TokenCommand) -> anyhow::Result<()> {
    match command {
        TokenCommand::New(new) => make(new).await,
        TokenCommand::List(list) => show(list).await,
        TokenCommand::Revoke(revoke) => take_away(revoke).await,
    }
}

async fn make(new: New) -> anyhow::Result<()> {
    let (config, store) = new.of.store().await?;
    let is_plain = |c: char| c.is_alphanumeric() || "-_. ".contains(c);
    if new.name.trim().is_empty() || new.name.len() > 64 || !new.name.chars().all(is_plain) {
        bail!("a name has 1 to 64 letters, digits, dashes, dots, underscores and spaces");
    }
    let unknown = new
        .accounts
        .iter()
        .find(|alias| !config.accounts.contains_key(*alias));
    if let Some(alias) = unknown {
        bail!("no account `{alias}` is configured; [accounts.{alias}] would be it");
    }
    let token = Token::random();
    let accounts: BTreeSet<String> = new.accounts.into_iter().collect();
    let record = TokenRecord {
        grant: Grant {
            id: token.id,
            name: new.name.clone(),
            scopes: new.scopes.into_iter().collect(),
            accounts: (!accounts.is_empty()).then_some(accounts),
            runs: new.runs,
            requests: new.requests,
        },
        secret_hash: token.hash(),
        created_ms: now(),
        revoked_ms: None,
    };
    if !store.add_token(&record).await? {
        bail!(
            "there is a token `{}`; take another name, or revoke that one",
            new.name
        );
    }
    note(&store, "token new", token.id, &new.name).await?;
    store.close().await;
    eprintln!("This is shown once. Callers send it as `Authorization: Bearer <token>`.");
    say(&format!("{}\n", token.text()))
}

async fn show(list: List) -> anyhow::Result<()> {
    let (_, store) = list.of.store().await?;
    let tokens = store.tokens().await?;
    store.close().await;
    let mut text = String::new();
    for token in tokens
        .iter()
        .filter(|token| list.all || token.revoked_ms.is_none())
    {
        let grant = &token.grant;
        let scopes: Vec<&str> = grant.scopes.iter().map(|scope| scope.as_str()).collect();
        let accounts = grant.accounts.as_ref().map_or_else(
            || "all accounts".to_owned(),
            |names| names.iter().cloned().collect::<Vec<_>>().join(","),
        );
        let revoked = token.revoked_ms.map(|at| format!("  revoked {}", time(at)));
        writeln!(
            text,
            "{}  {}  {}  {} runs, {} requests a minute  made {}{}",
            grant.name,
            scopes.join(","),
            accounts,
            grant.runs,
            grant.requests,
            time(token.created_ms),
            revoked.unwrap_or_default(),
        )?;
    }
    say(&text)
}

async fn take_away(revoke: Revoke) -> anyhow::Result<()> {
    let (_, store) = revoke.of.store().await?;
    let revoked = store.revoke_token(&revoke.name, now()).await?;
    let Some(id) = revoked else {
        bail!(
            "no token `{}` is in use; `gantry token list` says which are",
            revoke.name
        );
    };
    note(&store, "token revoke", id, &revoke.name).await?;
    store.close().await;
    Ok(())
}

async fn note(store: &Store, action: &str, id: TokenId, name: &str) -> anyhow::Result<()> {
    let deed = Deed {
        at_ms: now(),
        token_id: None,
        caller: "command line".to_owned(),
        action: action.to_owned(),
        target: format!("{name} ({id})"),
        status: None,
        run_id: None,
        request_id: None,
    };
    Ok(store.note_deeds(&[deed]).await?)
}

fn now() -> i64 {
    millis_since_1970(SystemTime::now())
}

fn time(ms: i64) -> String {
    DateTime::<Utc>::from(wall_time(ms)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn say(text: &str) -> anyhow::Result<()> {
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
