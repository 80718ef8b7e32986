//! What keeps a host from starting, and what is never shown.

use gantry::config::load;
use gantry::webhooks::deliveries::Receivers;

use crate::webhooks::host::{Plan, SECRET};
use crate::webhooks::receiver::Receiver;

/// What a host says that is to start with this as the secret.
fn refused(secret: Option<&str>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hook.secret");
    if let Some(secret) = secret {
        std::fs::write(&file, secret).unwrap();
    }
    let config = folder.path().join("gantry.toml");
    let text = format!(
        "[[webhooks]]\nname = \"office\"\nurl = \"https://receiver.test/\"\nsecret_file = \"{}\"\n",
        file.display()
    );
    std::fs::write(&config, text).unwrap();
    let config = load::load(Some(&config)).unwrap();
    Receivers::of(&config).unwrap_err().to_string()
}

#[test]
fn a_secret_that_is_none_keeps_the_host_from_starting_and_is_not_repeated() {
    for secret in [
        "hush",
        "whsec_aHVzaA==",
        "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY",
        "",
    ] {
        let said = refused(Some(secret));
        assert!(said.contains("webhooks.office.secret_file"), "{said}");
        assert!(said.contains("openssl"), "it says what to do: {said}");
        assert!(secret.is_empty() || !said.contains(secret), "{said}");
    }
    let said = refused(None);
    assert!(said.contains("cannot read"), "{said}");
}

#[tokio::test]
async fn no_answer_and_no_text_for_debugging_has_a_secret() {
    let receiver = Receiver::answering(&[]).await;
    let plan = Plan::new().telling("office", &receiver.url);
    let host = plan.start().await;
    host.read().await.unwrap();
    host.delivery("office", "delivered").await;
    let (_, shown) = host.get("/v1/webhooks").await;
    let (_, deliveries) = host.get("/v1/webhooks/office/deliveries").await;
    let config = host.folder.path().join("office.secret");
    let told = format!("{shown}{deliveries}");
    let secret = SECRET.strip_prefix("whsec_").unwrap();
    assert!(!told.contains(secret), "{told}");
    assert!(!told.contains(config.to_str().unwrap()), "{told}");
    let secret = gantry::config::webhooks::SigningSecret::read(SECRET).unwrap();
    assert_eq!(format!("{secret:?}"), "SigningSecret");
}
