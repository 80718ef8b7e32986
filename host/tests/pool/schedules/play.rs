//! One step of a schedule after another, and the end of the host.

use gantry::browser::launch::{LaunchError, Profile};
use gantry::config::limits;
use gantry::model::ids::SessionId;
use gantry::model::session::LeaseKind;
use gantry::pool::entry::{Condition, Entry, Standing, Waiter};
use gantry::pool::error::LeaseDenied;
use gantry::pool::words::{Action, Adopted, WaiterId, Wanted};

use crate::pool::schedules::rules::Rules;
use crate::pool::schedules::steps::{self, Ask, Start, Step};
use crate::pool::schedules::violation::{Checked, Rule, hold};
use crate::pool::schedules::world::{Answer, Asker, Chrome, HOLD, Held, Life, World};

impl<R: Rules> World<R> {
    pub(crate) fn step(&mut self, step: &Step) -> Checked {
        self.tally.steps += 1;
        match step {
            Step::Ask(ask) => self.ask(*ask),
            Step::Refresh(which) => self.refresh(*which),
            Step::Cancel(which) => self.cancel(*which),
            Step::GiveUp(which) => self.give_up(*which),
            Step::Finish(which, condition) => self.finish(*which, condition.clone()),
            Step::Launched(which, start) => self.launched(*which, *start),
            Step::Closed(which) => self.closed(*which),
            Step::Close { which, force } => self.close(*which, *force),
            Step::Crash(which) => self.crash(*which),
            Step::Pass(pause) => {
                self.now.instant += *pause;
                self.leases.iter_mut().for_each(|it| it.is_received = true);
                let actions = self.rules.roster_mut().upkeep(self.now);
                self.carry_out(actions)?;
                self.room_is_used()
            }
            Step::Grow(which) => {
                if let Some(id) = self.session(*which) {
                    let bytes = limits::BROWSER_MEMORY_BYTES + 1;
                    self.rules.roster_mut().measured(id, bytes);
                }
                Ok(())
            }
            Step::Adopt {
                user,
                knows_password,
            } => self.adopt(*user, *knows_password),
        }?;
        self.check()
    }

    fn new_asker(&mut self, kind: LeaseKind, is_patient: bool, only_tries: bool) -> Waiter {
        let id = WaiterId(self.askers.len() as u64);
        self.askers.push(Asker {
            id,
            kind,
            only_tries,
            session: None,
            answer: Answer::Waits,
        });
        Waiter {
            id,
            kind,
            run_id: None,
            hold: HOLD,
            is_patient,
            asked: self.now,
        }
    }

    fn ask(&mut self, ask: Ask) -> Checked {
        let owner = self.owner(ask.user);
        let of_owner = |entry: &&Entry| entry.username == owner.username;
        let known = self.rules.roster().entries().iter().find(of_owner);
        let wanted = match known.filter(|_| ask.by_id) {
            Some(entry) => Wanted::Session(entry.id, ask.is_patient.then_some(owner)),
            None => Wanted::Account(owner),
        };
        let waiter = self.new_asker(ask.kind, ask.is_patient, false);
        let actions = self.rules.request(wanted, ask.keep_alive, waiter, self.now);
        let in_line = self.queue_of(waiter.id);
        let granted = actions.iter().find_map(|action| match action {
            Action::Grant(id, granted) if *granted == waiter.id => Some(*id),
            _ => None,
        });
        self.askers.last_mut().expect("it was just added").session = in_line.or(granted);
        self.carry_out(actions)
    }

    fn refresh(&mut self, which: u8) -> Checked {
        let Some(id) = self.session(which) else {
            return Ok(());
        };
        let waiter = self.new_asker(LeaseKind::KeepAlive, false, true);
        self.askers.last_mut().expect("it was just added").session = Some(id);
        let actions = self.rules.roster_mut().try_request(id, waiter, self.now);
        self.carry_out(actions)
    }

    fn cancel(&mut self, which: u8) -> Checked {
        let waiting = self.askers.iter().filter(|it| it.answer == Answer::Waits);
        let waiting: Vec<WaiterId> = waiting.map(|asker| asker.id).collect();
        let on_its_way = |held: &&Held| !held.is_received && !held.is_given_up;
        let granted = self.leases.iter().filter(on_its_way);
        let granted: Vec<SessionId> = granted.map(|held| held.session).collect();
        let choice = pick(which, waiting.len() + granted.len());
        match choice {
            Some(place) if place < waiting.len() => {
                let waiter = waiting[place];
                self.asker(waiter).answer = Answer::Left;
                let actions = self.rules.roster_mut().leave(waiter);
                self.carry_out(actions)
            }
            Some(place) => self.lose_reply(granted[place - waiting.len()]),
            None => Ok(()),
        }
    }

    /// Whoever a lease was sent to is gone.
    fn lose_reply(&mut self, id: SessionId) -> Checked {
        let place = self
            .leases
            .iter()
            .position(|it| it.session == id && !it.is_received);
        let held = self.leases.remove(place.expect("it was just found"));
        self.tally.undelivered += 1;
        self.undelivered.push(id);
        let condition = held.ends_as(Condition::Untouched);
        let actions = self.rules.undelivered(id, held.epoch, condition, self.now);
        self.carry_out(actions)
    }

    fn give_up(&mut self, which: u8) -> Checked {
        let waiting = self.askers.iter().filter(|it| it.answer == Answer::Waits);
        let waiting: Vec<WaiterId> = waiting.map(|asker| asker.id).collect();
        let Some(waiter) = pick(which, waiting.len()).map(|place| waiting[place]) else {
            return Ok(());
        };
        let actions = self.rules.roster_mut().give_up(waiter, self.now);
        self.carry_out(actions)?;
        let answer = self.asker(waiter).answer;
        hold(answer == Answer::Denied, Rule::OneAnswer, || {
            format!("{waiter:?} gives up and is told {answer:?}")
        })
    }

