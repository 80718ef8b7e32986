//! What a component says of itself, checked: names that can be URLs, schemas that compile, rights it has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use semver::Version;

use crate::config::schema::PluginSettings;
use crate::plugin::bindings::operation::exports::gantry::automation::handler;
use crate::plugin::bindings::session::exports::gantry::automation::portal;
use crate::plugin::capability::Capability;
use crate::plugin::load_error::LoadError;
use crate::plugin::schema::Schema;
use crate::plugin::version::Identity;

const NAME_MAX: usize = 64;
const SUMMARY_MAX: usize = 300;
/// Keys of `[plugins]` itself: a plugin of that name could have no settings.
const RESERVED: [&str; 1] = ["dir"];

/// The manifest of an operation, checked.
#[derive(Debug)]
pub struct OperationManifest {
    /// What every component says.
    pub identity: Identity,
    /// Whether it does something that cannot be taken back.
    pub effectful: bool,
    /// The input fields that together name what it does.
    pub effect_key: Vec<String>,
    /// Of its input.
    pub input: Schema,
    /// Of its output.
    pub output: Arc<Schema>,
}

/// Checks the manifest of an operation.
pub fn operation(
    said: handler::Manifest,
    digest: &str,
    settings: &BTreeMap<String, PluginSettings>,
) -> Result<OperationManifest, LoadError> {
    let identity = identity(said.name, &said.version, said.summary, &said.capabilities)?;
    let identity = admitted(identity, digest, settings)?;
    // The host asks for an `Idempotency-Key` exactly where `effectful` says so.
    if identity.capabilities.contains(&Capability::Submit) && !said.effectful {
        let problem = "must be true, because the capability `submit` is asked for";
        return Err(LoadError::Manifest {
            field: "effectful",
            problem: problem.to_owned(),
        });
    }
    let schema = |field, text: &str| {
        Schema::parse(text).map_err(|problem| LoadError::Manifest { field, problem })
    };
    Ok(OperationManifest {
        identity,
        effectful: said.effectful,
        effect_key: said.effect_key,
        input: schema("input-schema", &said.input_schema)?,
        output: Arc::new(schema("output-schema", &said.output_schema)?),
    })
}

/// Checks the manifest of the session component.
pub fn session(
    said: portal::Manifest,
    digest: &str,
    settings: &BTreeMap<String, PluginSettings>,
) -> Result<Identity, LoadError> {
    let identity = identity(said.name, &said.version, said.summary, &said.capabilities)?;
    admitted(identity, digest, settings)
}

fn identity(
    name: String,
    version: &str,
    summary: String,
    capabilities: &[String],
) -> Result<Identity, LoadError> {
    let refuse = |field, problem: &str| {
        Err(LoadError::Manifest {
            field,
            problem: problem.to_owned(),
        })
    };
    if !is_name(&name) {
        let problem = format!(
            "`{}` has to be kebab-case, such as `get-containers`, and at most {NAME_MAX} letters",
            name.escape_debug()
        );
        return refuse("name", &problem);
    }
    if RESERVED.contains(&name.as_str()) {
        return refuse("name", &format!("`{name}` is a key of the configuration"));
    }
    let Ok(version) = Version::parse(version) else {
        let problem = format!("`{}` is no version such as `1.0.0`", version.escape_debug());
        return refuse("version", &problem);
    };
    if summary.trim().is_empty() || summary.len() > SUMMARY_MAX || summary.contains('\n') {
        let problem = format!("has to be one line of at most {SUMMARY_MAX} bytes");
        return refuse("summary", &problem);
    }
    let capabilities = capabilities
        .iter()
        .map(|text| text.parse::<Capability>())
        .collect::<Result<BTreeSet<_>, _>>()
        .map_err(|error| LoadError::Manifest {
            field: "capabilities",
            problem: error.to_string(),
        })?;
    Ok(Identity {
        name,
        version,
        summary,
        digest: String::new(),
        capabilities,
        sites: None,
    })
}

