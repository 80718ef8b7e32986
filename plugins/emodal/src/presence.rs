//! What in a page shows that somebody is signed in, or that nobody is.
//!
//! Owns: the locators of that evidence and the verdict over it. Evidence is an element at the right
//! site: never an address, a word somewhere in the page, or the absence of either. A toolbar alone
//! proves nothing, error pages have one too.

use crate::login;
use crate::sites;
use gantry_sdk::page::{Column, Place, Take};
use gantry_sdk::{Locator, xpath};

const CAPITALS: &str = "'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'";

/// Short messages that the portal's kit shows for a while over the page.
const COMPLAINT: &str = ":is(snack-bar-container, mat-snack-bar-container, .toast-error)";

/// What any page that has come up has some of.
const DRAWN: &str = ":is(mat-toolbar, header, form, table, h1, h2, h3)";

/// The person icon in the header, which the portal shows to whom it knows. Begins at the icons, which
/// are few beside the cells of a list.
#[must_use]
pub fn person_icon() -> Locator {
    xpath(
        "//*[self::mat-icon or self::i or (self::span and contains(@class, 'material-'))]\
         [normalize-space(.)='person' or normalize-space(.)='person_outline' \
           or normalize-space(.)='account_circle' or normalize-space(.)='perm_identity' \
           or contains(@svgicon, 'person') or contains(@svgicon, 'user') \
           or contains(@svgicon, 'account')]\
         [ancestor::*[self::mat-toolbar or self::header or @role='banner' \
           or contains(@class, 'toolbar') or contains(@class, 'header')]]\
         [not(ancestor::table)]",
    )
}

/// The page that takes the place of any other once the session has expired. It says so, and to use
/// the back button; both are asked for, outside of tables, whose content belongs to others.
#[must_use]
pub fn expired_notice() -> Locator {
    let said = |what: &str| {
        format!(
            "[.//text()[{what}][not(ancestor::table or ancestor::script or ancestor::style \
             or ancestor::noscript or ancestor::template)]]"
        )
    };
    let small = format!("translate(., {CAPITALS})");
    let back = said(&format!("contains({small}, 'back button')"));
    let gone = said(&format!(
        "contains({small}, 'not logged in') or contains({small}, 'no longer logged in') \
         or (contains({small}, 'session') and contains({small}, 'expired'))"
    ));
    xpath(format!("//body{back}{gone}"))
}

/// The title of the page that is shown outside of the regions which the portal serves.
#[must_use]
pub fn forbidden_title() -> Locator {
    xpath("//title[contains(., '403') or contains(., 'Forbidden')]")
}

/// The title of a server's error page, such as "502 Bad Gateway". Nothing more comes after it.
#[must_use]
pub fn error_title() -> Locator {
    let status = "number(substring(normalize-space(.), 1, 3))";
    xpath(format!("//title[{status} >= 400 and {status} < 600]"))
}

/// That the page has come up at all, whatever it is.
#[must_use]
pub fn drawn() -> Locator {
    gantry_sdk::css(DRAWN)
}

/// What to read of the document to come to a verdict, all in one round trip.
#[must_use]
pub fn parts() -> Vec<Column> {
    let part = |at: Locator, take: Take| Column { at: Some(at), take };
    vec![
        part(person_icon(), Take::Text),
        part(login::password_input(), Take::OwnText),
        // Not an attribute: one that is not set reads like an element that is not there.
        part(expired_notice(), Take::OwnText),
        part(forbidden_title(), Take::Text),
        part(login::error_area(), Take::Text),
        part(gantry_sdk::css("title"), Take::Text),
        part(gantry_sdk::css("h1, h2, h3"), Take::AllText),
        part(gantry_sdk::css(COMPLAINT), Take::Text),
        part(gantry_sdk::css(DRAWN), Take::OwnText),
    ]
}

/// What was seen of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one finding, independent of the others"
)]
pub struct Seen {
    /// The configured name of the site, if it is one of the portal's.
    pub site: Option<String>,
    /// The path on it.
    pub path: String,
    /// The person icon stands in the header.
    pub person: bool,
    /// A password is asked for.
    pub password: bool,
    /// The page says that the session has expired.
    pub expired: bool,
    /// The title, if it says that access is forbidden.
    pub forbidden: Option<String>,
    /// What the login form says in its own error area.
    pub error: Option<String>,
    /// The document's title.
    pub title: String,
    /// The headings, joined with line feeds.
    pub headings: String,
    /// A short message over the page, such as "Something went wrong".
    pub complaint: Option<String>,
    /// The page has come up: it is not blank.
    pub drawn: bool,
}

/// What that shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The portal knows somebody.
    SignedIn,
    /// The portal asks who it is; the text says how.
    SignedOut(&'static str),
    /// Neither was shown; the text says what was.
    Unknown(String),
}

impl Seen {
    /// Puts together where the page is and the one row that was read with [`parts`].
    #[must_use]
    pub fn new(place: Place, row: &[Option<String>]) -> Self {
        let at = |index: usize| row.get(index).cloned().flatten();
        Self {
            site: place.site,
            path: place.path,
            person: at(0).is_some(),
            password: at(1).is_some(),
            expired: at(2).is_some(),
            forbidden: at(3),
            error: at(4).filter(|text| !text.is_empty()),
            title: at(5).unwrap_or_default(),
            headings: at(6).unwrap_or_default(),
            complaint: at(7)
                .filter(|text| !text.is_empty())
                .map(|text| shortened(&text)),
            drawn: at(8).is_some(),
        }
    }

    /// Whether the page is at the identity provider.
    #[must_use]
    pub fn at_account(&self) -> bool {
        self.site.as_deref() == Some(sites::ACCOUNT)
    }

    /// Whether it is the login form, where it belongs.
    #[must_use]
    pub fn is_login_form(&self) -> bool {
        self.password && self.at_account()
    }

    /// Comes to a verdict. What shows that nobody is signed in goes first: the header may outlive
    /// the session.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.is_login_form() {
            return Verdict::SignedOut("the portal shows its login form");
        }
        if self.expired && self.site.is_some() {
            return Verdict::SignedOut("the portal says that the session has expired");
        }
        let known_to_the_site = self.site.is_some() && self.person && !self.password;
        if known_to_the_site && self.forbidden.is_none() {
            return Verdict::SignedIn;
        }
        Verdict::Unknown(self.described())
    }

    /// Whether this is a page of the portal that has come up, as opposed to a blank one, a foreign
    /// one or a server's error page. What is missing in such a page is missing for good.
    #[must_use]
    pub fn is_portal_page(&self) -> bool {
        let is_status = |text: &str| {
            let number: String = text.chars().take_while(char::is_ascii_digit).collect();
            number
                .parse::<u16>()
                .is_ok_and(|status| (400..600).contains(&status))
        };
        self.site.is_some() && self.drawn && !is_status(&self.title)
    }

    /// Where the page is and what it is headed, for a person. Never the address: it may carry
    /// tokens.
    #[must_use]
    pub fn described(&self) -> String {
        let site = self.site.as_deref().unwrap_or("no site of the portal");
        let heading = self
            .headings
            .lines()
            .find(|line| !line.is_empty())
            .unwrap_or_default();
        format!(
            "a page at {site}, path {}, titled \"{}\", headed \"{}\"",
            shortened(&self.path),
            shortened(&self.title),
            shortened(heading)
        )
    }
}

/// What goes into a message of foreign text.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
#[path = "presence_tests.rs"]
mod tests;
