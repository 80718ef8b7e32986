//! Signing in over plain HTTP: redirects, cookies, challenges, wrong passwords, the lock.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod browser;

use browser::Browser;
use gantry_portal::{Account, AttemptResult, Challenge, Landing, Origin, Portal, PortalConfig};

fn wrong(account: &Account) -> Account {
    Account {
        password: "battery staple".to_owned(),
        ..account.clone()
    }
}

async fn quick() -> Portal {
    Portal::start(PortalConfig::quick()).await.unwrap()
}

#[tokio::test]
async fn a_signed_out_visitor_of_any_site_is_sent_to_the_login_page_and_back() {
    let portal = quick().await;
    let origins = portal.origins().clone();
    let pages = [
        format!("{}/containers", origins.containers),
        format!("{}/trucker/web/", origins.wizard),
        format!("{}/myappointments", origins.appointments),
        format!("{}/Home/Welcome", origins.account),
    ];
    for wanted in pages {
        let mut browser = Browser::new();
        let login = browser.get(&wanted).await;
        assert!(login.is_login() && login.text().contains(">LOGIN</button>"));
        let page = browser.submit(&login, &portal.accounts()[0]).await;
        assert_eq!(page.url.as_str(), wanted);
        assert_eq!(page.boot()["username"], "dispatcher1");
    }
}

#[tokio::test]
async fn one_sign_in_opens_all_four_sites_under_one_id() {
    let portal = quick().await;
    let (mut browser, _) = Browser::at_containers(&portal).await;
    let origins = portal.origins().clone();
    browser
        .get(&format!("{}/trucker/web/addvisit", origins.wizard))
        .await;
    browser
        .get(&format!("{}/myappointments", origins.appointments))
        .await;
    let home = browser.get(&format!("{}/", origins.containers)).await;
    assert_eq!(home.url.path(), "/Home/Welcome");
    let sign_ins = portal.sign_ins();
    assert_eq!(sign_ins.len(), 1);
    assert_eq!(sign_ins[0].live_at, Origin::ALL);
    // Requests from before the sign-in belong to the same browser.
    let visitors = portal.requests().into_iter().map(|request| request.visitor);
    assert!(
        visitors
            .into_iter()
            .all(|visitor| visitor == sign_ins[0].visitor)
    );
}

#[tokio::test]
async fn the_login_of_the_containers_site_lands_on_the_welcome_page() {
    let portal = quick().await;
    let mut browser = Browser::new();
    let login = browser
        .get(&format!("{}/login", portal.origins().containers))
        .await;
    let page = browser.submit(&login, &portal.accounts()[0]).await;
    assert_eq!(
        page.url.as_str(),
        format!("{}/Home/Welcome", portal.origins().account)
    );
}

#[tokio::test]
async fn a_user_may_land_on_another_page_than_welcome() {
    let config = PortalConfig {
        landing: Landing::Containers,
        ..PortalConfig::quick()
    };
    let portal = Portal::start(config).await.unwrap();
    let mut browser = Browser::new();
    let login = browser
        .get(&format!("{}/Account/Login", portal.origins().account))
        .await;
    let page = browser.submit(&login, &portal.accounts()[0]).await;
    assert_eq!(
        page.url.as_str(),
        format!("{}/containers", portal.origins().containers)
    );
}

#[tokio::test]
async fn five_wrong_passwords_lock_the_account_and_the_ledger_tells() {
    let portal = quick().await;
    let account = portal.accounts()[0].clone();
    let mut browser = Browser::new();
    let mut page = browser
        .get(&format!("{}/containers", portal.origins().containers))
        .await;
    for _ in 0..4 {
        page = browser.submit(&page, &wrong(&account)).await;
        assert!(page.text().contains("Invalid username or password"));
    }
    page = browser.submit(&page, &wrong(&account)).await;
    assert!(page.text().contains("Account locked"));
    page = browser.submit(&page, &account).await;
    assert!(page.text().contains("Account locked"));
    let results: Vec<_> = portal
        .attempts()
        .into_iter()
        .map(|attempt| attempt.result)
        .collect();
    assert_eq!(results[..4], [AttemptResult::Wrong; 4]);
    assert_eq!(results[4..], [AttemptResult::Locked; 2]);
    portal.unlock(&account.username);
    page = browser.get(page.url.as_str()).await;
    let login = browser
        .get(&format!("{}/containers", portal.origins().containers))
        .await;
    assert!(page.is_login());
    assert_eq!(
        browser.submit(&login, &account).await.url.path(),
        "/containers"
    );
}

