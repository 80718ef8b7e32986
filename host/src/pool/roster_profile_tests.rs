//! Rules of sessions whose browsers come and go: profiles, earlier hosts, the breaker.

use crate::browser::launch::{Afterwards, Profile};
use crate::config::limits;
use crate::pool::entry::{Condition, Next, Stage, Standing};
use crate::pool::error::LeaseDenied;
use crate::pool::roster::tests::Books;
use crate::pool::words::{Action, Adopted, Wanted};

#[test]
fn the_session_of_an_earlier_host_starts_with_its_profile_and_is_suspect() {
    let mut books = Books::new(1);
    let adopted = Books::adopted("a");
    let id = adopted.session_id;
    assert_eq!(
        books.roster.adopt(adopted, None, books.now),
        [Action::Launch(id, Profile::Kept)]
    );
    assert_eq!(books.launch(id), []);
    assert_eq!(books.roster.get(id).unwrap().standing, Standing::Suspect);
}

#[test]
fn the_session_of_an_earlier_host_belongs_to_the_first_who_says_its_password() {
    let mut books = Books::new(1);
    let adopted = Books::adopted("a");
    let id = adopted.session_id;
    books.roster.adopt(adopted, None, books.now);
    books.launch(id);
    let (other, owner) = (books.owner("b"), books.owner("a"));
    let (_, actions) = books.ask_for(Wanted::Session(id, Some(other)));
    assert!(
        matches!(actions[..], [Action::Deny(_, LeaseDenied::OtherAccount(_))]),
        "{actions:?}"
    );
    let (_, actions) = books.ask_for(Wanted::Session(id, Some(owner.clone())));
    assert!(matches!(actions[..], [Action::Grant(..)]), "{actions:?}");
    assert_eq!(books.roster.get(id).unwrap().key, Some(owner.key));
}

#[test]
fn a_session_for_which_there_is_no_room_stays_where_it_is() {
    let mut books = Books::new(1);
    books.idle("a");
    let adopted = Books::adopted("b");
    let id = adopted.session_id;
    assert_eq!(
        books.roster.adopt(adopted, None, books.now),
        [Action::Forget(id, Afterwards::KeepProfile)]
    );
}

#[test]
fn a_session_that_is_here_already_is_not_adopted_again() {
    let mut books = Books::new(2);
    let id = books.leased("a");
    let again = Adopted {
        session_id: id,
        ..Books::adopted("a")
    };
    assert_eq!(books.roster.adopt(again, None, books.now), []);
    assert_eq!(books.roster.entries().len(), 1);
}

#[test]
fn an_account_gets_one_session_of_an_earlier_host_back() {
    let mut books = Books::new(2);
    let owner = books.owner("a");
    let first = Books::adopted("a");
    books.roster.adopt(first, Some(owner.clone()), books.now);
    let second = Books::adopted("a");
    let id = second.session_id;
    assert_eq!(
        books.roster.adopt(second, Some(owner), books.now),
        [Action::Forget(id, Afterwards::RemoveProfile)]
    );
}

#[test]
fn a_host_that_stops_keeps_the_profiles_of_those_who_were_signed_in_only() {
    let mut books = Books::new(2);
    let known = books.idle("a");
    let unknown = books.leased("b");
    books.give_back(unknown, Condition::Unknown);
    let actions = books.roster.drain(books.now);
    assert_eq!(
        actions,
        [
            Action::Close(known, Afterwards::KeepProfile),
            Action::Close(unknown, Afterwards::RemoveProfile)
        ]
    );
    let actions = books.roster.closed(known, books.now);
    assert_eq!(actions, [Action::Forget(known, Afterwards::KeepProfile)]);
}

#[test]
fn a_session_that_is_closed_leaves_no_profile_even_if_the_host_stops_then() {
    let mut books = Books::new(1);
    let id = books.idle("a");
    books.roster.close(id, false, books.now);
    books.roster.drain(books.now);
    assert_eq!(books.stage(id), Stage::Closing(Next::End));
    let actions = books.roster.closed(id, books.now);
    assert_eq!(actions, [Action::Forget(id, Afterwards::RemoveProfile)]);
}

#[test]
fn a_lost_browser_comes_back_with_its_profile_until_the_profile_is_to_blame() {
    let mut books = Books::new(1);
    let id = books.idle("a");
    for loss in 1..=limits::LOSSES_OF_A_PROFILE {
        books.pass(1);
        let kept = loss < limits::LOSSES_OF_A_PROFILE;
        books.roster.found_gone(id, books.now);
        let profile = if kept { Profile::Kept } else { Profile::Fresh };
        assert_eq!(
            books.roster.closed(id, books.now),
            [Action::Launch(id, profile)]
        );
        books.launch(id);
    }
}

#[test]
fn the_breaker_turns_away_whoever_waits_for_a_browser_and_nobody_else() {
    let mut books = Books::new(2);
    let held = books.leased("a");
    let (in_line, _) = books.ask("a");
    books.open_breaker();
    let (_, actions) = books.ask("b");
    assert!(
        matches!(
            actions[..],
            [
                Action::Deny(_, LeaseDenied::LaunchesStopped { .. }),
                Action::Forget(_, Afterwards::RemoveProfile)
            ]
        ),
        "{actions:?}"
    );
    assert_eq!(
        books.give_back(held, Condition::SignedIn),
        [Action::Grant(held, in_line)]
    );
}

#[test]
fn those_already_in_line_for_a_browser_are_turned_away_when_the_breaker_opens() {
    let mut books = Books::new(1);
    let now = books.now;
    for _ in 1..limits::BREAKER_FAILURES {
        books.roster.breaker.failed(now);
    }
    let (_, actions) = books.ask("fails");
    let [Action::Launch(id, _)] = actions[..] else {
        panic!("{actions:?}")
    };
    let (queued, _) = books.ask("b");
    let actions = books.launch_fails(id);
    let is_turned_away = |action: &Action| matches!(action, Action::Deny(id, LeaseDenied::LaunchesStopped { .. }) if *id == queued);
    assert!(actions.iter().any(is_turned_away), "{actions:?}");
    assert!(books.roster.is_empty());
}
