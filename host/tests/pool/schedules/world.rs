//! Everything around the rules: who asks, who holds what, and browsers that are none. Carries out what the rules say
//! and checks each action against what it knows itself.

use std::time::{Duration, Instant, SystemTime};

use gantry::browser::launch::Profile;
use gantry::config::limits;
use gantry::config::secrets::{Credentials, HashKey};
use gantry::model::clock::Moment;
use gantry::model::ids::SessionId;
use gantry::model::session::LeaseKind;
use gantry::pool::entry::{Stage, Standing};
use gantry::pool::recall::Reason;
use gantry::pool::words::{Action, Bounds, Epoch, Owner, WaiterId};

use crate::pool::schedules::rules::Rules;
use crate::pool::schedules::violation::{Checked, Rule, hold};

/// How long a lease may be held.
pub(crate) const HOLD: Duration = Duration::from_mins(1);

/// Where somebody who asked is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Waits,
    Granted,
    Denied,
    Left,
}

/// Somebody who asked.
#[derive(Debug)]
pub(crate) struct Asker {
    pub(crate) id: WaiterId,
    pub(crate) kind: LeaseKind,
    /// Whether it takes a free session only.
    pub(crate) only_tries: bool,
    /// The session that it was put in line for.
    pub(crate) session: Option<SessionId>,
    pub(crate) answer: Answer,
}

/// A lease that is out.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) session: SessionId,
    pub(crate) epoch: Epoch,
    pub(crate) kind: LeaseKind,
    pub(crate) since: Moment,
    /// Whether its holder knows of it yet.
    pub(crate) is_received: bool,
    pub(crate) is_lost: bool,
    pub(crate) killed: Option<Moment>,
    /// Whether the pool went on without it.
    pub(crate) is_given_up: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    Starting(Profile),
    Running,
    Closing,
}

/// A browser.
#[derive(Debug)]
pub(crate) struct Chrome {
    pub(crate) session: SessionId,
    pub(crate) life: Life,
    /// What its last holder found.
    pub(crate) shown: Standing,
}

/// What schedules came by, so that it can be seen that they came by everything.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) steps: u64,
    pub(crate) grants: u64,
    pub(crate) denials: u64,
    pub(crate) closes: u64,
    pub(crate) kills: u64,
    pub(crate) given_up: u64,
    pub(crate) undelivered: u64,
}

impl Tally {
    pub(crate) const fn plus(self, other: Self) -> Self {
        Self {
            steps: self.steps + other.steps,
            grants: self.grants + other.grants,
            denials: self.denials + other.denials,
            closes: self.closes + other.closes,
            kills: self.kills + other.kills,
            given_up: self.given_up + other.given_up,
            undelivered: self.undelivered + other.undelivered,
        }
    }

    pub(crate) fn came_by_everything(self) -> bool {
        let counts = [
            self.grants,
            self.denials,
            self.closes,
            self.kills,
            self.given_up,
            self.undelivered,
        ];
        counts.iter().all(|count| *count > 100)
    }
}

pub(crate) struct World<R> {
    pub(crate) rules: R,
    pub(crate) bounds: Bounds,
    pub(crate) now: Moment,
    pub(crate) key: HashKey,
    pub(crate) askers: Vec<Asker>,
    pub(crate) leases: Vec<Held>,
    pub(crate) browsers: Vec<Chrome>,
    /// Sessions that a person has to act in, whether they have a browser or not.
    pub(crate) persons: Vec<(SessionId, Standing)>,
    pub(crate) forced: Vec<SessionId>,
    /// Whose lease reached nobody.
    pub(crate) undelivered: Vec<SessionId>,
    pub(crate) is_draining: bool,
    pub(crate) tally: Tally,
}

