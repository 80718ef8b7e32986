//! Troubles: what a page does to its user by itself, such as an alert in the middle of a list.
//!
//! Owns: how a trouble gets into a document or along with an answer.
//! Never: asks the network again; `assets/trouble.js` is in the page before it happens.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};

const SCRIPT: &str = include_str!("../assets/trouble.js");

/// The header that brings troubles along with an answer to a page's own request.
const HEADER: HeaderName = HeaderName::from_static("portal-troubles");

/// Something a page does by itself that gets in the way of who reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "trouble", rename_all = "kebab-case")]
pub enum PageTrouble {
    /// A JavaScript alert.
    Alert {
        /// What it says.
        text: String,
    },
    /// A JavaScript confirm: OK or Cancel.
    Confirm {
        /// What it asks.
        text: String,
    },
    /// A JavaScript prompt: a line to type.
    Prompt {
        /// What it asks for.
        text: String,
    },
    /// From now on leaving the page is to be confirmed. Browsers ask only after somebody
    /// has clicked or typed in the page.
    BeforeUnload,
    /// Another window in front of the page.
    PopUp {
        /// A path of the page's own site, any address, or `about:blank`.
        #[serde(default = "blank")]
        address: String,
    },
    /// A loop without an end in the page's script.
    EndlessScript,
}

/// A trouble and its time.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Timed {
    #[serde(flatten)]
    pub trouble: PageTrouble,
    pub defer_ms: u64,
}

fn blank() -> String {
    "about:blank".to_owned()
}

/// Puts troubles into an answer: into a document as a script, else as a header.
pub(crate) async fn attach(troubles: &[Timed], response: Response) -> Response {
    if troubles.is_empty() {
        return response;
    }
    let told = serde_json::to_string(troubles).expect("strings and numbers can be written");
    let (mut head, body) = response.into_parts();
    let kind = head.headers.get(header::CONTENT_TYPE);
    let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page {
        let value = HeaderValue::from_str(&ascii(&told)).expect("escaped JSON is printable");
        head.headers.insert(HEADER, value);
        return Response::from_parts(head, body);
    }
    let page = to_bytes(body, usize::MAX)
        .await
        .expect("pages are made in memory");
    let mut page = page.to_vec();
    let told = told.replace('<', "\\u003c");
    let script =
        format!("<script type=\"module\">\n{SCRIPT}\ncarryOutAfterLoad({told});\n</script>\n");
    page.extend_from_slice(script.as_bytes());
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Body::from(page))
}

/// JSON with everything beyond ASCII escaped, as a header needs it.
fn ascii(json: &str) -> String {
    let escaped = |unit: u16| match u8::try_from(unit) {
        Ok(letter) if letter.is_ascii() => char::from(letter).to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    json.encode_utf16().map(escaped).collect()
}
