//! What holds between any two steps, and at the end.

use gantry::config::limits;
use gantry::model::ids::SessionId;
use gantry::model::session::LeaseKind;
use gantry::pool::entry::{Entry, Next, Stage, Standing};
use gantry::pool::words::WaiterId;

use crate::pool::schedules::play::pick;
use crate::pool::schedules::rules::Rules;
use crate::pool::schedules::violation::{Checked, Rule, hold};
use crate::pool::schedules::world::{Answer, Asker, Chrome, Life, World, index, is_leased};

impl<R: Rules> World<R> {
    pub(crate) fn asker(&mut self, waiter: WaiterId) -> &mut Asker {
        &mut self.askers[index(waiter)]
    }

    /// One of the sessions.
    pub(crate) fn session(&self, which: u8) -> Option<SessionId> {
        let entries = self.rules.roster().entries();
        pick(which, entries.len()).map(|place| entries[place].id)
    }

    pub(crate) fn sessions_where(&self, is: impl Fn(&&Chrome) -> bool) -> Vec<SessionId> {
        let browsers = self.browsers.iter().filter(is);
        browsers.map(|browser| browser.session).collect()
    }

    /// The session that a waiter is in line for.
    pub(crate) fn queue_of(&self, waiter: WaiterId) -> Option<SessionId> {
        let waits = |entry: &&Entry| entry.queue.iter().any(|it| it.id == waiter);
        let mut entries = self.rules.roster().entries().iter();
        entries.find(waits).map(|entry| entry.id)
    }

    pub(crate) fn check(&self) -> Checked {
        self.holders_are_as_in_the_books()?;
        self.browsers_are_as_in_the_books()?;
        self.queues_hold_those_who_wait()?;
        self.nobody_waits_for_a_free_session()
    }

    fn holders_are_as_in_the_books(&self) -> Checked {
        for entry in self.rules.roster().entries() {
            let holds = |held: &&_| is_holder(held, entry);
            let holders = self.leases.iter().filter(holds).count();
            hold(holders <= 1, Rule::OneHolder, || {
                format!("{} has {holders} holders", entry.id)
            })?;
            let rule = if self.undelivered.contains(&entry.id) {
                Rule::UndeliveredComesHome
            } else {
                Rule::ReturnsCount
            };
            hold(holders == usize::from(is_leased(entry.stage)), rule, || {
                format!(
                    "{} is {:?} and has {holders} holders",
                    entry.id, entry.stage
                )
            })?;
        }
        let known = |id| self.rules.roster().get(id).is_some();
        let lost = self
            .leases
            .iter()
            .find(|held| !held.is_given_up && !known(held.session));
        hold(lost.is_none(), Rule::BooksAreTrue, || {
            format!("the books do not know the session of {lost:?}")
        })
    }

    fn browsers_are_as_in_the_books(&self) -> Checked {
        let entries = self.rules.roster().entries();
        for entry in entries {
            let browser = self.browsers.iter().find(|it| it.session == entry.id);
            let life = browser.map(|browser| browser.life);
            let agree = match entry.stage {
                Stage::Queued => life.is_none(),
                Stage::Opening => matches!(life, Some(Life::Starting(_))),
                Stage::Idle | Stage::Leased { .. } => life == Some(Life::Running),
                Stage::Closing(_) => life == Some(Life::Closing),
            };
            hold(agree, Rule::BooksAreTrue, || {
                format!("{} is {:?}, its browser {life:?}", entry.id, entry.stage)
            })?;
        }
        let placed = entries
            .iter()
            .filter(|it| it.stage != Stage::Queued)
            .count();
        hold(placed <= self.bounds.sessions, Rule::Capacity, || {
            format!("{placed} sessions have a place")
        })?;
        hold(self.browsers.len() == placed, Rule::BooksAreTrue, || {
            format!(
                "{placed} sessions have a place, {} browsers run",
                self.browsers.len()
            )
        })
    }

    fn queues_hold_those_who_wait(&self) -> Checked {
        for asker in &self.askers {
            let queue = self.queue_of(asker.id);
            let waits = asker.answer == Answer::Waits;
            hold(!waits || queue.is_some(), Rule::OneAnswer, || {
                format!("{asker:?} is in no queue")
            })?;
            hold(waits || queue.is_none(), Rule::LeaversAreGone, || {
                format!("{asker:?} is still in a queue")
            })?;
            hold(
                queue.is_none() || queue == asker.session,
                Rule::FirstComeFirstServed,
                || format!("{asker:?} is in line for {queue:?}"),
            )?;
        }
        let lengths = self
            .rules
            .roster()
            .entries()
            .iter()
            .map(|it| it.queue.len());
        let longest = lengths.clone().max().unwrap_or(0);
        hold(
            longest <= self.bounds.queue_per_session
                && lengths.sum::<usize>() <= self.bounds.queue_total,
            Rule::BoundedQueues,
            || format!("{longest} wait for one session"),
        )
    }

    fn nobody_waits_for_a_free_session(&self) -> Checked {
        let waits = |entry: &&Entry| {
            let for_persons = matches!(entry.standing, Standing::AwaitingOperator(_));
            let may = |kind| !for_persons || kind == LeaseKind::Operator;
            entry.stage == Stage::Idle && entry.queue.iter().any(|it| may(it.kind))
        };
        let starved = self.rules.roster().entries().iter().find(waits);
        hold(starved.is_none(), Rule::NobodyStarves, || {
            format!("{starved:?}")
        })
    }

    /// Where somebody waits for a browser, every place is taken, and no idle session keeps one. Whoever left may have
    /// freed one since the last look at the clock, so this holds just after it.
    pub(crate) fn room_is_used(&self) -> Checked {
        let entries = self.rules.roster().entries();
        let count = |is: &dyn Fn(&Entry) -> bool| entries.iter().filter(|it| is(it)).count();
        let queued = count(&|it| it.stage == Stage::Queued);
        let freed = count(&|it| {
            matches!(
                it.stage,
                Stage::Closing(Next::End | Next::Rest | Next::Requeue)
            )
        });
        let spare = count(&|it| it.stage == Stage::Idle && it.queue.is_empty());
        let is_full = entries.len() - queued >= self.bounds.sessions;
        hold(
            queued == 0 || is_full && (freed >= queued || spare == 0),
            Rule::NobodyStarves,
            || format!("{queued} wait for a browser: {entries:?}"),
        )?;
        let old = |it: &Entry| self.now.since(it.wear.since) > limits::BROWSER_AGE;
        let worn = |it: &Entry| it.stage == Stage::Idle && it.queue.is_empty() && old(it);
        let waits = |it: &Entry| matches!(it.standing, Standing::AwaitingOperator(_));
        hold(
            count(&|it| worn(it) && !waits(it)) == 0,
            Rule::BooksAreTrue,
            || "a browser is worn out, idle, and not replaced".to_owned(),
        )
    }

    pub(crate) fn nothing_is_left(&self) -> Checked {
        let waits = self.askers.iter().find(|it| it.answer == Answer::Waits);
        hold(waits.is_none(), Rule::OneAnswer, || {
            format!("{waits:?} was never answered")
        })?;
        let entries = self.rules.roster().entries();
        hold(
            entries.is_empty() && self.leases.is_empty() && self.browsers.is_empty(),
            Rule::NothingIsLeft,
            || format!("{entries:?} {:?} {:?}", self.leases, self.browsers),
        )
    }
}

fn is_holder(held: &crate::pool::schedules::world::Held, entry: &Entry) -> bool {
    held.session == entry.id && held.epoch == entry.epoch && !held.is_given_up
}
