//! Credentials in memory: never printed, never serialised, compared by a keyed hash.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// A portal account's user name and password.
#[derive(Clone)]
pub struct Credentials {
    /// The portal's user name.
    pub username: String,
    /// Its password.
    pub password: SecretString,
}

impl Credentials {
    /// Takes both; the password is wiped from memory when the value goes.
    #[must_use]
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Self {
        let password: String = password.into();
        Self {
            username: username.into(),
            password: SecretString::from(password),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({})", self.username)
    }
}

/// Stands for credentials where they are compared or shown. Two are equal exactly if user name and password
/// are; nothing can be learned from one, since the key never leaves the process.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CredentialsHash([u8; 32]);

impl CredentialsHash {
    /// The form shown outside: enough to tell sessions apart.
    #[must_use]
    pub fn short(&self) -> String {
        hex::encode(&self.0[..6])
    }
}

impl fmt::Debug for CredentialsHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

/// The key of `CredentialsHash`, new with every start of the host.
pub struct HashKey([u8; 32]);

impl HashKey {
    /// A fresh key.
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// The hash of these credentials under this key.
    #[must_use]
    pub fn hash(&self, credentials: &Credentials) -> CredentialsHash {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes any key length");
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        mac.update(&credentials.username.len().to_le_bytes());
        mac.update(credentials.username.as_bytes());
        mac.update(credentials.password.expose_secret().as_bytes());
        CredentialsHash(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_credentials_hash_alike_and_a_shifted_boundary_does_not() {
        let key = HashKey::random();
        let hash = |user: &str, password: &str| key.hash(&Credentials::new(user, password));
        assert_eq!(hash("ab", "c"), hash("ab", "c"));
        assert_ne!(hash("ab", "c"), hash("a", "bc"));
        assert_ne!(
            hash("ab", "c"),
            HashKey::random().hash(&Credentials::new("ab", "c"))
        );
    }

    #[test]
    fn a_password_is_not_in_the_debug_text() {
        let text = format!("{:?}", Credentials::new("someone", "hush"));
        assert!(text.contains("someone") && !text.contains("hush"));
    }
}
