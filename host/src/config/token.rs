//! Tokens as callers send them: `gantry_<id>_<secret>`. The id finds a token, the secret proves it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::model::ids::TokenId;

const PREFIX: &str = "gantry_";
/// As many as SHA-256 gives: nobody guesses one.
const SECRET_BYTES: usize = 32;

/// A token as a caller sends it.
pub struct Token {
    /// Which.
    pub id: TokenId,
    secret: SecretString,
}

impl Token {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        let secret: [u8; SECRET_BYTES] = rand::random();
        Self {
            id: TokenId::random(),
            secret: URL_SAFE_NO_PAD.encode(secret).into(),
        }
    }

    /// The token that this text is, if it can be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        Some(Self {
            id: id.parse().ok()?,
            secret: secret.to_owned().into(),
        })
    }

    /// As it is sent. Shown to a person once, when it is made.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{PREFIX}{}_{}", self.id, self.secret.expose_secret())
    }

    /// What is kept of the secret. It has so many random bits that a slow hash would protect nothing more.
    #[must_use]
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.secret.expose_secret()))
    }

    /// Whether this is the token whose hash is kept. Takes as long whatever differs.
    #[must_use]
    pub fn has_hash(&self, kept: &str) -> bool {
        self.hash().as_bytes().ct_eq(kept.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written_and_proves_itself_by_its_hash() {
        let token = Token::random();
        let read = Token::parse(&token.text()).unwrap();
        assert_eq!(read.id, token.id);
        assert!(read.has_hash(&token.hash()));
        assert!(!Token::random().has_hash(&token.hash()));
        assert!(!token.hash().contains(token.secret.expose_secret()));
    }

    #[test]
    fn what_has_another_form_is_no_token() {
        let id = TokenId::random();
        for text in [
            "",
            "gantry_",
            "gantry_x_y",
            &format!("gantry_{id}"),
            &format!("other_{id}_a"),
        ] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }
}
