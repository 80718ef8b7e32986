//! Debug bundles: what a page looked like when a run ended on it, in one file among the artifacts of the run.
//!
//! Made of every run that failed on the portal's pages, and of those that were asked to leave one. It is made before
//! the page is put in order, within `limits::BUNDLE`. Never: changes how a run ended, delays the settling of an effect,
//! or holds what was typed, a password, a cookie or a token.

use std::io::{Cursor, Write as _};
use std::time::SystemTime;

use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};
use url::Url;
use zip::CompressionMethod;
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::artifacts::error::ArtifactError;
use crate::artifacts::media;
use crate::browser::error::PageError;
use crate::browser::page::Page;
use crate::browser::trace::without_keys;
use crate::config::limits;
use crate::dispatch::run::Run;
use crate::model::ids::ArtifactId;
use crate::model::run::millis_since_1970;
use crate::plugin::call_error::CallError;
use crate::pool::lease::Lease;

/// The name of the file.
pub const NAME: &str = "debug.zip";

/// The parts of a bundle, by file name.
type Files = Vec<(&'static str, Vec<u8>)>;

/// Makes one, if the browser still answers. None if that did not work, which is logged.
pub(in crate::dispatch) async fn make(
    run: &Run,
    lease: &mut Lease,
    error: Option<&CallError>,
) -> Option<ArtifactId> {
    let mut page = lease.lend();
    if page.is_lost() {
        return None;
    }
    let mut gathering = Gathering {
        until: Instant::now() + limits::BUNDLE,
        files: Files::new(),
        about: about(run, error),
    };
    gathering.gather(&mut page).await;
    drop(page);
    match gathering.keep(run).await {
        Ok(id) => Some(id),
        Err(error) => {
            tracing::warn!(run.id = %run.id, %error, "no debug bundle could be kept");
            None
        }
    }
}

struct Gathering {
    until: Instant,
    files: Files,
    about: Value,
}

impl Gathering {
    async fn gather(&mut self, page: &mut dyn Page) {
        // First, because these are of the run and not of what follows.
        self.json("commands.json", &json!(page.last_commands()));
        // A page that asks something answers nothing else. It would be told "no" a moment later in any case.
        let asked = self.within(page.answer_dialog(false)).await.flatten();
        self.about["dialog"] = json!(asked.as_deref().map(without_keys));
        if let Some(picture) = self.within(page.screenshot()).await {
            self.files.push(("screenshot.png", picture));
        }
        if let Some(at) = self.within(page.location()).await {
            self.about["site"] = json!(at.site);
            self.about["url"] = json!(without_values(&at.url));
        }
        let title = self.within(page.title()).await;
        self.about["title"] = json!(title.as_deref().map(without_keys));
        if let Some(html) = self.within(page.redacted_source()).await {
            self.files.push(("page.html", html.into_bytes()));
        }
        if let Some(lines) = self.within(page.console()).await {
            self.json("console.json", &json!(lines));
        }
        let about = self.about.clone();
        self.json("about.json", &about);
    }

    /// Each step is worth having without the others.
    async fn within<T>(&self, step: impl Future<Output = Result<T, PageError>>) -> Option<T> {
        match timeout_at(self.until, step).await {
            Ok(Ok(value)) => Some(value),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a part of a debug bundle is missing");
                None
            }
            Err(_) => None,
        }
    }

    fn json(&mut self, name: &'static str, value: &Value) {
        let text = serde_json::to_vec_pretty(value).expect("a value serialises");
        self.files.push((name, text));
    }

    async fn keep(self, run: &Run) -> Result<ArtifactId, ArtifactError> {
        let files = self.files;
        let packed = tokio::task::spawn_blocking(move || packed(&files)).await;
        let packed = packed
            .map_err(std::io::Error::other)?
            .map_err(std::io::Error::other)?;
        let put = run.artifacts().put(NAME, media::ZIP, packed);
        Ok(put.await?.id)
    }
}

fn about(run: &Run, error: Option<&CallError>) -> Value {
    let identity = &run.version.identity;
    json!({
        "run_id": run.id,
        "operation": identity.name,
        "plugin": { "version": identity.version.to_string(), "digest": identity.digest },
        "code": error.map(CallError::code),
        "message": error.map(|error| without_keys(&error.to_string())),
        "at_ms": millis_since_1970(SystemTime::now()),
    })
}

/// An address with the names in its query, but not their values: those carry codes and tokens.
fn without_values(address: &str) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    let names: Vec<String> = url
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    url.set_fragment(None);
    url.set_query(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    for name in names {
        url.query_pairs_mut().append_pair(&name, "");
    }
    Some(url.to_string())
}

fn packed(files: &[(&'static str, Vec<u8>)]) -> Result<Vec<u8>, ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in files {
        archive.start_file(*name, options)?;
        archive.write_all(content)?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_the_names_of_its_query_and_no_value() {
        let address = "https://u:p@x.test/signin-oidc?code=abc&state=%2Fx#id_token=y";
        let plain = without_values(address);
        assert_eq!(
            plain.as_deref(),
            Some("https://x.test/signin-oidc?code=&state=")
        );
        assert_eq!(without_values("not one"), None);
    }

    #[test]
    fn parts_come_out_of_the_file_as_they_went_in() {
        let packed = packed(&[("a.json", b"{}".to_vec()), ("b", vec![7; 9])]).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(packed)).unwrap();
        assert_eq!(archive.len(), 2);
        assert_eq!(archive.by_name("a.json").unwrap().size(), 2);
        assert_eq!(archive.by_name("b").unwrap().size(), 9);
    }
}
