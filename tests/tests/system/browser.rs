//! The page of a real Chromium, against the portal's login page and list.

use std::time::Duration;

use crate::office::until_async;
use gantry::browser::driving::Driving;
use gantry::browser::error::PageError;
use gantry::browser::folder::BrowserStorage;
use gantry::browser::launch::{Afterwards, LaunchOrder, Launched, Launcher, Profile};
use gantry::browser::local::LocalLauncher;
use gantry::browser::page::{
    Column, Condition, GrowingList, Growth, Locator, Page, ScrollTo, Take,
};
use gantry::browser::reach::Reach;
use gantry::browser::sites::Sites;
use gantry::config::schema::{self, Browser, Origins};
use gantry::model::ids::SessionId;
use gantry::telemetry::figures::Figures;
use gantry_portal::{Portal, PortalConfig};

use crate::office::origins;

const PATIENCE: Duration = Duration::from_secs(20);

fn css(selector: &str) -> Locator {
    Locator::Css(selector.to_owned())
}

pub(crate) async fn browser(portal: &Portal, folder: &std::path::Path) -> Launched {
    browser_at(&origins(portal), folder).await
}

pub(crate) async fn browser_at(origins: &Origins, folder: &std::path::Path) -> Launched {
    let driving = Driving {
        sites: Sites::new(origins),
        reach: Reach::new(&schema::Portal {
            origins: origins.clone(),
            ..schema::Portal::default()
        }),
        pace: Duration::ZERO,
        command: Duration::from_secs(10),
        navigate: Duration::from_secs(30),
        guarded: vec!["Submit".to_owned()],
        figures: Figures::new(),
    };
    let launcher = LocalLauncher::new(
        Browser::default(),
        driving,
        BrowserStorage::below(folder).unwrap(),
    )
    .unwrap();
    launcher
        .launch(&LaunchOrder {
            session: SessionId::random(),
            username: "someone".to_owned(),
            keep_alive: true,
            profile: Profile::Fresh,
        })
        .await
        .unwrap()
}

async fn sign_in(page: &mut dyn Page, portal: &Portal) {
    let account = &portal.accounts()[0];
    page.goto("containers", "/containers").await.unwrap();
    let name = page.find(None, &css("input[name=Username]")).await.unwrap();
    page.fill(&name, &account.username).await.unwrap();
    let password = page
        .find(None, &Locator::Label("Password".to_owned()))
        .await
        .unwrap();
    page.fill(&password, &account.password).await.unwrap();
    let submit = css("button[type=submit]");
    let ready = [Condition::Enabled {
        what: submit.clone(),
    }];
    assert_eq!(page.wait(&ready, PATIENCE).await, Ok(0));
    let submit = page.find(None, &submit).await.unwrap();
    page.click(&submit, true).await.unwrap();
    let there = [Condition::AtSite {
        site: "containers".to_owned(),
    }];
    assert_eq!(page.wait(&there, PATIENCE).await, Ok(0));
}

#[tokio::test]
async fn a_list_is_read_to_its_proven_end_in_three_commands_a_batch() {
    let folder = tempfile::tempdir().unwrap();
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let Launched {
        mut page, browser, ..
    } = browser(&portal, folder.path()).await;
    sign_in(page.as_mut(), &portal).await;

    let rows = css("#searchres tbody > tr:not(.detail)");
    let columns = [Column {
        at: Some(css("td:nth-child(3)")),
        take: Take::Text,
    }];
    assert_eq!(
        page.wait(&[Condition::Present { what: rows.clone() }], PATIENCE)
            .await,
        Ok(0)
    );
    let before = page.commands();
    let mut read = 0;
    let mut batches = 0_u64;
    loop {
        let table = page.read(&rows, &columns, read).await.unwrap();
        read = table.total;
        batches += 1;
        let position = page
            .scroll(&css("#searchres"), ScrollTo::End)
            .await
            .unwrap();
        assert!(
            position.offset + position.viewport + 2 >= position.extent,
            "{position:?}"
        );
        let grown = Condition::CountOver {
            what: rows.clone(),
            over: read,
        };
        let answered = Condition::Answered { quiet_ms: 200 };
        if page.wait(&[grown, answered], PATIENCE).await.unwrap() == 1 {
            break;
        }
    }
    assert!(
        read as usize >= PortalConfig::QUICK_CONTAINERS,
        "{read} rows"
    );
    // The end costs one look into the driver's log more.
    let used = page.commands() - before;
    assert!(
        used <= 3 * batches + 1,
        "{used} commands for {batches} batches"
    );
    browser.close(Some(page), Afterwards::RemoveProfile).await;
    assert_nothing_is_left(folder.path());
}

