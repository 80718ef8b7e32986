//! The portal's sites: names that components use, and the origins they stand for.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use url::{Origin, Url};

use crate::browser::error::PageError;
use crate::config::schema::{Origins, SITES};

/// The name of a site.
pub type SiteName = &'static str;

/// Where the sites are. A page can be sent to these and nowhere else.
#[derive(Debug, Clone)]
pub struct Sites([(SiteName, Url); 4]);

impl Sites {
    /// The sites at these origins.
    #[must_use]
    pub fn new(origins: &Origins) -> Self {
        let [account, containers, wizard, appointments] = SITES;
        Self([
            (account, origins.account.clone()),
            (containers, origins.containers.clone()),
            (wizard, origins.wizard.clone()),
            (appointments, origins.appointments.clone()),
        ])
    }

    /// The address of a path of a site.
    pub fn address(&self, site: &str, path: &str) -> Result<Url, PageError> {
        let base = self.origin(site)?;
        let address = base
            .join(path)
            .map_err(|error| PageError::InvalidArgument(format!("path `{path}`: {error}")))?;
        // `//elsewhere.test/` and `https://elsewhere.test/` join to another origin.
        if address.origin() != base.origin() {
            return Err(PageError::Denied(format!(
                "`{path}` leaves the site `{site}`"
            )));
        }
        Ok(address)
    }

    /// The site of an address, by exact origin.
    #[must_use]
    pub fn site_of(&self, address: &Url) -> Option<SiteName> {
        let origin = address.origin();
        self.0
            .iter()
            .find(|(_, url)| url.origin() == origin)
            .map(|(name, _)| *name)
    }

    /// The origin of a site in the form that scripts see it.
    pub fn origin_text(&self, site: &str) -> Result<String, PageError> {
        self.origin(site)
            .map(Url::origin)
            .map(|origin: Origin| origin.ascii_serialization())
    }

    fn origin(&self, site: &str) -> Result<&Url, PageError> {
        self.0
            .iter()
            .find(|(name, _)| *name == site)
            .map(|(_, url)| url)
            .ok_or_else(|| {
                let names = self.0.each_ref().map(|(name, _)| *name).join(", ");
                PageError::Denied(format!("site `{site}`; the portal's sites are {names}"))
            })
    }
}

/// The site of this name.
#[must_use]
pub fn known(name: &str) -> Option<SiteName> {
    SITES.into_iter().find(|site| *site == name)
}

/// A site that was written down by its name.
pub(crate) fn by_name<'de, D>(deserializer: D) -> Result<Option<SiteName>, D::Error>
where
    D: Deserializer<'de>,
{
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let unknown = || D::Error::custom(format!("`{text}` is no site of the portal"));
    known(&text).ok_or_else(unknown).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sites() -> Sites {
        Sites::new(&Origins::default())
    }

    #[test]
    fn a_path_is_joined_to_its_site() {
        let address = sites().address("wizard", "/trucker/web/?a=1").unwrap();
        assert_eq!(
            address.as_str(),
            "https://termops.emodal.com/trucker/web/?a=1"
        );
    }

    #[test]
    fn a_path_cannot_leave_its_site() {
        for path in [
            "//elsewhere.test/",
            "https://elsewhere.test/",
            "javascript:alert(1)",
        ] {
            let error = sites().address("containers", path).unwrap_err();
            assert!(matches!(error, PageError::Denied(_)), "{path}: {error}");
        }
    }

    #[test]
    fn a_site_is_told_by_its_exact_origin() {
        let site = |text: &str| sites().site_of(&Url::parse(text).unwrap());
        assert_eq!(
            site("https://ecp2.emodal.com/containers"),
            Some("containers")
        );
        assert_eq!(site("https://ecp2.emodal.com.elsewhere.test/"), None);
        assert_eq!(site("http://ecp2.emodal.com/"), None);
    }
}
