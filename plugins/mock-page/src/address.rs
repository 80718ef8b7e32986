//! Addresses: where a link leads from where the page is.

/// An address in the three parts that matter here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// Scheme, host and port, without a slash at the end.
    pub(crate) origin: String,
    /// From the first slash, without query and fragment.
    pub(crate) path: String,
    /// Query and fragment, with their marks.
    pub(crate) rest: String,
}

impl Address {
    /// A path of an origin; the path may have a query.
    pub(crate) fn new(origin: &str, path: &str) -> Self {
        let (path, rest) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
        let path = if path.starts_with('/') { path } else { "/" };
        Self {
            origin: origin.to_owned(),
            path: without_dots(path),
            rest: rest.to_owned(),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}{}{}", self.origin, self.path, self.rest)
    }

    /// Where `href` leads; none if it leads nowhere, such as `#part` or `javascript:…`.
    pub(crate) fn join(&self, href: &str) -> Option<Self> {
        let href = href.trim();
        if href.is_empty() || href.starts_with('#') {
            return None;
        }
        if let Some(elsewhere) = href.strip_prefix("//") {
            let scheme = self.origin.split("//").next().unwrap_or("https:");
            return whole(&format!("{scheme}//{elsewhere}"));
        }
        if href.starts_with("http://") || href.starts_with("https://") {
            return whole(href);
        }
        let scheme_end = href.find(':');
        if scheme_end.is_some_and(|end| !href[..end].contains(['/', '?', '#'])) {
            return None;
        }
        if href.starts_with('/') {
            return Some(Self::new(&self.origin, href));
        }
        let folder = if href.starts_with('?') {
            self.path.as_str()
        } else {
            &self.path[..=self.path.rfind('/').unwrap_or(0)]
        };
        Some(Self::new(&self.origin, &format!("{folder}{href}")))
    }
}

fn whole(url: &str) -> Option<Address> {
    let host = url.find("//")? + 2;
    let end = url[host..]
        .find(['/', '?', '#'])
        .map_or(url.len(), |at| host + at);
    let path = if url[end..].starts_with('/') {
        url[end..].to_owned()
    } else {
        format!("/{}", &url[end..])
    };
    Some(Address::new(&url[..end], &path))
}

fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut parts = path.split('/').skip(1).peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        match part {
            "." | ".." => {
                if part == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            _ => kept.push(part),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use crate::address::Address;

    fn from(href: &str) -> Option<String> {
        let here = Address::new("https://containers.test", "/list/all?page=2");
        here.join(href).map(|address| address.url())
    }

    #[test]
    fn links_lead_where_a_browser_would_go() {
        let leads = |href: &str, to: &str| assert_eq!(from(href).as_deref(), Some(to), "{href}");
        leads("one", "https://containers.test/list/one");
        leads("../one?x=1", "https://containers.test/one?x=1");
        leads("/one#part", "https://containers.test/one#part");
        leads("?page=3", "https://containers.test/list/all?page=3");
        leads("//other.test/a", "https://other.test/a");
        leads("https://other.test", "https://other.test/");
    }

    #[test]
    fn fragments_and_scripts_lead_nowhere() {
        for href in ["#part", "", "javascript:void(0)", "mailto:a@b.test"] {
            assert_eq!(from(href), None, "{href}");
        }
    }
}
