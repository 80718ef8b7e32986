//! The pool's rules, one by one, without a browser.

use std::time::{Duration, Instant, SystemTime};

use crate::browser::launch::{Afterwards, Profile};
use crate::config::secrets::{Credentials, HashKey};
use crate::model::clock::Moment;
use crate::model::ids::SessionId;
use crate::model::session::{LeaseKind, Refusal};
use crate::pool::entry::{Condition, Stage, Standing, Waiter};
use crate::pool::error::LeaseDenied;
use crate::pool::recall::Reason;
use crate::pool::roster::Roster;
use crate::pool::words::{Action, Bounds, Owner, WaiterId, Wanted};

/// A roster, its clock, and the keys of some users.
pub(super) struct Books {
    pub(super) roster: Roster,
    pub(super) now: Moment,
    key: HashKey,
    pub(super) waiters: u64,
}

impl Books {
    pub(super) fn new(sessions: usize) -> Self {
        let bounds = Bounds {
            sessions,
            queue_per_session: 3,
            queue_total: 6,
        };
        let now = Moment {
            instant: Instant::now(),
            wall: SystemTime::now(),
        };
        Self {
            roster: Roster::new(bounds),
            now,
            key: HashKey::random(),
            waiters: 0,
        }
    }

    pub(super) fn owner(&self, user: &str) -> Owner {
        let key = self.key.hash(&Credentials::new(user, "secret"));
        Owner {
            key,
            username: user.to_owned(),
        }
    }

    pub(super) fn account(&self, user: &str) -> Wanted {
        Wanted::Account(self.owner(user))
    }

    pub(super) fn ask(&mut self, user: &str) -> (WaiterId, Vec<Action>) {
        let wanted = self.account(user);
        self.ask_for(wanted)
    }

    pub(super) fn ask_for(&mut self, wanted: Wanted) -> (WaiterId, Vec<Action>) {
        self.pass(1);
        self.waiters += 1;
        let id = WaiterId(self.waiters);
        let waiter = self.waiter(id, LeaseKind::Operation);
        (id, self.roster.request(wanted, None, waiter, self.now))
    }

    /// Opens a session and takes its lease.
    pub(super) fn leased(&mut self, user: &str) -> SessionId {
        let (waiter, actions) = self.ask(user);
        let [Action::Launch(id, Profile::Fresh)] = actions[..] else {
            panic!("{actions:?}")
        };
        assert_eq!(self.launch(id), [Action::Grant(id, waiter)]);
        id
    }

    /// Opens a session that is then free.
    pub(super) fn idle(&mut self, user: &str) -> SessionId {
        let id = self.leased(user);
        assert_eq!(self.give_back(id, Condition::SignedIn), []);
        id
    }

    pub(super) fn give_back(&mut self, id: SessionId, condition: Condition) -> Vec<Action> {
        self.pass(1);
        let epoch = self.roster.get(id).unwrap().epoch;
        self.roster.returned(id, epoch, condition, self.now)
    }

    pub(super) fn waiter(&self, id: WaiterId, kind: LeaseKind) -> Waiter {
        Waiter {
            id,
            kind,
            run_id: None,
            hold: Duration::from_mins(10),
            is_patient: false,
            asked: self.now,
        }
    }

    /// Starts the browser that an action asks for.
    pub(super) fn launch(&mut self, id: SessionId) -> Vec<Action> {
        let profile = self.roster.get(id).unwrap().profile;
        self.roster.launched(id, profile, self.now)
    }

    pub(super) fn pass(&mut self, seconds: u64) {
        self.now.instant += Duration::from_secs(seconds);
    }

    pub(super) fn keep_alive(&mut self, id: SessionId) -> Vec<Action> {
        self.waiters += 1;
        let waiter = self.waiter(WaiterId(self.waiters), LeaseKind::KeepAlive);
        self.roster.try_request(id, waiter, self.now)
    }
}

#[test]
fn equal_requests_share_one_browser_and_are_served_in_order() {
    let mut books = Books::new(2);
    let (first, actions) = books.ask("a");
    let [Action::Launch(id, Profile::Fresh)] = actions[..] else {
        panic!("{actions:?}")
    };
    let (second, actions) = books.ask("a");
    assert_eq!(actions, []);
    assert_eq!(books.launch(id), [Action::Grant(id, first)]);
    assert_eq!(
        books.give_back(id, Condition::SignedIn),
        [Action::Grant(id, second)]
    );
}

