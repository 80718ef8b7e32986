//! The pool's rules of patience, of lateness and of earlier hosts, one by one, without a browser.

use std::time::{Duration, SystemTime};

use crate::browser::launch::{Afterwards, LaunchError, Profile};
use crate::config::limits;
use crate::model::ids::SessionId;
use crate::model::session::LeaseKind;
use crate::pool::entry::{Condition, Next, Stage, Standing, Waiter};
use crate::pool::error::LeaseDenied;
use crate::pool::recall::Reason;
use crate::pool::roster::tests::Books;
use crate::pool::words::{Action, Adopted, Epoch, WaiterId, Wanted};

impl Books {
    /// Asks with a waiter that is not the ordinary one.
    fn ask_as(&mut self, user: &str, of: impl FnOnce(Waiter) -> Waiter) -> (WaiterId, Vec<Action>) {
        self.pass(1);
        self.waiters += 1;
        let id = WaiterId(self.waiters);
        let waiter = of(self.waiter(id, LeaseKind::Operation));
        let wanted = self.account(user);
        (id, self.roster.request(wanted, None, waiter, self.now))
    }

    fn patiently(&mut self, user: &str) -> (WaiterId, Vec<Action>) {
        let patient = |waiter| Waiter {
            is_patient: true,
            ..waiter
        };
        self.ask_as(user, patient)
    }

    fn as_operator(&mut self, user: &str) -> (WaiterId, Vec<Action>) {
        let operator = |waiter| Waiter {
            kind: LeaseKind::Operator,
            ..waiter
        };
        self.ask_as(user, operator)
    }

    /// A session in which a person has to act.
    fn awaiting(&mut self, user: &str) -> SessionId {
        let id = self.leased(user);
        self.give_back(id, Condition::AwaitingOperator("a code".to_owned()));
        id
    }

    fn stage(&self, id: SessionId) -> Stage {
        self.roster.get(id).unwrap().stage
    }

    fn launch_fails(&mut self, id: SessionId) -> Vec<Action> {
        let why = LaunchError::Driver("no".to_owned()).into();
        self.roster.launch_failed(id, &why, self.now)
    }

    /// Browsers fail until no further one is tried.
    fn open_breaker(&mut self) {
        for _ in 0..limits::BREAKER_FAILURES {
            let (_, actions) = self.ask("fails");
            let [Action::Launch(id, _)] = actions[..] else {
                panic!("{actions:?}")
            };
            self.launch_fails(id);
        }
    }

    fn adopted(user: &str) -> Adopted {
        Adopted {
            session_id: SessionId::random(),
            username: user.to_owned(),
            keep_alive: true,
            created: SystemTime::UNIX_EPOCH,
        }
    }
}

#[test]
fn whoever_is_patient_waits_for_a_person_and_has_the_session_after_them() {
    let mut books = Books::new(1);
    let id = books.awaiting("a");
    let (patient, actions) = books.patiently("a");
    assert_eq!(actions, []);
    // The person comes later and goes first.
    let (operator, actions) = books.as_operator("a");
    assert_eq!(actions, [Action::Grant(id, operator)]);
    assert_eq!(
        books.give_back(id, Condition::SignedIn),
        [Action::Grant(id, patient)]
    );
}

#[test]
fn the_line_of_those_who_wait_for_a_person_is_bounded_and_the_person_still_gets_in() {
    let mut books = Books::new(1);
    let id = books.awaiting("a");
    for _ in 0..3 {
        assert_eq!(books.patiently("a").1, []);
    }
    let (_, actions) = books.patiently("a");
    assert!(
        matches!(
            actions[..],
            [Action::Deny(_, LeaseDenied::QueueFull { waiting: 3, .. })]
        ),
        "{actions:?}"
    );
    let (operator, actions) = books.as_operator("a");
    assert_eq!(actions, [Action::Grant(id, operator)]);
}

#[test]
fn whoever_is_patient_keeps_waiting_when_a_person_turns_out_to_be_needed() {
    let mut books = Books::new(1);
    let id = books.leased("a");
    let (_, actions) = books.patiently("a");
    assert_eq!(actions, []);
    let needed = Condition::AwaitingOperator("a code".to_owned());
    assert_eq!(books.give_back(id, needed), []);
    assert_eq!(books.roster.get(id).unwrap().queue.len(), 1);
}

#[test]
fn an_operator_waits_for_a_lease_like_anybody_else() {
    let mut books = Books::new(1);
    let id = books.leased("a");
    let (first, _) = books.ask("a");
    let (operator, actions) = books.as_operator("a");
    assert_eq!(actions, []);
    assert_eq!(
        books.give_back(id, Condition::SignedIn),
        [Action::Grant(id, first)]
    );
    assert_eq!(
        books.give_back(id, Condition::SignedIn),
        [Action::Grant(id, operator)]
    );
}