    fn finish(&mut self, which: u8, condition: Condition) -> Checked {
        let Some(place) = pick(which, self.leases.len()) else {
            return Ok(());
        };
        let held = self.leases.remove(place);
        let id = held.session;
        let condition = held.ends_as(condition);
        if !held.is_given_up {
            self.undelivered.retain(|session| *session != id);
            self.note(id, &condition);
        }
        let actions = self.rules.returned(id, held.epoch, condition, self.now);
        hold(
            !held.is_given_up || actions.is_empty(),
            Rule::LateReturnsSayNothing,
            || format!("{held:?} comes late, and the pool does {actions:?}"),
        )?;
        self.carry_out(actions)
    }

    /// What is known of the sign-in after a lease.
    fn note(&mut self, id: SessionId, condition: &Condition) {
        let shown = match condition {
            Condition::SignedIn => Standing::SignedIn,
            Condition::SignedOut => Standing::SignedOut,
            Condition::Unknown => Standing::Suspect,
            Condition::AwaitingOperator(reason) => Standing::AwaitingOperator(reason.clone()),
            _ => return,
        };
        self.persons.retain(|(session, _)| *session != id);
        if matches!(shown, Standing::AwaitingOperator(_)) {
            self.persons.push((id, shown.clone()));
        }
        if let Some(browser) = self.browser(id) {
            browser.shown = shown;
        }
    }

    fn launched(&mut self, which: u8, start: Start) -> Checked {
        let starting = |it: &&Chrome| matches!(it.life, Life::Starting(_));
        let starting: Vec<SessionId> = self.sessions_where(starting);
        let Some(id) = pick(which, starting.len()).map(|place| starting[place]) else {
            return Ok(());
        };
        if start == Start::Fails {
            self.browsers.retain(|browser| browser.session != id);
            let why = LeaseDenied::from(LaunchError::Driver("no".to_owned()));
            let actions = self.rules.roster_mut().launch_failed(id, &why, self.now);
            return self.carry_out(actions);
        }
        let person = self.persons.iter().find(|(session, _)| *session == id);
        let person = person.map(|(_, standing)| standing.clone());
        let browser = self.browser(id).expect("it was just found");
        let profile = match browser.life {
            Life::Starting(Profile::Kept) if start == Start::AsOrdered => Profile::Kept,
            _ => Profile::Fresh,
        };
        browser.life = Life::Running;
        browser.shown = match profile {
            Profile::Kept => person.unwrap_or(Standing::Suspect),
            Profile::Fresh => Standing::New,
        };
        if profile == Profile::Fresh {
            self.persons.retain(|(session, _)| *session != id);
        }
        let actions = self.rules.roster_mut().launched(id, profile, self.now);
        self.carry_out(actions)
    }

    fn closed(&mut self, which: u8) -> Checked {
        let closing = self.sessions_where(|it| it.life == Life::Closing);
        let Some(id) = pick(which, closing.len()).map(|place| closing[place]) else {
            return Ok(());
        };
        self.browsers.retain(|browser| browser.session != id);
        let actions = self.rules.roster_mut().closed(id, self.now);
        self.carry_out(actions)
    }

    fn close(&mut self, which: u8, force: bool) -> Checked {
        let Some(id) = self.session(which) else {
            return Ok(());
        };
        self.forced.extend(force.then_some(id));
        let actions = self.rules.roster_mut().close(id, force, self.now);
        self.carry_out(actions.unwrap_or_default())
    }

    fn crash(&mut self, which: u8) -> Checked {
        let running = self.sessions_where(|it| it.life == Life::Running);
        let Some(id) = pick(which, running.len()).map(|place| running[place]) else {
            return Ok(());
        };
        if let Some(held) = self.holder(id) {
            held.is_lost = true;
        }
        let actions = self.rules.roster_mut().found_gone(id, self.now);
        self.carry_out(actions)
    }

    fn adopt(&mut self, user: u8, knows_password: bool) -> Checked {
        let known = self.session(user).filter(|_| knows_password);
        let owner = self.owner(user);
        let adopted = Adopted {
            session_id: known.unwrap_or_else(SessionId::random),
            username: owner.username.clone(),
            keep_alive: true,
            created: self.now.wall,
        };
        let owner = knows_password.then_some(owner);
        let actions = self.rules.roster_mut().adopt(adopted, owner, self.now);
        self.carry_out(actions)
    }

    /// The host stops: everything that is under way ends, in whatever order.
    pub(crate) fn end(&mut self, mut order: u64) -> Checked {
        self.is_draining = true;
        let actions = self.rules.roster_mut().drain(self.now);
        self.carry_out(actions)?;
        self.check()?;
        while !self.leases.is_empty() || !self.browsers.is_empty() {
            order = order
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let [which, how, what, ..] = (order >> 32).to_le_bytes();
            let step = match what % 3 {
                0 => Step::Finish(which, steps::condition(how)),
                1 => Step::Launched(which, steps::start(how)),
                _ => Step::Closed(which),
            };
            self.step(&step)?;
        }
        self.nothing_is_left()
    }
}

impl Held {
    /// Whatever its holder says: a browser that is gone is gone.
    fn ends_as(&self, condition: Condition) -> Condition {
        if self.is_lost || self.killed.is_some() {
            return Condition::Broken("gone".to_owned());
        }
        condition
    }
}

pub(crate) fn pick(which: u8, of: usize) -> Option<usize> {
    usize::from(which).checked_rem(of)
}
