//! Who is signed in where: sign-ins, and a cookie of each for every origin.
//!
//! Owns: sign-ins, session cookies, the one-time codes between origins.
//! Ends: a cookie ends by expiry or sign-out; a sign-in is remembered for the log.
//! Never: redirects or renders; it says how things stand.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use serde::{Deserialize, Serialize};

use crate::config::{ExpiryForm, IdleExpiry};
use crate::origin::Origin;
use crate::random::Random;

/// Whose sessions are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// Everybody's.
    Everybody,
    /// Those of one account, in every browser.
    Username(String),
    /// Those of one sign-in: one browser.
    SignIn(String),
}

/// An end of sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expiry {
    /// Whose sessions end.
    pub whose: Whose,
    /// At which origins; empty means at all four.
    #[serde(default)]
    pub origins: Vec<Origin>,
    /// How the end shows.
    pub form: ExpiryForm,
}

/// One successful sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Opaque; the same in the request log.
    pub id: String,
    /// Who signed in.
    pub username: String,
    /// The browser, as far as an anonymous cookie tells.
    pub visitor: String,
    /// When, in milliseconds since the portal started.
    pub at_ms: u64,
    /// The origins at which it has a session that has not ended.
    pub live_at: Vec<Origin>,
}

/// How a request stands, by its session cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Anonymous,
    SignedIn {
        sign_in: String,
        username: String,
    },
    Ended {
        sign_in: String,
        username: String,
        form: ExpiryForm,
    },
}

#[derive(Debug)]
pub(crate) struct Sessions {
    idle: Option<IdleExpiry>,
    table: Mutex<Table>,
}

#[derive(Debug)]
struct Table {
    random: Random,
    sign_ins: Vec<SignIn>,
    cookies: HashMap<String, Cookie>,
    codes: HashMap<String, (String, Origin)>,
}

#[derive(Debug)]
struct Cookie {
    sign_in: String,
    username: String,
    origin: Origin,
    seen_ms: u64,
    ended: Option<ExpiryForm>,
}

impl Sessions {
    /// `salt` differs between portals, so that a cookie of an earlier one is not taken.
    pub(crate) fn new(idle: Option<IdleExpiry>, salt: u64) -> Self {
        Self {
            idle,
            table: Mutex::new(Table {
                random: Random::new(salt),
                sign_ins: Vec::new(),
                cookies: HashMap::new(),
                codes: HashMap::new(),
            }),
        }
    }

    pub(crate) fn new_visitor(&self) -> String {
        self.table().random.hex()
    }

    /// Records a sign-in and returns its id.
    pub(crate) fn open(&self, username: &str, visitor: &str, at_ms: u64) -> String {
        let mut table = self.table();
        let id = table.random.hex();
        table.sign_ins.push(SignIn {
            id: id.clone(),
            username: username.to_owned(),
            visitor: visitor.to_owned(),
            at_ms,
            live_at: Vec::new(),
        });
        id
    }

    /// Gives a sign-in a session at an origin and returns the cookie's value.
    pub(crate) fn attach(&self, sign_in: &str, origin: Origin, now_ms: u64) -> Option<String> {
        let mut table = self.table();
        let known = table.sign_ins.iter().find(|known| known.id == sign_in)?;
        let cookie = Cookie {
            sign_in: sign_in.to_owned(),
            username: known.username.clone(),
            origin,
            seen_ms: now_ms,
            ended: None,
        };
        let value = table.random.hex() + &table.random.hex();
        table.cookies.insert(value.clone(), cookie);
        Some(value)
    }

    /// How a cookie stands at an origin; being seen keeps it from idling out.
    pub(crate) fn standing(&self, value: Option<&str>, origin: Origin, now_ms: u64) -> Standing {
        let mut table = self.table();
        let found = value.and_then(|value| table.cookies.get_mut(value));
        let Some(cookie) = found.filter(|cookie| cookie.origin == origin) else {
            return Standing::Anonymous;
        };
        if let Some(idle) = self.idle
            && now_ms.saturating_sub(cookie.seen_ms) > idle.after_ms
        {
            cookie.ended.get_or_insert(idle.form);
        }
        cookie.seen_ms = now_ms;
        let (sign_in, username) = (cookie.sign_in.clone(), cookie.username.clone());
        match cookie.ended {
            None => Standing::SignedIn { sign_in, username },
            Some(form) => Standing::Ended {
                sign_in,
                username,
                form,
            },
        }
    }

    /// A code with which `origin` may take over a sign-in, once.
    pub(crate) fn issue_code(&self, sign_in: &str, origin: Origin) -> String {
        let mut table = self.table();
        let code = table.random.hex();
        table
            .codes
            .insert(code.clone(), (sign_in.to_owned(), origin));
        code
    }

    pub(crate) fn redeem_code(&self, code: &str, origin: Origin) -> Option<String> {
        let (sign_in, meant) = self.table().codes.remove(code)?;
        (meant == origin).then_some(sign_in)
    }

    pub(crate) fn visitor_of(&self, sign_in: &str) -> Option<String> {
        let table = self.table();
        let known = table.sign_ins.iter().find(|known| known.id == sign_in)?;
        Some(known.visitor.clone())
    }

    /// Ends sessions and returns how many were live until now.
    pub(crate) fn expire(&self, expiry: &Expiry) -> usize {
        let mut ended = 0;
        for cookie in self.table().cookies.values_mut() {
            let is_meant = match &expiry.whose {
                Whose::Everybody => true,
                Whose::Username(username) => cookie.username == *username,
                Whose::SignIn(id) => cookie.sign_in == *id,
            };
            let is_there = expiry.origins.is_empty() || expiry.origins.contains(&cookie.origin);
            if is_meant && is_there && cookie.ended.is_none() {
                cookie.ended = Some(expiry.form);
                ended += 1;
            }
        }
        ended
    }

    /// Forgets every cookie of a sign-in.
    pub(crate) fn sign_out(&self, sign_in: &str) {
        self.table()
            .cookies
            .retain(|_, cookie| cookie.sign_in != sign_in);
    }

    pub(crate) fn list(&self) -> Vec<SignIn> {
        let table = self.table();
        let live_at = |id: &str| {
            let mut origins: Vec<Origin> = table
                .cookies
                .values()
                .filter(|cookie| cookie.sign_in == id && cookie.ended.is_none())
                .map(|cookie| cookie.origin)
                .collect();
            origins.sort_unstable();
            origins.dedup();
            origins
        };
        let with_origins = |sign_in: &SignIn| SignIn {
            live_at: live_at(&sign_in.id),
            ..sign_in.clone()
        };
        table.sign_ins.iter().map(with_origins).collect()
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().expect("no holder of this lock panics")
    }
}