#[test]
fn whoever_gives_up_learns_that_a_person_was_needed() {
    let mut books = Books::new(1);
    let id = books.awaiting("a");
    let (patient, _) = books.patiently("a");
    let actions = books.roster.give_up(patient, books.now);
    let reason = "a code".to_owned();
    let denied = LeaseDenied::OperatorNeeded {
        session: id,
        reason,
    };
    assert_eq!(actions, [Action::Deny(patient, denied)]);
}

#[test]
fn whoever_gives_up_in_a_busy_session_learns_how_long_it_waited_and_when_to_come_back() {
    let mut books = Books::new(1);
    books.leased("a");
    let (waiter, _) = books.ask("a");
    books.pass(7);
    let denied = LeaseDenied::WaitedTooLong {
        waited: Duration::from_secs(7),
        retry_after: limits::FIRST_HOLD,
    };
    assert_eq!(
        books.roster.give_up(waiter, books.now),
        [Action::Deny(waiter, denied)]
    );
}

#[test]
fn whoever_has_its_answer_gives_up_nothing() {
    let mut books = Books::new(1);
    let id = books.leased("a");
    assert_eq!(books.roster.give_up(WaiterId(1), books.now), []);
    assert!(matches!(books.stage(id), Stage::Leased { .. }));
}

#[test]
fn a_late_return_says_nothing() {
    let mut books = Books::new(1);
    let id = books.idle("a");
    let late = books.roster.get(id).unwrap().epoch;
    let (_, actions) = books.ask("a");
    assert!(matches!(actions[..], [Action::Grant(..)]));
    let refused = Condition::AwaitingOperator("a code".to_owned());
    assert_eq!(books.roster.returned(id, late, refused, books.now), []);
    assert!(matches!(books.stage(id), Stage::Leased { .. }));
    assert_eq!(books.roster.get(id).unwrap().standing, Standing::SignedIn);
}

#[test]
fn a_lease_that_comes_home_twice_counts_once() {
    let mut books = Books::new(1);
    let id = books.idle("a");
    let epoch = books.roster.get(id).unwrap().epoch;
    assert_eq!(epoch, Epoch(1));
    let broken = Condition::Broken("gone".to_owned());
    assert_eq!(books.roster.returned(id, epoch, broken, books.now), []);
    assert_eq!(books.stage(id), Stage::Idle);
}

#[test]
fn a_holder_who_does_not_react_is_given_up() {
    let mut books = Books::new(1);
    let id = books.leased("a");
    books.pass(601);
    assert_eq!(
        books.roster.upkeep(books.now),
        [Action::Kill(id, Reason::Overdue)]
    );
    books.pass(10);
    assert_eq!(books.roster.upkeep(books.now), []);
    books.pass(1);
    assert_eq!(
        books.roster.upkeep(books.now),
        [Action::Close(id, Afterwards::RemoveProfile)]
    );
}

#[test]
fn a_busy_session_gives_way_to_an_account_that_has_waited_for_long_and_comes_back_after_it() {
    let mut books = Books::new(1);
    let busy = books.leased("a");
    let (quiet, _) = books.ask("b");
    let (again, _) = books.ask("a");
    books.pass(7);
    // Nine seconds are not long enough: the line of the busy session moves on.
    assert_eq!(
        books.give_back(busy, Condition::SignedIn),
        [Action::Grant(busy, again)]
    );
    let (third, _) = books.ask("a");
    assert_eq!(
        books.give_back(busy, Condition::SignedIn),
        [Action::Close(busy, Afterwards::KeepProfile)]
    );
    let actions = books.roster.closed(busy, books.now);
    let [Action::Launch(id, Profile::Fresh)] = actions[..] else {
        panic!("{actions:?}")
    };
    assert_eq!(books.launch(id), [Action::Grant(id, quiet)]);
    assert_eq!(books.stage(busy), Stage::Queued);
    let actions = books.give_back(id, Condition::SignedIn);
    assert_eq!(actions, [Action::Close(id, Afterwards::RemoveProfile)]);
    let actions = books.roster.closed(id, books.now);
    assert_eq!(actions[1], Action::Launch(busy, Profile::Kept));
    assert_eq!(books.launch(busy), [Action::Grant(busy, third)]);
}

#[test]
fn nobody_gives_way_where_an_idle_session_can() {
    let mut books = Books::new(2);
    let busy = books.leased("a");
    let idle = books.leased("b");
    let (_, actions) = books.ask("c");
    assert_eq!(actions, []);
    let (again, _) = books.ask("a");
    books.pass(20);
    assert!(matches!(
        books.give_back(idle, Condition::SignedIn)[..],
        [Action::Close(..)]
    ));
    assert_eq!(
        books.give_back(busy, Condition::SignedIn),
        [Action::Grant(busy, again)]
    );
}

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
