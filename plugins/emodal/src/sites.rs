//! The portal's four sites, by their configured names, and the paths that are visited on them.

/// The identity provider.
pub const ACCOUNT: &str = "account";
/// The site with the container list.
pub const CONTAINERS: &str = "containers";
/// The site with the appointment wizard.
pub const WIZARD: &str = "wizard";
/// The site with the appointment list.
pub const APPOINTMENTS: &str = "appointments";

/// A page of one of the sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// The site's configured name.
    pub site: &'static str,
    /// The path on it.
    pub path: &'static str,
}

/// The page that the identity provider shows to somebody who is signed in.
pub const WELCOME: Visit = Visit {
    site: ACCOUNT,
    path: "/Home/Welcome",
};
/// The container list.
pub const CONTAINER_LIST: Visit = Visit {
    site: CONTAINERS,
    path: "/containers",
};
/// The root of the appointment wizard's application.
pub const WIZARD_ROOT: Visit = Visit {
    site: WIZARD,
    path: "/trucker/web/",
};
/// The appointment list.
pub const APPOINTMENT_LIST: Visit = Visit {
    site: APPOINTMENTS,
    path: "/myappointments",
};

/// One page of each site. The identity provider comes first: the others sign in through it,
/// silently.
pub const EVERY_SITE: [Visit; 4] = [WELCOME, CONTAINER_LIST, WIZARD_ROOT, APPOINTMENT_LIST];

/// Where the application at a site starts to sign in. Seen at the containers site.
#[must_use]
pub fn login_of(site: &'static str) -> Visit {
    Visit {
        site,
        path: "/login",
    }
}
