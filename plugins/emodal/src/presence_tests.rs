//! What counts as signed in and as signed out, page by page.

use crate::presence::{Seen, Verdict, parts};
use gantry_sdk::page::Place;

fn at(site: &str) -> Seen {
    Seen {
        site: Some(site.to_owned()),
        ..Seen::default()
    }
}

#[test]
fn person_in_the_header_of_any_site_is_signed_in() {
    for site in ["account", "containers", "wizard", "appointments"] {
        assert_eq!(
            Seen {
                person: true,
                ..at(site)
            }
            .verdict(),
            Verdict::SignedIn
        );
    }
}

#[test]
fn login_form_counts_only_at_the_identity_provider() {
    assert!(matches!(
        Seen {
            password: true,
            ..at("account")
        }
        .verdict(),
        Verdict::SignedOut(_)
    ));
    assert!(matches!(
        Seen {
            password: true,
            ..at("containers")
        }
        .verdict(),
        Verdict::Unknown(_)
    ));
}

#[test]
fn expired_notice_outweighs_a_header_that_is_still_there() {
    let seen = Seen {
        expired: true,
        person: true,
        ..at("containers")
    };
    assert!(matches!(seen.verdict(), Verdict::SignedOut(_)));
}

#[test]
fn page_that_shows_neither_is_unknown_and_described() {
    let seen = Seen {
        title: "Server Error".to_owned(),
        ..at("wizard")
    };
    let Verdict::Unknown(what) = seen.verdict() else {
        panic!("not unknown")
    };
    assert!(what.contains("wizard") && what.contains("Server Error"));
}

#[test]
fn nothing_counts_outside_of_the_portals_sites() {
    for seen in [
        Seen {
            person: true,
            ..Seen::default()
        },
        Seen {
            password: true,
            ..Seen::default()
        },
        Seen {
            expired: true,
            ..Seen::default()
        },
    ] {
        assert!(matches!(seen.verdict(), Verdict::Unknown(_)));
    }
}

#[test]
fn forbidden_page_is_neither() {
    let seen = Seen {
        forbidden: Some("403 Forbidden".to_owned()),
        person: true,
        ..at("containers")
    };
    assert!(matches!(seen.verdict(), Verdict::Unknown(_)));
}

#[test]
fn description_does_not_carry_the_address() {
    let place = Place {
        url: "https://account.example.test/Home?code=secret".to_owned(),
        site: Some("account".to_owned()),
        path: "/Home".to_owned(),
    };
    let seen = Seen::new(place, &vec![None; parts().len()]);
    assert!(!seen.described().contains("secret"));
}

#[test]
fn parts_come_back_in_the_order_in_which_they_were_asked_for() {
    let place = Place {
        url: String::new(),
        site: Some("account".to_owned()),
        path: "/".to_owned(),
    };
    let mut row = vec![None; parts().len()];
    row[1] = Some(String::new());
    row[4] = Some("Invalid username or password".to_owned());
    let seen = Seen::new(place, &row);
    assert!(seen.password && !seen.person && !seen.expired);
    assert_eq!(seen.error.as_deref(), Some("Invalid username or password"));
}

#[test]
fn servers_error_page_and_blank_page_are_not_the_portals() {
    let drawn = Seen {
        drawn: true,
        ..at("containers")
    };
    assert!(drawn.is_portal_page());
    assert!(
        !Seen {
            title: "502 Bad Gateway".to_owned(),
            ..drawn.clone()
        }
        .is_portal_page()
    );
    assert!(
        !Seen {
            drawn: false,
            ..drawn.clone()
        }
        .is_portal_page()
    );
    assert!(
        !Seen {
            site: None,
            ..drawn
        }
        .is_portal_page()
    );
}
