//! Who asks: a token with what it may do, or somebody on this machine where no token is needed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::ids::TokenId;

/// What a token may be used for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// To run operations that only read, and to look at what it made.
    Read,
    /// To run operations that cannot be taken back, such as booking.
    Book,
    /// To act on sessions: refresh, close, see their pages, sign in by hand.
    Operate,
    /// All of that, for everybody's sessions and runs, and to change plugins.
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Book, Self::Operate, Self::Admin];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Book => "book",
            Self::Operate => "operate",
            Self::Admin => "admin",
        }
    }

    /// Whether it allows what that other allows. Whoever may act may look as well.
    #[must_use]
    pub const fn includes(self, other: Self) -> bool {
        match self {
            Self::Admin => true,
            Self::Book => matches!(other, Self::Book | Self::Read),
            Self::Operate => matches!(other, Self::Operate | Self::Read),
            Self::Read => matches!(other, Self::Read),
        }
    }
}

impl std::str::FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        let named = Self::ALL.into_iter().find(|scope| scope.as_str() == text);
        named.ok_or_else(|| UnknownScope(text.to_owned()))
    }
}

/// No scope has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no scope; there are read, book, operate and admin")]
pub struct UnknownScope(pub String);

/// What a token may do, and how much of it at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its id, which is also part of the token and no secret.
    pub id: TokenId,
    /// Its name, for people.
    pub name: String,
    /// What it may be used for.
    pub scopes: BTreeSet<Scope>,
    /// The accounts of the configuration that it may name; none for all of them.
    pub accounts: Option<BTreeSet<String>>,
    /// Runs at once.
    pub runs: u32,
    /// Requests in a minute.
    pub requests: u32,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Somebody on this machine, where no token is needed: may do everything.
    Local,
    /// Whoever has this token.
    Token(Grant),
}

impl Caller {
    /// Whether it may do what this scope allows.
    #[must_use]
    pub fn may(&self, wanted: Scope) -> bool {
        match self {
            Self::Local => true,
            Self::Token(grant) => grant.scopes.iter().any(|scope| scope.includes(wanted)),
        }
    }

    /// Its token.
    #[must_use]
    pub const fn token(&self) -> Option<TokenId> {
        match self {
            Self::Local => None,
            Self::Token(grant) => Some(grant.id),
        }
    }

    /// Its name, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Local => "local",
            Self::Token(grant) => &grant.name,
        }
    }

    /// Whether it may see what belongs to this token, or to nobody.
    #[must_use]
    pub fn sees(&self, owner: Option<TokenId>) -> bool {
        self.may(Scope::Admin) || (owner.is_some() && owner == self.token())
    }

    /// Whether it may name this account of the configuration.
    #[must_use]
    pub fn may_use(&self, account: &str) -> bool {
        match self {
            Self::Local => true,
            Self::Token(grant) => grant
                .accounts
                .as_ref()
                .is_none_or(|it| it.contains(account)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(scopes: &[Scope]) -> Caller {
        Caller::Token(Grant {
            id: TokenId::random(),
            name: "dispatch".to_owned(),
            scopes: scopes.iter().copied().collect(),
            accounts: None,
            runs: 1,
            requests: 1,
        })
    }

    #[test]
    fn whoever_may_act_may_look_and_only_an_administrator_may_do_all() {
        for (has, may) in [
            (Scope::Read, vec![Scope::Read]),
            (Scope::Book, vec![Scope::Read, Scope::Book]),
            (Scope::Operate, vec![Scope::Read, Scope::Operate]),
            (Scope::Admin, Scope::ALL.to_vec()),
        ] {
            for scope in Scope::ALL {
                assert_eq!(
                    caller(&[has]).may(scope),
                    may.contains(&scope),
                    "{has:?} {scope:?}"
                );
            }
        }
    }

    #[test]
    fn what_belongs_to_nobody_is_seen_by_administrators_only() {
        let (reader, admin) = (caller(&[Scope::Read]), caller(&[Scope::Admin]));
        assert!(reader.sees(reader.token()) && !reader.sees(None) && !reader.sees(admin.token()));
        assert!(admin.sees(None) && admin.sees(reader.token()) && Caller::Local.sees(None));
    }
}
