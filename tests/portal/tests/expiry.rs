//! Sessions that end: both forms, by origin, in the middle of a list, and by idling.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod browser;

use std::time::Duration;

use browser::Browser;
use gantry_portal::{
    Expiry, ExpiryForm, Fault, FaultKind, FaultMatch, IdleExpiry, Origin, Portal, PortalConfig,
    Whose,
};

fn expire(portal: &Portal, origins: &[Origin], form: ExpiryForm) -> usize {
    portal.expire(&Expiry {
        whose: Whose::Everybody,
        origins: origins.to_vec(),
        form,
    })
}

async fn quick() -> Portal {
    Portal::start(PortalConfig::quick()).await.unwrap()
}

#[tokio::test]
async fn a_rendered_expiry_is_a_page_until_the_login_is_started_anew() {
    let portal = quick().await;
    let (mut browser, _) = Browser::at_containers(&portal).await;
    let list = format!("{}/containers", portal.origins().containers);
    assert_eq!(
        expire(&portal, &[Origin::Containers], ExpiryForm::Rendered),
        1
    );
    for _ in 0..2 {
        let page = browser.get(&list).await;
        assert_eq!((page.status, page.url.as_str()), (200, list.as_str()));
        let text = page.text();
        assert!(text.contains("not logged in") && text.contains("back button"));
    }
    let answer = browser.batch(&portal, 1, 0).await;
    assert_eq!(
        (answer.status, answer.json()["expired"].as_str()),
        (401, Some("rendered"))
    );
    // The identity provider still knows the browser.
    browser
        .get(&format!("{}/login", portal.origins().containers))
        .await;
    assert_eq!(browser.get(&list).await.boot()["username"], "dispatcher1");
}

#[tokio::test]
async fn a_redirect_expiry_of_one_site_heals_by_itself() {
    let portal = quick().await;
    let (mut browser, _) = Browser::at_containers(&portal).await;
    assert_eq!(
        expire(&portal, &[Origin::Containers], ExpiryForm::Redirect),
        1
    );
    let answer = browser.batch(&portal, 1, 0).await;
    assert_eq!(
        (answer.status, answer.json()["expired"].as_str()),
        (401, Some("redirect"))
    );
    let page = browser
        .get(&format!("{}/containers", portal.origins().containers))
        .await;
    assert_eq!(page.url.path(), "/containers");
    assert_eq!(portal.sign_ins().len(), 1);
}

#[tokio::test]
async fn a_redirect_expiry_of_all_sites_ends_at_the_login_page() {
    let portal = quick().await;
    let (mut browser, _) = Browser::at_containers(&portal).await;
    assert_eq!(expire(&portal, &[], ExpiryForm::Redirect), 2);
    let login = browser
        .get(&format!("{}/containers", portal.origins().containers))
        .await;
    assert!(login.is_login());
    browser.submit(&login, &portal.accounts()[0]).await;
    assert_eq!(portal.sign_ins().len(), 2);
}

#[tokio::test]
async fn sites_end_separately() {
    let portal = quick().await;
    let (mut browser, _) = Browser::at_containers(&portal).await;
    let wizard = format!("{}/trucker/web/", portal.origins().wizard);
    browser.get(&wizard).await;
    assert_eq!(expire(&portal, &[Origin::Wizard], ExpiryForm::Rendered), 1);
    assert!(browser.get(&wizard).await.text().contains("not logged in"));
    assert_eq!(browser.batch(&portal, 1, 0).await.status, 200);
}

#[tokio::test]
async fn only_the_named_account_is_signed_out() {
    let portal = quick().await;
    let (mut first, _) = Browser::at_containers_as(&portal, &portal.accounts()[0]).await;
    let (mut second, _) = Browser::at_containers_as(&portal, &portal.accounts()[1]).await;
    let whose = Whose::Username("dispatcher2".to_owned());
    let ended = portal.expire(&Expiry {
        whose,
        origins: vec![],
        form: ExpiryForm::Rendered,
    });
    assert_eq!(ended, 2);
    assert_eq!(first.batch(&portal, 1, 0).await.status, 200);
    assert_eq!(second.batch(&portal, 1, 0).await.status, 401);
}

#[tokio::test]
async fn a_session_can_end_at_a_chosen_batch() {
    let portal = quick().await;
    let (mut browser, _) = Browser::at_containers(&portal).await;
    let end = FaultKind::Expire {
        origins: vec![],
        form: ExpiryForm::Rendered,
    };
    portal.add_fault(Fault::once(end, FaultMatch::batch(2)));
    let mut statuses = Vec::new();
    for batch in 0..4 {
        statuses.push(browser.batch(&portal, 1, batch).await.status);
    }
    assert_eq!(statuses, [200, 200, 401, 401]);
}

#[tokio::test]
async fn a_site_that_is_not_visited_idles_out() {
    let idle = IdleExpiry {
        after_ms: 500,
        form: ExpiryForm::Rendered,
    };
    let config = PortalConfig {
        idle_expiry: Some(idle),
        ..PortalConfig::quick()
    };
    let portal = Portal::start(config).await.unwrap();
    let (mut browser, _) = Browser::at_containers(&portal).await;
    // Time itself is what is tested here; the page is asked once the time is over.
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(browser.batch(&portal, 1, 0).await.status, 401);
}