impl<R: Rules> World<R> {
    pub(crate) fn of(sessions: usize) -> Self {
        let bounds = Bounds {
            sessions,
            queue_per_session: 3,
            queue_total: 6,
        };
        Self {
            rules: R::of(bounds),
            bounds,
            now: Moment {
                instant: Instant::now(),
                wall: SystemTime::UNIX_EPOCH,
            },
            key: HashKey::random(),
            askers: Vec::new(),
            leases: Vec::new(),
            browsers: Vec::new(),
            persons: Vec::new(),
            forced: Vec::new(),
            undelivered: Vec::new(),
            is_draining: false,
            tally: Tally::default(),
        }
    }

    pub(crate) fn owner(&self, user: u8) -> Owner {
        let username = format!("user-{user}");
        Owner {
            key: self.key.hash(&Credentials::new(&username, "secret")),
            username,
        }
    }

    pub(crate) fn browser(&mut self, id: SessionId) -> Option<&mut Chrome> {
        self.browsers.iter_mut().find(|it| it.session == id)
    }

    /// The holder of a session, as far as the pool is concerned.
    pub(crate) fn holder(&mut self, id: SessionId) -> Option<&mut Held> {
        let mut leases = self.leases.iter_mut();
        leases.find(|held| held.session == id && !held.is_given_up)
    }

    pub(crate) fn carry_out(&mut self, actions: Vec<Action>) -> Checked {
        for action in actions {
            match action {
                Action::Launch(id, profile) => self.launch(id, profile)?,
                Action::Grant(id, waiter) => self.grant(id, waiter)?,
                Action::Deny(waiter, _) => self.answer(waiter, Answer::Denied)?,
                Action::Close(id, _) => self.close_browser(id)?,
                Action::Hurry(id) => self.hurry(id)?,
                Action::Kill(id, reason) => self.kill(id, reason)?,
                Action::Forget(id, _) => self.forget(id)?,
            }
        }
        Ok(())
    }

    fn launch(&mut self, id: SessionId, profile: Profile) -> Checked {
        hold(
            self.browser(id).is_none() && !self.is_draining,
            Rule::BooksAreTrue,
            || format!("a second browser for {id}, or one while the host stops"),
        )?;
        self.browsers.push(Chrome {
            session: id,
            life: Life::Starting(profile),
            shown: Standing::New,
        });
        hold(
            self.browsers.len() <= self.bounds.sessions,
            Rule::Capacity,
            || format!("{} browsers", self.browsers.len()),
        )
    }

    fn grant(&mut self, id: SessionId, waiter: WaiterId) -> Checked {
        self.tally.grants += 1;
        hold(self.holder(id).is_none(), Rule::OneHolder, || {
            format!("{id} is lent to {waiter:?} and has a holder")
        })?;
        self.in_turn(id, waiter)?;
        self.answer(waiter, Answer::Granted)?;
        self.tells_the_truth(id)?;
        let kind = self.askers[index(waiter)].kind;
        let entry = self.rules.roster().get(id);
        let epoch = entry.map(|entry| entry.epoch).unwrap_or_default();
        self.leases.push(Held {
            session: id,
            epoch,
            kind,
            since: self.now,
            is_received: false,
            is_lost: false,
            killed: None,
            is_given_up: false,
        });
        Ok(())
    }

    /// Whether nobody who waits for the session came before this one. While a person has to act, only persons count.
    fn in_turn(&mut self, id: SessionId, waiter: WaiterId) -> Checked {
        let shown = self.browser(id).map(|browser| browser.shown.clone());
        let for_persons = matches!(shown, Some(Standing::AwaitingOperator(_)));
        let counts = |asker: &&Asker| {
            let waits = asker.answer == Answer::Waits && asker.session == Some(id);
            let may = !for_persons || asker.kind == LeaseKind::Operator || asker.only_tries;
            waits && may || asker.id == waiter && asker.answer != Answer::Waits
        };
        let first = self.askers.iter().find(counts).map(|asker| asker.id);
        hold(first == Some(waiter), Rule::FirstComeFirstServed, || {
            format!("{id} goes to {waiter:?}, it was the turn of {first:?}")
        })
    }

