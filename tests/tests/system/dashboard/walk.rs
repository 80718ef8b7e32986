//! A dispatcher's day: an operation run, watched, its spreadsheet opened; a plugin gone back from; the same on a telephone.

use std::fs;

use gantry::config::schema::{Account, Config};
use gantry_portal::{Latencies, PortalConfig};
use serde_json::{Value, json};

use crate::dashboard::keys::ENTER;
use crate::dashboard::visitor::{NARROW, Visitor};
use crate::guests::Guest;
use crate::office::{Office, plugins};

/// The first account of the portal has this name in the configuration.
pub(crate) const ALIAS: &str = "office";

/// A portal that takes its time, so that there is progress to be seen.
fn slow() -> PortalConfig {
    PortalConfig {
        containers: 260,
        latencies: Latencies {
            batch_ms: 400,
            ..Latencies::none()
        },
        ..PortalConfig::quick()
    }
}

/// Lets callers name the portal's first account.
pub(crate) fn with_account(config: &mut Config, portal: &PortalConfig) {
    let known = portal.accounts[0].clone();
    let password_file = config.storage.dir.parent().unwrap().join("password");
    fs::write(&password_file, known.password).unwrap();
    let account = Account {
        username: known.username,
        password_file,
    };
    config.accounts.insert(ALIAS.to_owned(), account);
}

