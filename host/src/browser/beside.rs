//! A look at a browser from beside: a picture of its page over a DevTools connection of its own.
//!
//! Owns: that connection, which ends with the look. Goes past the page's commands, so that whoever drives the page notices
//! nothing. Never: navigates, evaluates, or turns to another window.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::config::limits;

/// A picture of the page of the Chromium that has this user data, as JPEG.
pub(in crate::browser) async fn picture(user_data: PathBuf) -> Result<Vec<u8>, String> {
    let address = address(&user_data).await?;
    let mut looking = Looking::at(&address).await?;
    let targets = looking.ask(None, "Target.getTargets", json!({})).await?;
    let targets = targets["targetInfos"].as_array().into_iter().flatten();
    let mut pages = targets.filter(|target| target["type"] == "page");
    let page = pages.next().ok_or_else(|| "it shows no page".to_owned())?;
    let attach = json!({ "targetId": page["targetId"], "flatten": true });
    let attached = looking.ask(None, "Target.attachToTarget", attach).await?;
    let session = attached["sessionId"].as_str();
    let wanted = json!({
        "format": "jpeg", "quality": limits::dashboard::PICTURE_QUALITY, "optimizeForSpeed": true,
    });
    let taken = looking
        .ask(session, "Page.captureScreenshot", wanted)
        .await?;
    let data = taken["data"].as_str().unwrap_or_default();
    STANDARD
        .decode(data)
        .ok()
        .filter(|jpeg| !jpeg.is_empty())
        .ok_or_else(|| "it sent a picture that is none".to_owned())
}

/// Where Chromium listens: it writes port and path beside its user data.
async fn address(user_data: &Path) -> Result<String, String> {
    let said = tokio::fs::read_to_string(user_data.join("DevToolsActivePort")).await;
    let said = said.map_err(|error| format!("it does not say where it listens: {error}"))?;
    match said.lines().collect::<Vec<_>>()[..] {
        [port, path, ..] if port.parse::<u16>().is_ok() && path.starts_with('/') => {
            Ok(format!("ws://127.0.0.1:{port}{path}"))
        }
        _ => Err("it does not say where it listens".to_owned()),
    }
}

/// A connection to a browser.
struct Looking {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    asked: u64,
}

impl Looking {
    async fn at(address: &str) -> Result<Self, String> {
        let bounds = WebSocketConfig::default()
            .max_message_size(Some(limits::dashboard::PICTURE_BYTES))
            .max_frame_size(Some(limits::dashboard::PICTURE_BYTES));
        let connected =
            tokio_tungstenite::connect_async_with_config(address, Some(bounds), true).await;
        let (socket, _) = connected.map_err(|error| format!("it does not answer: {error}"))?;
        Ok(Self { socket, asked: 0 })
    }

    /// Asks, and waits for the answer; whatever else the browser tells meanwhile is passed over.
    async fn ask(
        &mut self,
        session: Option<&str>,
        method: &str,
        wanted: Value,
    ) -> Result<Value, String> {
        self.asked += 1;
        let mut command = json!({ "id": self.asked, "method": method, "params": wanted });
        if let Some(session) = session {
            command["sessionId"] = json!(session);
        }
        let text = Message::text(command.to_string());
        let gone = |error| format!("it went away: {error}");
        self.socket.send(text).await.map_err(gone)?;
        while let Some(message) = self.socket.next().await {
            let Message::Text(text) = message.map_err(gone)? else {
                continue;
            };
            let told: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            if told["id"] != json!(self.asked) {
                continue;
            }
            return match told.get("result") {
                Some(result) => Ok(result.clone()),
                None => Err(format!("it refused {method}")),
            };
        }
        Err("it went away".to_owned())
    }
}
