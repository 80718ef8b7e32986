//! A browser small enough for a test: cookies by host, redirects followed by hand.
//!
//! Owns: its cookies. Never: runs a script.

#![allow(dead_code, reason = "each test file uses its own part of the browser")]

use std::collections::HashMap;
use std::net::SocketAddr;

use gantry_portal::{Account, Origin, Portal};
use reqwest::header::{LOCATION, SET_COOKIE};
use reqwest::{Client, Method, Response, Url, redirect};
use serde_json::Value;

/// More than any path between the origins.
const REDIRECTS_MAX: usize = 12;

pub(crate) struct Browser {
    client: Client,
    cookies: HashMap<String, HashMap<String, String>>,
}

/// Where a browser ended up.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) url: Url,
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Page {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// What the page's script is told.
    pub(crate) fn boot(&self) -> Value {
        let text = self.text();
        let (_, rest) = text.split_once("type=\"application/json\">").unwrap();
        serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
    }

    pub(crate) fn is_login(&self) -> bool {
        self.url.path() == "/Account/Login"
    }

    /// The value of a hidden input.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let text = self.text();
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) = text.split_once(&start).unwrap();
        rest.split_once('"').unwrap().0.replace("&amp;", "&")
    }
}

impl Browser {
    pub(crate) fn new() -> Self {
        let mut builder = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy();
        for origin in Origin::ALL {
            builder = builder.resolve(origin.host(), SocketAddr::from(([127, 0, 0, 1], 0)));
        }
        Self {
            client: builder.build().unwrap(),
            cookies: HashMap::new(),
        }
    }

    pub(crate) async fn get(&mut self, url: &str) -> Page {
        self.open(Method::GET, url, None).await.unwrap()
    }

    pub(crate) async fn post(&mut self, url: &str, body: &str) -> Page {
        self.open(Method::POST, url, Some(body.to_owned()))
            .await
            .unwrap()
    }

    pub(crate) async fn open(
        &mut self,
        method: Method,
        url: &str,
        body: Option<String>,
    ) -> reqwest::Result<Page> {
        let mut url = Url::parse(url).unwrap();
        let mut response = self.send(method, &url, body).await?;
        for _ in 0..REDIRECTS_MAX {
            let Some(location) = response.headers().get(LOCATION) else {
                let status = response.status().as_u16();
                return Ok(Page {
                    url,
                    status,
                    body: response.bytes().await?.to_vec(),
                });
            };
            url = url.join(location.to_str().unwrap()).unwrap();
            response = self.send(Method::GET, &url, None).await?;
        }
        panic!("too many redirects, last to {url}")
    }

    async fn send(
        &mut self,
        method: Method,
        url: &Url,
        body: Option<String>,
    ) -> reqwest::Result<Response> {
        let host = url.host_str().unwrap().to_owned();
        let jar = self.cookies.entry(host).or_default();
        let line: Vec<String> = jar
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let is_json = body.as_deref().is_some_and(|text| text.starts_with('['));
        let mut request = self
            .client
            .request(method, url.clone())
            .header("Cookie", line.join("; "));
        if let Some(body) = body {
            let kind = if is_json {
                "application/json"
            } else {
                "application/x-www-form-urlencoded"
            };
            request = request.header("Content-Type", kind).body(body);
        }
        let response = request.send().await?;
        for cookie in response.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            jar.insert(name.to_owned(), value.to_owned());
        }
        Ok(response)
    }

    /// Submits the login form of a page.
    pub(crate) async fn submit(&mut self, login: &Page, account: &Account) -> Page {
        assert!(login.is_login(), "no login form at {}", login.url);
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("Username", &account.username)
            .append_pair("Password", &account.password)
            .append_pair("ReturnUrl", &login.hidden("ReturnUrl"))
            .append_pair("Challenge", &login.hidden("Challenge"))
            .finish();
        self.post(login.url.as_str(), &body).await
    }

    /// A browser that has signed in as the first account and sees the container list.
    pub(crate) async fn at_containers(portal: &Portal) -> (Self, Page) {
        Self::at_containers_as(portal, &portal.accounts()[0]).await
    }

    pub(crate) async fn at_containers_as(portal: &Portal, account: &Account) -> (Self, Page) {
        let mut browser = Self::new();
        let login = browser
            .get(&format!("{}/containers", portal.origins().containers))
            .await;
        let page = browser.submit(&login, account).await;
        assert_eq!(page.url.path(), "/containers");
        (browser, page)
    }

    /// One batch of the list, as its page would ask for it.
    pub(crate) async fn batch(&mut self, portal: &Portal, load: u64, batch: usize) -> Page {
        let base = &portal.origins().containers;
        self.get(&format!("{base}/api/containers?load={load}&batch={batch}"))
            .await
    }

    /// The numbers of a whole load, in order and with repeats, and the requests it took.
    pub(crate) async fn whole_list(&mut self, portal: &Portal, load: u64) -> (Vec<String>, usize) {
        let mut numbers = Vec::new();
        for batch in 0.. {
            let answer = self.batch(portal, load, batch).await.json();
            for row in answer["rows"].as_array().unwrap() {
                numbers.push(row["number"].as_str().unwrap().to_owned());
            }
            if answer["last"].as_bool().unwrap() {
                return (numbers, batch + 1);
            }
        }
        unreachable!("the list ends")
    }
}
