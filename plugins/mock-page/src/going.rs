//! Where the page goes: by address, by a link, or because something was done to it.

use crate::address::Address;
use crate::error::{PageError, Problem};
use crate::locate;
use crate::page::MockPage;
use crate::portal::{Fixture, Next, Shows};

/// So many redirects are followed, as browsers do.
const REDIRECTS_MAX: usize = 20;

impl MockPage {
    /// What follows from an action.
    pub(crate) fn follow(&mut self, next: Next) -> Result<(), PageError> {
        match next {
            Next::Page { site, path } => {
                let address = self.address(&site, &path)?;
                self.navigate(address)?;
            }
            Next::Document(html) => self.show(&html),
            Next::Inside(what, html) => {
                let found = locate::all(&self.document, None, &what)?;
                let &first = found.first().ok_or(PageError::NoSuchElement(what))?;
                self.document.replace_inside(first, &html);
            }
            // What comes unasked is refused, as the host does.
            Next::Download(file) => self
                .awaited
                .iter_mut()
                .for_each(|files| files.push(file.clone())),
            Next::Dialog(text) => self.dialog = Some(text),
            Next::All(nexts) => nexts.into_iter().try_for_each(|next| self.follow(next))?,
        }
        Ok(())
    }

    /// Goes where a link leads.
    pub(crate) fn follow_link(&mut self, href: &str) -> Result<(), PageError> {
        match self.at.as_ref().and_then(|at| at.join(href)) {
            Some(address) => self.navigate(address),
            None => Ok(()),
        }
    }

    /// The site where the page is.
    pub(crate) fn site(&self) -> Option<&str> {
        self.site_of(self.at.as_ref()?)
    }

    pub(crate) fn origin(&self, site: &str) -> Result<&str, PageError> {
        let sites = &self.portal.sites;
        let found = sites.iter().find(|(name, _)| name == site);
        found.map(|(_, origin)| origin.as_str()).ok_or_else(|| {
            let names: Vec<&str> = sites.iter().map(|(name, _)| name.as_str()).collect();
            let names = names.join(", ");
            PageError::Denied(format!("site `{site}`; the portal's sites are {names}"))
        })
    }

    pub(crate) fn site_of(&self, at: &Address) -> Option<&str> {
        let found = self
            .portal
            .sites
            .iter()
            .find(|(_, origin)| *origin == at.origin);
        found.map(|(name, _)| name.as_str())
    }

    pub(crate) fn address(&self, site: &str, path: &str) -> Result<Address, PageError> {
        let base = Address::new(self.origin(site)?, "/");
        let address = base.join(path).unwrap_or_else(|| base.clone());
        if address.origin == base.origin {
            Ok(address)
        } else {
            Err(PageError::Denied(format!(
                "`{path}` leaves the site `{site}`"
            )))
        }
    }

    pub(crate) fn navigate(&mut self, mut address: Address) -> Result<(), PageError> {
        for _ in 0..REDIRECTS_MAX {
            match &self.fixture(&address)?.shows {
                Shows::Redirect { site, path } => address = self.address(site, path)?,
                Shows::Html(html) => {
                    let html = html.clone();
                    self.at = Some(address);
                    self.show(&html);
                    return Ok(());
                }
            }
        }
        let message = format!("`{}` is redirected without end", address.url());
        Err(Problem::new("mock-no-fixture", message).into())
    }

    fn fixture(&self, address: &Address) -> Result<&Fixture, PageError> {
        let site = self.site_of(address);
        let with_query = format!("{}{}", address.path, address.rest);
        let of = |path: &str| {
            let mut fixtures = self.portal.fixtures.iter();
            fixtures.find(|one| Some(one.site.as_str()) == site && one.path == path)
        };
        of(&with_query)
            .or_else(|| of(&address.path))
            .ok_or_else(|| {
                let there_are = self.portal.fixtures.iter();
                let there_are: Vec<String> = there_are
                    .map(|fixture| format!("`{}` of `{}`", fixture.path, fixture.site))
                    .collect();
                let there_are = if there_are.is_empty() {
                    "there are none".to_owned()
                } else {
                    format!("there are {}", there_are.join(", "))
                };
                let message = format!(
                    "the mock portal has no page for `{}`; {there_are}",
                    address.url()
                );
                Problem::new("mock-no-fixture", message).into()
            })
    }
}
