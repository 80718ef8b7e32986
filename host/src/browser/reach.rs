//! What browsers may reach: the hosts of the portal's sites, and those from which its pages load parts.
//!
//! Chromium itself holds it, for whatever a page's scripts try: names and addresses of all other hosts resolve to nothing, for
//! requests, navigations, web sockets and look-ahead alike, and WebRTC gets no way around. Ports are not told apart.

use std::sync::Arc;

use url::Url;

use crate::config::schema::Portal;

/// The hosts that browsers may reach. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Reach(Arc<[String]>);

impl Reach {
    /// The hosts of this portal.
    #[must_use]
    pub fn new(portal: &Portal) -> Self {
        let origins = &portal.origins;
        let sites = [
            &origins.account,
            &origins.containers,
            &origins.wizard,
            &origins.appointments,
        ];
        let mut hosts: Vec<String> = sites.into_iter().filter_map(host).collect();
        hosts.extend(portal.also_reach.iter().map(|host| host.to_lowercase()));
        hosts.sort();
        hosts.dedup();
        Self(hosts.into())
    }

    /// Chromium's switches that hold it.
    pub(crate) fn switches(&self) -> [String; 2] {
        let excluded = self.0.iter().map(|host| format!(", EXCLUDE {host}"));
        let rules = format!("MAP * ~NOTFOUND{}", excluded.collect::<String>());
        [
            format!("--host-resolver-rules={rules}"),
            // It sends datagrams to addresses without resolving them.
            "--webrtc-ip-handling-policy=disable_non_proxied_udp".to_owned(),
        ]
    }

    /// Whether an address is within reach. What has no host, such as a `data:` URL, is.
    #[must_use]
    pub fn permits(&self, address: &Url) -> bool {
        let Some(wanted) = host(address) else {
            return true;
        };
        self.0.iter().any(|host| match host.strip_prefix("*.") {
            Some(parent) => wanted
                .strip_suffix(parent)
                .is_some_and(|under| under.len() > 1 && under.ends_with('.')),
            None => *host == wanted,
        })
    }
}

/// The host of an address as Chromium's rules name it: an address of IPv6 without its brackets.
fn host(address: &Url) -> Option<String> {
    let host = address.host_str()?;
    Some(host.trim_matches(['[', ']']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(also: &[&str]) -> Reach {
        Reach::new(&Portal {
            also_reach: also.iter().map(|&host| host.to_owned()).collect(),
            ..Portal::default()
        })
    }

    #[test]
    fn the_portals_hosts_are_within_reach_and_what_only_looks_like_them_is_not() {
        let reach = reach(&["*.cdn.test", "Static.test"]);
        let permits = |address: &str| reach.permits(&Url::parse(address).unwrap());
        for address in [
            "https://ecp2.emodal.com/containers",
            "wss://termops.emodal.com/",
            "https://a.cdn.test/x.js",
            "https://static.test/",
            "data:text/plain,x",
        ] {
            assert!(permits(address), "{address}");
        }
        for address in [
            "https://emodal.com/",
            "https://ecp2.emodal.com.elsewhere.test/",
            "https://xecp2.emodal.com/",
            "https://cdn.test/",
            "https://.cdn.test/",
            "https://xcdn.test/",
            "http://127.0.0.1/",
            "http://[::1]/",
        ] {
            assert!(!permits(address), "{address}");
        }
    }

    #[test]
    fn chromium_is_told_each_host_once() {
        let [rules, _] = reach(&["static.test", "static.test"]).switches();
        assert_eq!(rules.matches("static.test").count(), 1);
        assert!(rules.starts_with("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE "));
        assert!(rules.contains("EXCLUDE termops.emodal.com"));
    }
}