#[test]
fn browsers_that_are_starting_count_against_the_pool() {
    let mut books = Books::new(2);
    assert!(matches!(
        books.ask("a").1[..],
        [Action::Launch(_, Profile::Fresh)]
    ));
    assert!(matches!(
        books.ask("b").1[..],
        [Action::Launch(_, Profile::Fresh)]
    ));
    assert_eq!(books.ask("c").1, []);
}

#[test]
fn a_full_pool_closes_the_idle_session_whose_last_operation_is_oldest() {
    let mut books = Books::new(3);
    let old = books.idle("a");
    let young = books.idle("b");
    let used = books.leased("c");
    // A keep-alive is no use: it must not make the oldest look young (portal-facts S4).
    assert!(matches!(books.keep_alive(old)[..], [Action::Grant(..)]));
    books.give_back(old, Condition::SignedIn);
    let (waiter, actions) = books.ask("d");
    assert_eq!(actions, [Action::Close(old, Afterwards::RemoveProfile)]);
    assert_eq!(books.roster.get(young).unwrap().stage, Stage::Idle);
    assert!(matches!(
        books.roster.get(used).unwrap().stage,
        Stage::Leased { .. }
    ));
    // The slot is free only when the processes are gone.
    let actions = books.roster.closed(old, books.now);
    let [Action::Forget(..), Action::Launch(id, _)] = actions[..] else {
        panic!("{actions:?}")
    };
    assert_eq!(books.launch(id), [Action::Grant(id, waiter)]);
}

#[test]
fn a_session_in_use_is_never_closed_to_make_room() {
    let mut books = Books::new(1);
    let used = books.leased("a");
    let (waiter, actions) = books.ask("b");
    assert_eq!(actions, []);
    // It makes room when it is free and nobody else waits for it.
    assert_eq!(
        books.give_back(used, Condition::SignedIn),
        [Action::Close(used, Afterwards::RemoveProfile)]
    );
    let actions = books.roster.closed(used, books.now);
    let [Action::Forget(..), Action::Launch(id, _)] = actions[..] else {
        panic!("{actions:?}")
    };
    assert_eq!(books.launch(id), [Action::Grant(id, waiter)]);
}

#[test]
fn a_keep_alive_is_refused_while_somebody_has_the_session_or_waits_for_it() {
    let mut books = Books::new(1);
    let id = books.leased("a");
    let denied = books.keep_alive(id);
    assert!(
        matches!(denied[..], [Action::Deny(_, LeaseDenied::InUse(_))]),
        "{denied:?}"
    );
}

#[test]
fn an_operation_waits_for_a_keep_alive_under_way() {
    let mut books = Books::new(1);
    let id = books.idle("a");
    assert!(matches!(books.keep_alive(id)[..], [Action::Grant(..)]));
    let (waiter, actions) = books.ask("a");
    assert_eq!(actions, [Action::Hurry(id)]);
    assert_eq!(
        books.give_back(id, Condition::AsBefore),
        [Action::Grant(id, waiter)]
    );
}

#[test]
fn the_queue_of_a_session_is_bounded() {
    let mut books = Books::new(1);
    books.leased("a");
    for _ in 0..3 {
        assert_eq!(books.ask("a").1, []);
    }
    let (_, actions) = books.ask("a");
    assert!(matches!(
        actions[..],
        [Action::Deny(_, LeaseDenied::QueueFull { waiting: 3, .. })]
    ));
}

#[test]
fn the_queue_of_the_host_is_bounded() {
    let mut books = Books::new(1);
    books.leased("a");
    for user in ["b", "c", "d", "e", "f", "g"] {
        assert_eq!(books.ask(user).1, []);
    }
    let (_, actions) = books.ask("h");
    assert!(matches!(
        actions[..],
        [Action::Deny(_, LeaseDenied::HostFull { waiting: 6, .. })]
    ));
}

#[test]
fn a_waiter_who_left_is_gone_and_so_is_a_session_asked_for_by_nobody_else() {
    let mut books = Books::new(1);
    let id = books.leased("a");
    let (waiter, _) = books.ask("b");
    assert!(matches!(
        books.roster.leave(waiter)[..],
        [Action::Forget(..)]
    ));
    assert_eq!(books.give_back(id, Condition::SignedIn), []);
    assert_eq!(books.roster.entries().len(), 1);
}

#[test]
fn an_unknown_session_is_refused_and_so_is_one_of_other_credentials() {
    let mut books = Books::new(2);
    let (_, actions) = books.ask_for(Wanted::Session(SessionId::random(), None));
    assert!(matches!(
        actions[..],
        [Action::Deny(_, LeaseDenied::UnknownSession(_))]
    ));
    let id = books.idle("a");
    let other = books.owner("b");
    let (_, actions) = books.ask_for(Wanted::Session(id, Some(other)));
    assert!(matches!(
        actions[..],
        [Action::Deny(_, LeaseDenied::OtherAccount(_))]
    ));
}

