//! A portal, and a host over it that tells a receiver what happens.

use std::path::{Path, PathBuf};

use gantry::config::webhooks::Webhook;
use gantry_portal::{Portal, PortalConfig};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::killed::Binary;
use crate::office::{by, config};
use crate::webhooks::receiver::{Received, Receiver, Reply};

/// `whsec_` and 32 bytes that are nobody's.
const SECRET: &str = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

pub(crate) struct Scene {
    pub(crate) portal: Portal,
    pub(crate) receiver: Receiver,
    pub(crate) folder: TempDir,
    file: PathBuf,
}

/// A receiver in a configuration, with its secret in a file of this folder.
pub(crate) fn webhook(url: &str, secret: &str, folder: &Path) -> Webhook {
    let secret_file = folder.join("webhook.secret");
    std::fs::write(&secret_file, secret).unwrap();
    Webhook {
        name: "office".to_owned(),
        url: url.parse().unwrap(),
        secret_file: Some(secret_file),
        secret_env: None,
        previous_secret_file: None,
        previous_secret_env: None,
        events: None,
    }
}

impl Scene {
    /// The pauses before further attempts are these.
    pub(crate) async fn over(portal: PortalConfig, replies: &[Reply], retry_ms: &[u64]) -> Self {
        let portal = Portal::start(portal).await.unwrap();
        let receiver = Receiver::answering(replies).await;
        let folder = tempfile::tempdir().unwrap();
        let mut settings = config(&portal, folder.path());
        settings.limits.webhook_retry_ms = retry_ms.to_vec();
        let webhook = webhook(&receiver.url, SECRET, folder.path());
        settings.webhooks.push(webhook);
        let file = folder.path().join("gantry.toml");
        std::fs::write(&file, toml::to_string(&settings).unwrap()).unwrap();
        Self {
            portal,
            receiver,
            folder,
            file,
        }
    }

    pub(crate) async fn host(&self) -> Binary {
        Binary::start(&self.file).await
    }

    /// Reads the beginning of the container list.
    pub(crate) async fn glance(&self, host: &Binary) -> Response {
        let body = by(&self.portal.accounts()[0], &json!({ "target_count": 1 }));
        let url = format!("{}/v1/operations/get-containers", host.url);
        Client::new().post(url).json(&body).send().await.unwrap()
    }

    pub(crate) async fn get(&self, host: &Binary, path: &str) -> Value {
        let answer = Client::new().get(format!("{}{path}", host.url)).send();
        answer.await.unwrap().json().await.unwrap()
    }

    /// The newest delivery, as the host shows it.
    pub(crate) async fn newest(&self, host: &Binary) -> Value {
        let shown = self.get(host, "/v1/webhooks/office/deliveries").await;
        shown["deliveries"][0].clone()
    }

    /// Sees that all that came is signed.
    #[track_caller]
    pub(crate) fn all_are_signed(told: &[Received]) {
        for told in told {
            assert!(told.is_signed_by(SECRET), "{told:?}");
        }
    }
}