    fn tells_the_truth(&mut self, id: SessionId) -> Checked {
        let told = self.rules.told(id);
        let running = self.browser(id).filter(|it| it.life == Life::Running);
        let shown = running.map(|browser| browser.shown.clone());
        hold(shown.is_some(), Rule::LentWithBrowser, || {
            format!("{id} has no browser")
        })?;
        let signs_in = matches!(told, Some(Standing::New | Standing::SignedOut));
        hold(
            !(signs_in && shown == Some(Standing::SignedIn)),
            Rule::OneSignIn,
            || format!("the holder of {id} is told {told:?}, and somebody is signed in"),
        )?;
        hold(told == shown, Rule::TrueStanding, || {
            format!("the holder of {id} is told {told:?}, it is {shown:?}")
        })
    }

    fn answer(&mut self, waiter: WaiterId, answer: Answer) -> Checked {
        let asker = &mut self.askers[index(waiter)];
        let rule = match asker.answer {
            Answer::Left => Rule::LeaversAreGone,
            _ => Rule::OneAnswer,
        };
        hold(asker.answer == Answer::Waits, rule, || {
            format!("{asker:?} is answered: {answer:?}")
        })?;
        asker.answer = answer;
        self.tally.denials += u64::from(answer == Answer::Denied);
        Ok(())
    }

    fn close_browser(&mut self, id: SessionId) -> Checked {
        self.tally.closes += 1;
        let now = self.now;
        if let Some(held) = self.holder(id) {
            let may_go = |killed: Moment| now.since(killed) > limits::RECLAIM;
            hold(
                held.killed.is_some_and(may_go),
                Rule::NobodyInUseIsTaken,
                || format!("{id} is closed under {held:?}"),
            )?;
            held.is_given_up = true;
            self.tally.given_up += 1;
        }
        let running = self.browser(id).filter(|it| it.life == Life::Running);
        let is_running = running.is_some();
        if let Some(browser) = running {
            browser.life = Life::Closing;
        }
        hold(is_running, Rule::BooksAreTrue, || {
            format!("{id} is closed without a running browser")
        })
    }

    fn hurry(&mut self, id: SessionId) -> Checked {
        let held = self.holder(id);
        hold(
            held.as_ref()
                .is_some_and(|held| held.kind == LeaseKind::KeepAlive),
            Rule::NobodyInUseIsTaken,
            || format!("{id} is hurried, and its holder is {held:?}"),
        )
    }

    fn kill(&mut self, id: SessionId, reason: Reason) -> Checked {
        self.tally.kills += 1;
        let (now, is_forced) = (self.now, self.forced.contains(&id));
        let held = self.holder(id);
        let is_overdue = held
            .as_ref()
            .is_some_and(|held| now.since(held.since) > HOLD);
        let may_be = match reason {
            Reason::Closed => is_forced,
            Reason::Overdue => is_overdue,
            Reason::Wanted => false,
        };
        hold(may_be, Rule::NobodyInUseIsTaken, || {
            format!("{id} is taken away as {reason:?} from {held:?}")
        })?;
        if let Some(held) = held {
            held.killed = held.killed.or(Some(now));
        }
        Ok(())
    }

    fn forget(&mut self, id: SessionId) -> Checked {
        self.persons.retain(|(session, _)| *session != id);
        let entry = self.rules.roster().get(id).map(|entry| entry.stage);
        let has_browser = self.browser(id).is_some();
        hold(entry.is_none() && !has_browser, Rule::BooksAreTrue, || {
            format!("{id} is forgotten while it is {entry:?}, with a browser: {has_browser}")
        })
    }
}

/// Askers are numbered in the order in which they came.
pub(crate) fn index(waiter: WaiterId) -> usize {
    usize::try_from(waiter.0).expect("a schedule has few askers")
}

/// Whether a stage is that of a session which somebody has.
pub(crate) const fn is_leased(stage: Stage) -> bool {
    matches!(stage, Stage::Leased { .. })
}