#[tokio::test]
async fn a_challenge_that_is_open_stops_the_right_password() {
    let config = PortalConfig {
        challenge: Challenge::Checkbox,
        ..PortalConfig::quick()
    };
    let portal = Portal::start(config).await.unwrap();
    let account = portal.accounts()[0].clone();
    let mut browser = Browser::new();
    let login = browser
        .get(&format!("{}/Account/Login", portal.origins().account))
        .await;
    let refused = browser.submit(&login, &account).await;
    assert!(refused.text().contains("complete the verification"));
    let url = format!("{}/Account/Challenge", portal.origins().account);
    let tick = format!("id={}&answer=checked", refused.hidden("Challenge"));
    assert_eq!(browser.post(&url, &tick).await.json()["met"], true);
    assert_eq!(
        browser.submit(&refused, &account).await.url.path(),
        "/Home/Welcome"
    );
}

#[tokio::test]
async fn the_operator_challenge_takes_the_drawn_number_and_no_other() {
    let config = PortalConfig {
        challenge: Challenge::Operator,
        ..PortalConfig::quick()
    };
    let portal = Portal::start(config).await.unwrap();
    let account = portal.accounts()[0].clone();
    let mut browser = Browser::new();
    let login = browser
        .get(&format!("{}/Account/Login", portal.origins().account))
        .await;
    let url = format!("{}/Account/Challenge", portal.origins().account);
    let open = portal.challenges().remove(0);
    let drawing = browser.get(&format!("{url}?id={}", open.id)).await.json();
    assert_eq!(drawing["choices"].as_array().unwrap().len(), 9);
    assert!(!login.text().contains(&open.answer));

    let other = open
        .choices
        .iter()
        .find(|choice| **choice != open.answer)
        .unwrap();
    let told = browser
        .post(&url, &format!("id={}&answer={other}", open.id))
        .await
        .json();
    assert_eq!(told["met"], false);
    let next = portal.challenges().remove(0);
    assert_eq!(told["id"], next.id.as_str());
    let told = browser
        .post(&url, &format!("id={}&answer={}", next.id, next.answer))
        .await
        .json();
    assert_eq!(told["met"], true);
    let form = format!(
        "Username=dispatcher1&Password=correct+horse+1&ReturnUrl=&Challenge={}",
        next.id
    );
    let page = browser
        .post(
            &format!("{}/Account/Login", portal.origins().account),
            &form,
        )
        .await;
    assert_eq!(page.url.path(), "/Home/Welcome");
    assert_eq!(portal.attempts()[0].username, account.username);
}

#[tokio::test]
async fn signing_out_ends_every_site() {
    let portal = quick().await;
    let (mut browser, _) = Browser::at_containers(&portal).await;
    let page = browser
        .get(&format!("{}/signout", portal.origins().containers))
        .await;
    assert!(page.is_login());
    assert!(portal.sign_ins()[0].live_at.is_empty());
    let page = browser
        .get(&format!("{}/containers", portal.origins().containers))
        .await;
    assert!(page.is_login());
}

#[tokio::test]
async fn a_return_url_cannot_lead_away_from_the_portal() {
    let portal = quick().await;
    let mut browser = Browser::new();
    let account = &portal.origins().account;
    let login = browser
        .get(&format!("{account}/Account/Login?ReturnUrl=//example.org/"))
        .await;
    let page = browser.submit(&login, &portal.accounts()[0]).await;
    assert_eq!(page.url.path(), "/Home/Welcome");
}
