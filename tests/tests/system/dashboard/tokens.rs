//! Where callers have to show a token: it is asked for once, and the live page has it as well.

use std::collections::BTreeSet;

use fantoccini::Locator as At;
use fantoccini::actions::{InputSource, MouseActions, PointerAction};
use gantry::config::schema::{Config, Tokens};
use gantry::config::token::Token;
use gantry::model::caller::{Grant, Scope};
use gantry::store::database::Store;
use gantry::store::tokens::TokenRecord;
use reqwest::Client;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde_json::json;

use crate::dashboard::visitor::Visitor;
use crate::dashboard::walk::{ALIAS, with_account};
use crate::office::{Office, PATIENCE, until_async};
use crate::operator::own_window::DesktopUser;
use crate::operator::waiting::{LIST, asks_for_a_person};

/// Has the host ask for tokens, and makes one with these scopes.
fn ask_for_tokens(config: &mut Config, scopes: &[Scope]) -> String {
    config.server.tokens = Tokens::Required;
    let token = Token::random();
    let record = TokenRecord {
        grant: Grant {
            id: token.id,
            name: "dispatch".to_owned(),
            scopes: scopes.iter().copied().collect::<BTreeSet<_>>(),
            accounts: None,
            runs: 8,
            requests: 6_000,
        },
        secret_hash: token.hash(),
        created_ms: 0,
        revoked_ms: None,
    };
    let file = config.storage.dir.join("gantry.db");
    std::fs::create_dir_all(&config.storage.dir).unwrap();
    // The configuration is changed where nothing can be waited for.
    let adding = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let store = Store::open(&file).await.unwrap();
            assert!(store.add_token(&record).await.unwrap());
        });
    });
    adding.join().unwrap();
    token.text()
}

/// The office, whose own requests show the token as well.
async fn guarded(scopes: &[Scope]) -> (Office, String) {
    let portal = asks_for_a_person();
    let known = portal.clone();
    let mut token = String::new();
    let mut office = Office::open(portal, |config| {
        with_account(config, &known);
        token = ask_for_tokens(config, scopes);
    })
    .await;
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    let client = Client::builder().timeout(PATIENCE).default_headers(headers);
    office.client = client.build().unwrap();
    (office, token)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_enters_a_token_once_and_signs_in_through_the_live_view_of_the_dashboard() {
    let (office, token) = guarded(&[Scope::Operate]).await;
    let visitor = Visitor::of(&office).await;
    visitor.types("#token", "gantry_none").await;
    visitor.clicks("#token-enter").await;
    let refused = "return document.querySelector('#token-why')?.textContent.includes('does not know') ?? false";
    visitor
        .until("a wrong token is asked for again", refused)
        .await;
    visitor.types("#token", &token).await;
    visitor.clicks("#token-enter").await;
    visitor.sees("#sessions .empty").await;

    let asked = json!({ "account": ALIAS, "input": { "target_count": 1 } });
    let needed = office.post(LIST, asked.clone()).await;
    assert_eq!(needed.problem(), (409, "operator-needed"));
    let session = needed.body["session_id"].as_str().unwrap().to_owned();
    visitor
        .sees("article.session [data-state=awaiting-operator]")
        .await;
    visitor.clicks("article.session a.primary").await;
    let windows = async || visitor.client.windows().await.unwrap();
    until_async("the live page opens", async || windows().await.len() == 2).await;
    let home = visitor.client.window().await.unwrap();
    let live = windows().await.into_iter().find(|one| *one != home);
    visitor
        .client
        .switch_to_window(live.unwrap())
        .await
        .unwrap();
    let drawn = "return (document.getElementById('picture')?.naturalWidth || 0) > 0 && !document.getElementById('view').hidden";
    visitor.until("the portal's page", drawn).await;
    let picture = "document.getElementById('picture').src";
    visitor.is_pictured("operator").await;

    // Where things are in the portal's page is looked up there; what is done is done in the picture.
    let beside = DesktopUser::of(&office, &session).await;
    let answer = office.portal.challenges()[0].answer.clone();
    let choice = format!("//button[normalize-space(.)='{answer}']");
    clicks_in_the_picture(&visitor, &beside, At::XPath(&choice)).await;
    let met = async || office.portal.challenges().iter().any(|open| open.met);
    until_async("the challenge is met", met).await;
    let before = visitor.says(&format!("return {picture}")).await;
    let other =
        format!("return {picture} !== {before} || document.body.dataset.ended !== undefined");
    visitor.until("the next picture", &other).await;
    let shown = beside.client.wait().at_most(PATIENCE);
    shown.for_element(At::Css(".challenge-met")).await.unwrap();
    clicks_in_the_picture(&visitor, &beside, At::Css("[type=submit]")).await;
    visitor.sees("body[data-ended=signed-in]").await;
    beside.client.close().await.ok();

    visitor.client.close_window().await.unwrap();
    visitor.client.switch_to_window(home).await.unwrap();
    visitor.sees("article.session [data-state=idle]").await;
    visitor.sees("article.session img").await;
    let listed = office.post(LIST, asked).await.ok();
    assert_eq!(listed["session_id"], session.as_str());
    // The token is in no address, and goes with the tab.
    let kept = visitor
        .says("return [localStorage.length, document.cookie, location.href.includes('gantry_')]");
    assert_eq!(kept.await, json!([0, "", false]));
    visitor.clicks("#sign-out").await;
    visitor.sees("#token").await;
    visitor.leaves().await;
    office.close().await;
}

async fn clicks_in_the_picture(visitor: &Visitor, beside: &DesktopUser, what: At<'_>) {
    let element = beside.client.find(what).await.unwrap();
    let (x, y, width, height) = element.rectangle().await.unwrap();
    let script = format!(
        "const box = document.getElementById('picture').getBoundingClientRect(); \
         const scale = box.width / document.getElementById('picture').naturalWidth; \
         return [box.x + {} * scale, box.y + {} * scale]",
        x + width / 2.0,
        y + height / 2.0
    );
    let at: (f64, f64) = serde_json::from_value(visitor.says(&script).await).unwrap();
    let moved = PointerAction::MoveTo {
        duration: None,
        x: at.0,
        y: at.1,
    };
    let button = fantoccini::actions::MOUSE_BUTTON_LEFT;
    let mouse = MouseActions::new("mouse".to_owned())
        .then(moved)
        .then(PointerAction::Down { button })
        .then(PointerAction::Up { button });
    visitor.client.perform_actions(mouse).await.unwrap();
}
