//! What is guarded in a real page: whatever would set off a button that books, however it is reached.

use gantry::browser::launch::{Afterwards, Launched};
use gantry::browser::page::{Clicked, Locator, Page};
use gantry_portal::{Portal, PortalConfig};
use serde_json::{Value, json};

use crate::browser::browser;

const DOCUMENT: &str = r#"
    <button id="plain" style="width: 200px"> <span id="inner">submit</span> </button>
    <div id="around" style="width: 400px; height: 60px; display: grid; place-items: center">
      <a href="javascript:void 0">SUBMIT</a>
    </div>
    <div id="beside" style="width: 400px; height: 60px"><a href="javascript:void 0">Submit</a></div>
    <button id="other">Submit later</button>
    <div role="button" id="role">Submit</div>
    <form onsubmit="return false">
      <input id="field"><textarea id="lines"></textarea><input type="submit" id="input" value="Submit">
    </form>
    <form onsubmit="return false"><input id="elsewhere"><button>Next</button></form>
"#;

async fn set_off(page: &mut dyn Page, id: &str, key: Option<&str>) -> Option<String> {
    let found = page.find(None, &Locator::Css(format!("#{id}"))).await;
    match key {
        Some(key) => page.sets_off(&found.unwrap(), key).await.unwrap(),
        None => match page.click(&found.unwrap(), false).await.unwrap() {
            Clicked::Guarded(text) => Some(text),
            Clicked::Yes => None,
        },
    }
}

#[tokio::test]
async fn whatever_sets_off_a_guarded_button_is_recognised_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let launched = browser(&portal, folder.path()).await;
    let Launched {
        mut page, browser, ..
    } = launched;
    page.goto("containers", "/containers").await.unwrap();
    let write = "document.body.innerHTML = arguments[0]; window.clicked = 0; \
        document.addEventListener('click', () => { window.clicked += 1; });";
    page.evaluate(write, vec![json!(DOCUMENT)]).await.unwrap();
    for (id, key, guarded) in [
        ("plain", None, true),
        ("inner", None, true),
        ("around", None, true),
        ("role", None, true),
        ("input", None, true),
        ("plain", Some("Enter"), true),
        ("field", Some("Enter"), true),
        ("beside", None, false),
        ("other", None, false),
        ("field", None, false),
        ("field", Some("a"), false),
        ("elsewhere", Some("Enter"), false),
    ] {
        let said = set_off(page.as_mut(), id, key).await;
        assert_eq!(said.as_deref(), guarded.then_some("Submit"), "{id} {key:?}");
    }
    // Scripts do not get past it, the driver's own click does: the host has looked at that before.
    let by_script = "document.getElementById('plain').click(); \
        document.getElementById('other').click(); return window.clicked;";
    let clicked = page.evaluate(by_script, Vec::new()).await.unwrap();
    // Three were made above, and scripts make the one on the button that is not guarded.
    assert_eq!(clicked, json!(4));
    let plain = Locator::Css("#plain".to_owned());
    let button = page.find(None, &plain).await.unwrap();
    page.click(&button, true).await.unwrap();
    let clicked: Value = page
        .evaluate("return window.clicked;", Vec::new())
        .await
        .unwrap();
    assert_eq!(clicked, json!(5));
    browser.close(Some(page), Afterwards::RemoveProfile).await;
}

/// The look at an element is over when the pointer comes; what the page makes of it then is not clicked either.
#[tokio::test]
async fn what_a_page_makes_guarded_under_the_pointer_is_not_clicked() {
    let folder = tempfile::tempdir().unwrap();
    let portal = Portal::start(PortalConfig::quick()).await.unwrap();
    let Launched {
        mut page, browser, ..
    } = browser(&portal, folder.path()).await;
    page.goto("containers", "/containers").await.unwrap();
    let write = "document.body.innerHTML = '<button id=trap>Next</button><button id=other>Other</button>'; \
        window.clicked = []; \
        document.addEventListener('pointerdown', () => { document.querySelector('#trap').textContent = 'Submit'; }); \
        document.addEventListener('click', (event) => { window.clicked.push(event.target.textContent); });";
    page.evaluate(write, Vec::new()).await.unwrap();
    for id in ["#trap", "#other"] {
        let button = page.find(None, &Locator::Css(id.to_owned())).await.unwrap();
        assert_eq!(page.click(&button, false).await.unwrap(), Clicked::Yes);
    }
    // Let through, it is clicked.
    let button = page.find(None, &Locator::Css("#trap".to_owned())).await;
    page.click(&button.unwrap(), true).await.unwrap();
    let clicked = page.evaluate("return window.clicked;", Vec::new()).await;
    assert_eq!(clicked.unwrap(), json!(["Other", "Submit"]));
    browser.close(Some(page), Afterwards::RemoveProfile).await;
}
