//! Debug bundles: what is in them, and what must not be.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use gantry::browser::launch::{Afterwards, Launched};
use gantry::browser::page::Locator;
use gantry_portal::{
    Fault, FaultKind, FaultMatch, MarkupChange, PageTrouble, Portal, PortalConfig, RequestKind,
};
use serde_json::{Value, json};

use crate::browser::browser;
use crate::office::{Office, by};

/// The parts of a bundle.
pub(crate) async fn bundle(office: &Office, id: &str) -> BTreeMap<String, Vec<u8>> {
    let url = format!("{}/v1/artifacts/{id}", office.url);
    let packed = office.client.get(url).send().await.unwrap();
    assert_eq!(packed.headers()["content-type"], "application/zip");
    let packed = packed.bytes().await.unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(packed)).unwrap();
    let mut parts = BTreeMap::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        parts.insert(part.name().unwrap().into_owned(), content);
    }
    parts
}

pub(crate) fn json_of(parts: &BTreeMap<String, Vec<u8>>, name: &str) -> Value {
    serde_json::from_slice(&parts[name]).unwrap()
}

#[tokio::test]
async fn a_run_that_failed_on_a_page_leaves_a_bundle_as_evidence() {
    let office = Office::quick().await;
    let account = office.account(0);
    let renamed = FaultKind::Markup {
        change: MarkupChange::ScrollerRenamed,
    };
    office
        .portal
        .add_fault(Fault::always(renamed, FaultMatch::default()));
    let answer = office.run("get-containers", &account, json!({})).await;
    assert_eq!(answer.problem(), (502, "layout-changed"));
    let evidence = answer.body["evidence"].as_array().unwrap();
    let parts = bundle(&office, evidence.last().unwrap().as_str().unwrap()).await;
    let names: Vec<&str> = parts.keys().map(String::as_str).collect();
    let all = [
        "about.json",
        "commands.json",
        "console.json",
        "page.html",
        "screenshot.png",
    ];
    assert_eq!(names, all);
    assert!(parts["screenshot.png"].starts_with(b"\x89PNG"));
    let about = json_of(&parts, "about.json");
    assert_eq!(about["code"], "layout-changed");
    assert_eq!(about["operation"], "get-containers");
    assert_eq!(about["run_id"], answer.body["run_id"]);
    assert_eq!(about["site"], "containers");
    assert!(about["url"].as_str().unwrap().ends_with("/containers"));
    assert_eq!(about["plugin"]["digest"].as_str().unwrap().len(), 64);
    let commands = json_of(&parts, "commands.json");
    let commands = commands.as_array().unwrap();
    assert!((5..=50).contains(&commands.len()));
    assert!(
        commands
            .iter()
            .any(|note| note["command"] == "goto" && note["outcome"] == "ok")
    );
    let html = String::from_utf8(parts["page.html"].clone()).unwrap();
    assert!(
        html.contains("resultspane") && !html.contains("<script"),
        "{html}"
    );
    // Whatever is in it, the secrets of the session are not.
    for (name, content) in &parts {
        let text = String::from_utf8_lossy(content);
        assert!(!text.contains(&account.password), "{name}");
    }
    office.close().await;
}

#[tokio::test]
async fn a_run_that_succeeds_leaves_a_bundle_only_if_it_is_asked_to() {
    let office = Office::quick().await;
    let mut body = by(&office.account(0), &json!({ "target_count": 1 }));
    let bundles = |answer: &Value| {
        let files = answer["artifacts"].as_array().unwrap().iter();
        files.filter(|file| file["name"] == "debug.zip").count()
    };
    let plain = office
        .post("/v1/operations/get-containers", body.clone())
        .await
        .ok();
    assert_eq!(bundles(&plain), 0);
    body["debug"] = json!(true);
    let debug = office
        .post("/v1/operations/get-containers", body)
        .await
        .ok();
    assert_eq!(bundles(&debug), 1);
    office.close().await;
}

#[tokio::test]
async fn a_page_that_asks_something_is_in_the_bundle_with_its_question() {
    let office = Office::quick().await;
    office
        .run(
            "get-containers",
            &office.account(0),
            json!({ "target_count": 1 }),
        )
        .await
        .ok();
    let alert = FaultKind::trouble(PageTrouble::Alert {
        text: "Your session ends soon".to_owned(),
    });
    let at = FaultMatch::kind(RequestKind::Batch);
    office.portal.add_fault(Fault::always(alert, at));
    let answer = office
        .run("get-containers", &office.account(0), json!({}))
        .await;
    assert_eq!(
        answer.problem(),
        (502, "portal-dialog"),
        "{:#}",
        answer.body
    );
    let id = answer.body["evidence"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    let parts = bundle(&office, id.as_str().unwrap()).await;
    assert_eq!(
        json_of(&parts, "about.json")["dialog"],
        "Your session ends soon"
    );
    assert!(parts.contains_key("screenshot.png"));
    office.close().await;
}

#[tokio::test]
async fn the_source_of_a_page_holds_nothing_typed_and_no_key() {
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let Launched {
        mut page, browser, ..
    } = browser(&portal, folder.path()).await;
    page.goto("account", "/Account/Login").await.unwrap();
    for (selector, text) in [
        ("input[name=Username]", "typed-name"),
        ("input[name=Password]", "typed-word"),
    ] {
        let field = page
            .find(None, &Locator::Css(selector.to_owned()))
            .await
            .unwrap();
        page.fill(&field, text).await.unwrap();
    }
    let key = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0";
    let plant = format!(
        "document.cookie = 'planted=cookie-value';
         document.querySelector('input[name=Username]').setAttribute('value', 'attribute-value');
         document.body.insertAdjacentHTML('beforeend', `
           <input type=hidden name=__RequestVerificationToken value=hidden-value>
           <textarea>area-text</textarea><div contenteditable>edited-text</div>
           <a href='/next?code=query-value#hash-value' onclick='handler-text' data-token='attr-token'>link</a>
           <meta name=csrf-token content=meta-value><p>seen-text {key}</p><!-- comment-text -->
           <iframe srcdoc='<p>frame-text</p>'></iframe><script>/* script-text */</scr` + `ipt>`);"
    );
    page.evaluate(&plant, Vec::new()).await.unwrap();
    let html = page.redacted_source().await.unwrap();
    assert!(
        html.contains("seen-text") && html.contains("name=\"Username\""),
        "{html}"
    );
    for secret in [
        "typed-name",
        "typed-word",
        "attribute-value",
        "hidden-value",
        "area-text",
        "edited-text",
        "query-value",
        "hash-value",
        "handler-text",
        "attr-token",
        "meta-value",
        "comment-text",
        "frame-text",
        "script-text",
        "cookie-value",
        key,
    ] {
        assert!(!html.contains(secret), "{secret} in {html}");
    }
    browser.close(Some(page), Afterwards::RemoveProfile).await;
}