#[test]
fn a_refused_account_refuses_everybody_who_waited_for_it_and_is_tried_once() {
    let mut books = Books::new(1);
    let id = books.leased("a");
    let (waiter, _) = books.ask("a");
    let refused = Condition::Refused {
        refusal: Refusal::CredentialsInvalid,
        message: "no".to_owned(),
    };
    let actions = books.give_back(id, refused);
    assert!(
        matches!(&actions[..], [Action::Deny(denied, LeaseDenied::Refused { .. }), Action::Close(..)]
            if *denied == waiter),
        "{actions:?}"
    );
}

#[test]
fn a_session_left_in_the_middle_of_something_is_suspect() {
    let mut books = Books::new(1);
    let id = books.leased("a");
    books.give_back(id, Condition::Unknown);
    assert_eq!(books.roster.get(id).unwrap().standing, Standing::Suspect);
}

#[test]
fn a_session_that_lost_its_browser_gets_another_for_those_who_wait() {
    let mut books = Books::new(1);
    let id = books.leased("a");
    let (waiter, _) = books.ask("a");
    assert_eq!(
        books.give_back(id, Condition::Broken("gone".to_owned())),
        [Action::Close(id, Afterwards::RemoveProfile)]
    );
    assert_eq!(
        books.roster.closed(id, books.now),
        [Action::Launch(id, Profile::Fresh)]
    );
    assert_eq!(books.launch(id), [Action::Grant(id, waiter)]);
    assert_eq!(books.roster.get(id).unwrap().standing, Standing::New);
}

#[test]
fn a_launch_that_fails_is_told_to_all_who_wait_and_frees_the_slot() {
    let mut books = Books::new(1);
    let (first, actions) = books.ask("a");
    let [Action::Launch(id, Profile::Fresh)] = actions[..] else {
        panic!("{actions:?}")
    };
    books.ask("b");
    let why = LeaseDenied::Closed(id);
    let actions = books.roster.launch_failed(id, &why, books.now);
    assert!(
        matches!(&actions[..], [Action::Deny(denied, _), Action::Forget(..), Action::Launch(..)]
            if *denied == first),
        "{actions:?}"
    );
}

#[test]
fn closing_waits_for_the_lease_and_tells_those_who_wait() {
    let mut books = Books::new(1);
    let id = books.leased("a");
    let (waiter, _) = books.ask("a");
    let actions = books.roster.close(id, false, books.now).unwrap();
    assert_eq!(actions, [Action::Deny(waiter, LeaseDenied::Closed(id))]);
    assert_eq!(
        books.give_back(id, Condition::SignedIn),
        [Action::Close(id, Afterwards::RemoveProfile)]
    );
    assert_eq!(
        books.roster.closed(id, books.now),
        [Action::Forget(id, Afterwards::RemoveProfile)]
    );
    assert!(books.roster.is_empty());
}

#[test]
fn a_forced_close_kills_the_browser_under_its_user() {
    let mut books = Books::new(1);
    let id = books.leased("a");
    assert_eq!(
        books.roster.close(id, true, books.now),
        Some(vec![Action::Kill(id, Reason::Closed)])
    );
}

#[test]
fn draining_refuses_new_work_and_ends_every_session() {
    let mut books = Books::new(2);
    let idle = books.idle("a");
    let used = books.leased("b");
    assert_eq!(
        books.roster.drain(books.now),
        [Action::Close(idle, Afterwards::KeepProfile)]
    );
    let (_, actions) = books.ask("c");
    assert!(matches!(
        actions[..],
        [Action::Deny(_, LeaseDenied::Draining)]
    ));
    assert_eq!(
        books.give_back(used, Condition::SignedIn),
        [Action::Close(used, Afterwards::KeepProfile)]
    );
    books.roster.closed(idle, books.now);
    books.roster.closed(used, books.now);
    assert!(books.roster.is_empty());
}

#[test]
fn a_session_that_needs_a_person_refuses_operations_with_the_reason() {
    let mut books = Books::new(1);
    let id = books.leased("a");
    let (waiter, _) = books.ask("a");
    let actions = books.give_back(id, Condition::AwaitingOperator("a code".to_owned()));
    assert!(
        matches!(&actions[..], [Action::Deny(denied, LeaseDenied::OperatorNeeded { .. })]
        if *denied == waiter)
    );
    let (_, actions) = books.ask("a");
    assert!(matches!(
        actions[..],
        [Action::Deny(_, LeaseDenied::OperatorNeeded { .. })]
    ));
}