async fn open(portal: PortalConfig) -> Office {
    let known = portal.clone();
    Office::open(portal, |config| with_account(config, &known)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispatcher_runs_an_operation_by_keyboard_watches_it_and_opens_its_spreadsheet() {
    let office = open(slow()).await;
    let visitor = Visitor::of(&office).await;
    visitor.tabs_to("nav a[data-view=operations]").await;
    visitor.presses(ENTER).await;
    visitor.tabs_to("a[data-key=op-get-containers]").await;
    visitor.presses(ENTER).await;
    visitor.sees("#operation").await;
    // The one account there is is chosen already.
    let chosen = visitor.says("return document.getElementById('for-whom').value");
    assert_eq!(chosen.await, format!("account:{ALIAS}"));

    // What the host refuses stands at its field.
    visitor
        .tabs_to("[data-field=target_container_id] input")
        .await;
    visitor.presses("CSQU3054384").await;
    visitor.tabs_to("#as-json").await;
    visitor.presses(" ").await;
    visitor.tabs_to("#raw").await;
    let raw = visitor.says("return JSON.parse(document.getElementById('raw').value)");
    assert_eq!(raw.await, json!({ "target_container_id": "CSQU3054384" }));
    visitor
        .says("document.getElementById('raw').value = '{\"target_count\": 0}'")
        .await;
    visitor.clicks("#as-json").await;
    visitor
        .says("document.querySelector('[data-field=target_count] input').removeAttribute('min')")
        .await;
    visitor.tabs_to("#run").await;
    visitor.presses(ENTER).await;
    visitor.sees("[data-field=target_count] .field-error").await;
    visitor.is_pictured("form").await;
    let focused = visitor.says("return document.activeElement.closest('.field').dataset.field");
    assert_eq!(
        focused.await,
        "target_count",
        "the focus goes to what is wrong"
    );

    visitor.presses("\u{e003}").await;
    visitor.tabs_to("#run").await;
    visitor.presses(ENTER).await;
    visitor
        .sees("article[data-run] progress, article[data-run] .progress")
        .await;
    visitor.until("some are read", "return /\\d{2,}/.test(document.querySelector('article[data-run] .progress')?.textContent || '')").await;
    visitor.is_pictured("run").await;
    visitor.sees("[data-artifact]").await;
    visitor.sees("#result table").await;
    visitor.is_pictured("result").await;

    let id = visitor
        .says("return document.querySelector('[data-artifact]').dataset.artifact")
        .await;
    let url = format!("{}/v1/artifacts/{}", office.url, id.as_str().unwrap());
    let file = office.client.get(url).send().await.unwrap();
    let file = file.bytes().await.unwrap();
    visitor.tabs_to("[data-artifact]").await;
    visitor.presses(ENTER).await;
    assert_eq!(visitor.saves(".xlsx", file.len()).await, file);

    the_portal_notices_nothing_of_who_looks(&office, &visitor).await;
    everything_fits_a_narrow_screen(&visitor).await;
    visitor.leaves().await;
    office.close().await;
}

/// Looks at the session for some pictures; no request comes to the portal.
async fn the_portal_notices_nothing_of_who_looks(office: &Office, visitor: &Visitor) {
    visitor.goes("/#/").await;
    visitor.clicks("nav a[data-view=overview]").await;
    visitor.sees("article.session img").await;
    let before = office.portal.requests().len();
    let drawn = "return document.querySelector('article.session img').src";
    let first = visitor.says(drawn).await;
    let other = format!("return document.querySelector('article.session img').src !== {first}");
    visitor.until("another picture", &other).await;
    visitor
        .until(
            "it is drawn",
            "return document.querySelector('article.session img').naturalWidth > 0",
        )
        .await;
    visitor.sees("[data-state=idle]").await;
    visitor.is_pictured("overview").await;
    assert_eq!(office.portal.requests().len(), before);
}

async fn everything_fits_a_narrow_screen(visitor: &Visitor) {
    visitor.has_width(NARROW, 740).await;
    for (view, shown) in [
        ("overview", "article.session"),
        ("operations", "#operations article"),
        ("runs", "#runs .row"),
        ("plugins", "#plugins article"),
    ] {
        visitor.clicks(&format!("nav a[data-view={view}]")).await;
        visitor.sees(shown).await;
        visitor.fits(view).await;
        if view == "overview" {
            visitor.is_pictured("narrow").await;
        }
    }
    visitor.clicks("nav a[data-view=operations]").await;
    visitor.clicks("a[data-key=op-check-appointments]").await;
    visitor.sees("#operation [data-field=seals]").await;
    visitor.fits("the longest form").await;
    visitor.clicks("nav a[data-view=runs]").await;
    visitor.clicks("#runs .row").await;
    visitor.sees("#result table").await;
    visitor.fits("a table").await;
}

/// A version of `answer`, which answers with its number.
fn answer(version: &str) -> Vec<u8> {
    let guest = Guest::operation("version-after-title").named("answer");
    guest.version(version).build()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_is_swapped_gone_back_from_and_removed_on_its_card() {
    let folder = tempfile::tempdir().unwrap();
    let session = plugins().join("session.wasm");
    fs::copy(session, folder.path().join("session.wasm")).unwrap();
    let mut office = Office::open(PortalConfig::quick(), |config| {
        folder.path().clone_into(&mut config.plugins.dir);
    })
    .await;
    office.keep(folder);
    office.put("/v1/plugins/answer", answer("1.0.0")).await.ok();
    let visitor = Visitor::of(&office).await;
    visitor.clicks("nav a[data-view=plugins]").await;
    visitor.sees("[data-plugin=answer]").await;

    let files = tempfile::tempdir().unwrap();
    let newer = files.path().join("answer-2.wasm");
    fs::write(&newer, answer("2.0.0")).unwrap();
    visitor
        .says("document.getElementById('swap-answer').className = ''")
        .await;
    visitor.types("#swap-answer", newer.to_str().unwrap()).await;
    let served = async |version: &str| {
        let shown = format!(
            "return document.querySelector('[data-plugin=answer] .version')?.textContent === {}",
            json!(version)
        );
        visitor.until(version, &shown).await;
    };
    served("2.0.0").await;

    visitor.clicks("[data-plugin=answer] summary").await;
    visitor.clicks("[data-plugin=answer] [data-digest]").await;
    visitor.sees("#confirm-yes").await;
    visitor.is_pictured("roll-back").await;
    visitor.clicks("#confirm-yes").await;
    served("1.0.0").await;
    let plugin: Value = office.get("/v1/plugins/answer").await.ok();
    assert_eq!(plugin["served"]["version"], "1.0.0");

    // What happens elsewhere is seen here.
    office.put("/v1/plugins/answer", answer("3.0.0")).await.ok();
    served("3.0.0").await;
    visitor.clicks("[data-key=remove-answer]").await;
    visitor.clicks("#confirm-yes").await;
    visitor
        .until(
            "it is gone",
            "return !document.querySelector('[data-plugin=answer]')",
        )
        .await;
    visitor.leaves().await;
    office.close().await;
}
