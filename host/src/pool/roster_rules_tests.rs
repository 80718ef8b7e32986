//! The pool's rules of patience, of lateness and of earlier hosts, one by one, without a browser.

use std::time::{Duration, SystemTime};

use crate::browser::launch::{Afterwards, LaunchError, Profile};
use crate::config::limits;
use crate::model::ids::SessionId;
use crate::model::session::LeaseKind;
use crate::pool::entry::{Condition, Stage, Standing, Waiter};
use crate::pool::error::LeaseDenied;
use crate::pool::recall::Reason;
use crate::pool::roster::tests::Books;
use crate::pool::words::{Action, Adopted, Epoch, WaiterId};

impl Books {
    /// Asks with a waiter that is not the ordinary one.
    pub(in crate::pool) fn ask_as(
        &mut self,
        user: &str,
        of: impl FnOnce(Waiter) -> Waiter,
    ) -> (WaiterId, Vec<Action>) {
        self.pass(1);
        self.waiters += 1;
        let id = WaiterId(self.waiters);
        let waiter = of(self.waiter(id, LeaseKind::Operation));
        let wanted = self.account(user);
        (id, self.roster.request(wanted, None, waiter, self.now))
    }

    pub(in crate::pool) fn patiently(&mut self, user: &str) -> (WaiterId, Vec<Action>) {
        let patient = |waiter| Waiter {
            is_patient: true,
            ..waiter
        };
        self.ask_as(user, patient)
    }

    pub(in crate::pool) fn as_operator(&mut self, user: &str) -> (WaiterId, Vec<Action>) {
        let operator = |waiter| Waiter {
            kind: LeaseKind::Operator,
            ..waiter
        };
        self.ask_as(user, operator)
    }

    /// A session in which a person has to act.
    pub(in crate::pool) fn awaiting(&mut self, user: &str) -> SessionId {
        let id = self.leased(user);
        self.give_back(id, Condition::AwaitingOperator("a code".to_owned()));
        id
    }

    pub(in crate::pool) fn stage(&self, id: SessionId) -> Stage {
        self.roster.get(id).unwrap().stage
    }

    pub(in crate::pool) fn launch_fails(&mut self, id: SessionId) -> Vec<Action> {
        let why = LaunchError::Driver("no".to_owned()).into();
        self.roster.launch_failed(id, &why, self.now)
    }

    /// Browsers fail until no further one is tried.
    pub(in crate::pool) fn open_breaker(&mut self) {
        for _ in 0..limits::BREAKER_FAILURES {
            let (_, actions) = self.ask("fails");
            let [Action::Launch(id, _)] = actions[..] else {
                panic!("{actions:?}")
            };
            self.launch_fails(id);
        }
    }

    pub(in crate::pool) fn adopted(user: &str) -> Adopted {
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
