//! Pages of other origins, as browsers ask for them (the Fetch standard's CORS protocol).

use gantry::config::schema::Tokens;
use gantry::model::caller::Scope;
use reqwest::{Client, Method, Response};

use crate::access::host::Host;

const BOARD: &str = "https://board.example.test";
const OTHER: &str = "https://other.example.test";

async fn open_to_board() -> Host {
    Host::with(|config| {
        config.server.tokens = Tokens::Required;
        config.server.cors_origins = vec![BOARD.parse().unwrap()];
    })
    .await
}

/// Asks as a browser does before it sends what a page of this origin wants to send.
async fn beforehand(host: &Host, origin: &str) -> Response {
    Client::new()
        .request(Method::OPTIONS, format!("{}/v1/operations/books", host.url))
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,idempotency-key",
        )
        .send()
        .await
        .unwrap()
}

async fn runs(host: &Host, origin: &str, token: Option<&str>) -> Response {
    let mut request = Client::new().get(format!("{}/v1/runs", host.url));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    request.header("origin", origin).send().await.unwrap()
}

fn allowed(answer: &Response) -> Option<&str> {
    let allowed = answer.headers().get("access-control-allow-origin");
    allowed.map(|origin| origin.to_str().unwrap())
}

#[tokio::test]
async fn as_it_is_no_page_of_another_origin_is_told_that_it_may() {
    let host = Host::open().await;
    let token = host.token(&[Scope::Read], |_| {}).await;
    let before = beforehand(&host, BOARD).await;
    let asked = runs(&host, BOARD, Some(&token)).await;
    for answer in [before, asked] {
        let names = answer.headers().keys();
        let mut told = names.filter(|name| name.as_str().starts_with("access-control-"));
        assert_eq!(told.next(), None, "{answer:?}");
    }
}

#[tokio::test]
async fn a_page_of_an_origin_that_is_named_may_ask_with_a_token_and_no_other_may() {
    let host = open_to_board().await;
    let token = host.token(&[Scope::Read], |_| {}).await;
    let before = beforehand(&host, BOARD).await;
    assert_eq!(before.status(), 200);
    assert_eq!(allowed(&before), Some(BOARD));
    let sent = before.headers()["access-control-allow-headers"]
        .to_str()
        .unwrap();
    for header in ["authorization", "content-type", "idempotency-key"] {
        assert!(sent.contains(header), "{sent}");
    }
    assert!(
        !before
            .headers()
            .contains_key("access-control-allow-credentials")
    );
    let asked = runs(&host, BOARD, Some(&token)).await;
    assert_eq!(
        (asked.status().as_u16(), allowed(&asked)),
        (200, Some(BOARD))
    );
    let read = asked.headers()["access-control-expose-headers"]
        .to_str()
        .unwrap();
    assert!(
        read.contains("ratelimit") && read.contains("request-id"),
        "{read}"
    );
    // It can read that it needs one.
    let without = runs(&host, BOARD, None).await;
    assert_eq!(
        (without.status().as_u16(), allowed(&without)),
        (401, Some(BOARD))
    );
    assert_eq!(allowed(&beforehand(&host, OTHER).await), None);
    assert_eq!(allowed(&runs(&host, OTHER, Some(&token)).await), None);
}