#[tokio::test]
async fn what_is_not_there_is_said_in_the_words_of_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let Launched {
        mut page, browser, ..
    } = browser(&portal, folder.path()).await;
    page.goto("containers", "/containers").await.unwrap();

    assert_eq!(page.location().await.unwrap().site, Some("account"));
    let missing = css("#nothing");
    let error = page.find(None, &missing).await.unwrap_err();
    assert_eq!(error, PageError::NoSuchElement(missing.clone()));
    let error = page.find(None, &css("a[")).await.unwrap_err();
    assert!(matches!(error, PageError::InvalidArgument(_)), "{error}");
    let wait = [Condition::Present { what: missing }];
    let error = page
        .wait(&wait, Duration::from_millis(300))
        .await
        .unwrap_err();
    assert!(matches!(error, PageError::TimedOut(_)), "{error}");
    let error = page.goto("elsewhere", "/").await.unwrap_err();
    assert!(matches!(error, PageError::Denied(_)), "{error}");
    assert_eq!(page.answer_dialog(true).await, Ok(None));
    browser.close(Some(page), Afterwards::RemoveProfile).await;
}

#[tokio::test]
async fn a_window_that_opens_in_front_is_not_the_end_of_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let Launched {
        mut page, browser, ..
    } = browser(&portal, folder.path()).await;
    sign_in(page.as_mut(), &portal).await;
    let list = GrowingList {
        rows: css("#searchres tbody > tr:not(.detail)"),
        columns: Vec::new(),
        container: css("#searchres"),
    };
    let ends = [
        Condition::Answered { quiet_ms: 200 },
        Condition::Quiet { quiet_ms: 200 },
    ];
    let mut known = 0;
    let mut opened = false;
    let end = loop {
        match page
            .grow(&list, (known, known), &ends, PATIENCE)
            .await
            .unwrap()
        {
            Growth::Grew(_, table) => known = table.total,
            Growth::Other(end) => break end,
        }
        if known > 100 && !opened {
            opened = true;
            page.evaluate("window.open('about:blank')", Vec::new())
                .await
                .unwrap();
        }
    };
    assert!(
        opened && known as usize >= PortalConfig::QUICK_CONTAINERS,
        "{known} rows"
    );
    assert_eq!(end, 0, "answered");
    browser.close(Some(page), Afterwards::RemoveProfile).await;
}

#[tokio::test]
async fn a_page_is_put_in_order_whatever_its_last_user_left_open() {
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let Launched {
        mut page, browser, ..
    } = browser(&portal, folder.path()).await;
    let begin = page.commands();
    page.goto("account", "/Account/Login").await.unwrap();
    page.tidy().await.unwrap();
    println!("nothing to do: {} commands", page.commands() - begin - 1);
    let leave = "window.open('about:blank'); window.open('about:blank'); \
                 setTimeout(() => alert('left open'), 0)";
    page.evaluate(leave, Vec::new()).await.unwrap();
    until_async("the dialog is open", async || page.title().await.is_err()).await;
    page.tidy().await.unwrap();
    assert!(!page.title().await.unwrap().is_empty());
    // A page that wants to be asked before it is left is left all the same.
    let ask =
        "onbeforeunload = () => 'stay'; addEventListener('beforeunload', e => e.preventDefault())";
    page.evaluate(ask, Vec::new()).await.unwrap();
    let field = gantry::browser::page::Locator::Css("input".to_owned());
    let field = page.find(None, &field).await.unwrap();
    page.click(&field, true).await.unwrap();
    page.goto("containers", "/login").await.unwrap();
    browser.close(Some(page), Afterwards::RemoveProfile).await;
    assert_nothing_is_left(folder.path());
}

fn assert_nothing_is_left(storage: &std::path::Path) {
    for kind in ["browsers", "profiles"] {
        let left = std::fs::read_dir(storage.join(kind)).unwrap().count();
        assert_eq!(left, 0, "{kind}");
    }
}