/// Asks the configuration whether this component, with this name, may run with these rights.
fn admitted(
    mut identity: Identity,
    digest: &str,
    settings: &BTreeMap<String, PluginSettings>,
) -> Result<Identity, LoadError> {
    digest.clone_into(&mut identity.digest);
    let settings = settings.get(&identity.name);
    let sites = settings.and_then(|settings| settings.sites.as_ref());
    identity.sites = sites.map(|sites| sites.iter().cloned().collect());
    let pinned = settings.and_then(|settings| settings.sha256.as_ref());
    if let Some(pinned) = pinned.filter(|pinned| !pinned.eq_ignore_ascii_case(digest)) {
        return Err(LoadError::PinDenied {
            name: identity.name,
            pinned: pinned.clone(),
            found: digest.to_owned(),
        });
    }
    let granted = |wanted: &Capability| {
        settings.is_some_and(|s| s.grants.iter().any(|grant| grant == wanted.name()))
    };
    if let Some(wanted) = identity.capabilities.iter().find(|wanted| !granted(wanted)) {
        let capability = wanted.to_string();
        return Err(LoadError::NotGrantedDenied {
            name: identity.name,
            capability,
        });
    }
    Ok(identity)
}

/// Whether this can be the name of a component: kebab-case, and not too long for an address. Cargo, npm and Python take such
/// names as well.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    name.len() <= NAME_MAX
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('-').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> handler::Manifest {
        handler::Manifest {
            name: "get-containers".to_owned(),
            version: "1.2.0".to_owned(),
            summary: "Lists containers".to_owned(),
            input_schema: "{}".to_owned(),
            output_schema: "{}".to_owned(),
            capabilities: Vec::new(),
            effectful: false,
            effect_key: Vec::new(),
        }
    }

    fn check(change: impl FnOnce(&mut handler::Manifest), settings: &str) -> Result<(), LoadError> {
        let mut manifest = manifest();
        change(&mut manifest);
        let settings = toml::from_str(settings).unwrap();
        operation(manifest, "aa", &settings).map(|_| ())
    }

    fn refused(change: impl FnOnce(&mut handler::Manifest)) -> &'static str {
        match check(change, "").unwrap_err() {
            LoadError::Manifest { field, .. } => field,
            other => other.code(),
        }
    }

    #[test]
    fn a_plain_manifest_is_admitted() {
        check(|_| {}, "").unwrap();
    }

    #[test]
    fn what_cannot_be_is_named_by_its_field() {
        assert_eq!(refused(|m| m.name = "Get_Containers".to_owned()), "name");
        assert_eq!(refused(|m| m.name = "-a".to_owned()), "name");
        assert_eq!(refused(|m| m.name = "dir".to_owned()), "name");
        assert_eq!(refused(|m| m.version = "one".to_owned()), "version");
        assert_eq!(refused(|m| m.summary = " ".to_owned()), "summary");
        assert_eq!(refused(|m| m.input_schema = "{".to_owned()), "input-schema");
        assert_eq!(
            refused(|m| m.output_schema = "[]".to_owned()),
            "output-schema"
        );
        assert_eq!(
            refused(|m| m.capabilities = vec!["root".to_owned()]),
            "capabilities"
        );
    }

    #[test]
    fn a_capability_needs_its_grant() {
        let wants = |m: &mut handler::Manifest| m.capabilities = vec!["script".to_owned()];
        assert_eq!(
            check(wants, "").unwrap_err().code(),
            "capability-not-granted"
        );
        check(wants, "[get-containers]\ngrants = ['script']").unwrap();
    }

    #[test]
    fn submitting_is_effectful() {
        let granted = "[get-containers]\ngrants = ['submit']";
        let wants = |effectful| {
            move |m: &mut handler::Manifest| {
                m.capabilities = vec!["submit".to_owned()];
                m.effectful = effectful;
            }
        };
        assert_eq!(
            check(wants(false), granted).unwrap_err().code(),
            "manifest-invalid"
        );
        check(wants(true), granted).unwrap();
    }

    #[test]
    fn a_pin_admits_one_digest_only() {
        check(|_| {}, "[get-containers]\nsha256 = 'AA'").unwrap();
        let error = check(|_| {}, "[get-containers]\nsha256 = 'bb'").unwrap_err();
        assert_eq!(error.code(), "digest-not-pinned");
    }
}
