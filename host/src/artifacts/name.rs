//! File names of artifacts: plain ones only, so that none is a path and each can stand in a header.

use crate::artifacts::media;

const NAME_MAX: usize = 100;

/// Whether a name can be kept as it is.
#[must_use]
pub fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_. ".contains(c);
    !name.is_empty() && name.len() <= NAME_MAX && !name.starts_with('.') && name.chars().all(plain)
}

/// A plain name for what was downloaded under this one, and the media type that goes with its ending. What the portal
/// says of the type is not known: the browser keeps it to itself.
#[must_use]
pub fn of_download(suggested: &str) -> (String, &'static str) {
    let tame = |c: char| {
        let plain = c.is_ascii_alphanumeric() || "-_. ".contains(c);
        if plain { c } else { '_' }
    };
    let name: String = suggested.chars().map(tame).collect();
    let name = name.trim_start_matches(['.', ' ']);
    // Of a name that is too long the end matters: it says what the file is.
    let name = &name[name.len().saturating_sub(NAME_MAX)..];
    let name = name.trim_start_matches(['.', ' ']).trim_end();
    let name = if name.is_empty() { "download" } else { name };
    (name.to_owned(), media::of_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_gets_a_plain_name_that_says_what_it_is() {
        for (suggested, plain) in [
            ("appointments.xlsx", "appointments.xlsx"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("\"a\r\nSet-Cookie: b\".csv", "_a__Set-Cookie_ b_.csv"),
            ("Übersicht.xlsx", "_bersicht.xlsx"),
            ("...", "download"),
            ("", "download"),
        ] {
            let (name, _) = of_download(suggested);
            assert_eq!(name, plain);
            assert!(is_plain(&name), "{name}");
        }
        let (long, media_type) = of_download(&format!("{}.xlsx", "x".repeat(300)));
        assert!(is_plain(&long) && long.ends_with("x.xlsx"));
        assert_eq!(media_type, media::XLSX);
    }
}
