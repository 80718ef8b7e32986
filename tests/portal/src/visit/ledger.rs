//! The ledger: what was booked, by whom, for when; and the appointments of the seed.
//!
//! Owns: both, and with them the room that slots have left.
//! Never: refuses a second booking of the same thing: finding those is what it is for.

use std::cmp::Reverse;
use std::sync::{Mutex, MutexGuard};

use serde::{Deserialize, Serialize};

use crate::config::PortalConfig;
use crate::fleet::Container;
use crate::random::Random;
use crate::visit::slots::texts;
use crate::visit::{MoveType, Slot, Slots, Terminal, all_terminals, companies, plates};

/// One appointment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Its number, which not every variant of the pages shows.
    pub number: String,
    /// Whose account it was made with.
    pub username: String,
    /// Trucking company, as chosen.
    pub company: String,
    /// The terminal's option text.
    pub terminal: String,
    /// Move type.
    pub move_type: MoveType,
    /// The container, if the form asked for one.
    pub container: Option<String>,
    /// The booking number, if the form asked for one.
    pub booking: Option<String>,
    /// The line, if the form asked for one.
    pub line: Option<String>,
    /// The size, if the form asked for one.
    pub equip_size: Option<String>,
    /// The slot's option text.
    pub slot: String,
    /// Truck plate, as typed or chosen.
    pub plate: String,
    /// Own chassis, as the switch stood.
    pub own_chassis: bool,
    /// PIN, where the terminal asks for one.
    pub pin: Option<String>,
    /// Unit, of an export.
    pub unit: Option<String>,
    /// The four seals of an export, empty where nothing was typed; else none.
    pub seals: Vec<String>,
    /// When, in milliseconds since the portal started; `None` for one of the seed.
    pub at_ms: Option<u64>,
    /// The id of the click on Submit: moves of one visit share it, two submits do not.
    /// Empty for one of the seed.
    pub request: String,
}

#[derive(Debug)]
pub(crate) struct Ledger {
    seed: u64,
    first_day: chrono::NaiveDate,
    capacity: u32,
    terminals: Vec<Terminal>,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    next: u64,
    bookings: Vec<Booking>,
}

impl Ledger {
    pub(crate) fn new(config: &PortalConfig) -> Self {
        Self {
            seed: config.seed,
            first_day: config.wizard.first_day,
            capacity: config.wizard.slot_capacity,
            terminals: all_terminals(),
            book: Mutex::default(),
        }
    }

    pub(crate) fn terminals(&self) -> &[Terminal] {
        &self.terminals
    }

    pub(crate) fn terminal(&self, name: &str) -> Option<&Terminal> {
        self.terminals.iter().find(|each| each.name == name)
    }

    /// What step 3 offers now.
    pub(crate) fn slots(&self, terminal: &Terminal, move_type: MoveType) -> Slots {
        let book = self.book();
        let texts = texts(self.seed, self.first_day, terminal, move_type);
        let open: Vec<Slot> = texts
            .into_iter()
            .map(|text| Slot {
                left: self.left(&book, &terminal.name, move_type, &text),
                text,
            })
            .filter(|slot| slot.left > 0)
            .collect();
        let spelling = || {
            let usual = "No Appointments Available".to_owned();
            terminal.no_appointments.clone().unwrap_or(usual)
        };
        let none = open.is_empty().then(spelling);
        Slots { open, none }
    }

    // Those of the seed lie in the past of the wizard and take no room.
    fn left(&self, book: &Book, terminal: &str, move_type: MoveType, slot: &str) -> u32 {
        let taken = book.bookings.iter().filter(|booking| {
            booking.at_ms.is_some()
                && booking.terminal == terminal
                && booking.move_type == move_type
                && booking.slot == slot
        });
        let taken = u32::try_from(taken.count()).unwrap_or(u32::MAX);
        self.capacity.saturating_sub(taken)
    }

    /// Books all moves of one submit, or none of them: the slot that has no room is named.
    pub(crate) fn record(&self, mut bookings: Vec<Booking>) -> Result<Vec<Booking>, String> {
        let mut book = self.book();
        let before = book.bookings.len();
        for booking in &mut bookings {
            let (terminal, slot) = (&booking.terminal, &booking.slot);
            if self.left(&book, terminal, booking.move_type, slot) == 0 {
                let slot = slot.clone();
                book.bookings.truncate(before);
                return Err(slot);
            }
            booking.number = book.number();
            book.bookings.push(booking.clone());
        }
        Ok(bookings)
    }

    /// Puts the appointments of the seed into an account.
    pub(crate) fn sow(&self, account: usize, username: &str, count: usize, fleet: &[Container]) {
        let mut random = Random::derived(self.seed, &format!("appointments {account}"));
        let earlier = self.first_day - chrono::Duration::days(14);
        let companies = companies(account);
        let plates = plates(self.seed, account);
        let mut book = self.book();
        let open: Vec<&Terminal> = self
            .terminals
            .iter()
            .filter(|terminal| terminal.no_appointments.is_none())
            .collect();
        for (index, container) in (1..).zip(fleet.iter().cycle().take(count)) {
            let terminal = open[random.below(open.len())];
            let slots = texts(self.seed, earlier, terminal, MoveType::PickFull);
            let booking = Booking {
                number: format!("QS{:03}{index:04}", account + 1),
                username: username.to_owned(),
                company: companies[0].clone(),
                terminal: terminal.name.clone(),
                move_type: MoveType::PickFull,
                container: Some(container.number.clone()),
                booking: None,
                line: None,
                equip_size: None,
                slot: slots[random.below(slots.len())].clone(),
                plate: plates[random.below(plates.len())].clone(),
                own_chassis: terminal.own_chassis,
                pin: terminal.asks_pin.then(|| "4711".to_owned()),
                unit: None,
                seals: Vec::new(),
                at_ms: None,
                request: String::new(),
            };
            book.bookings.push(booking);
        }
    }

    /// Those made in the wizard, oldest first.
    pub(crate) fn bookings(&self) -> Vec<Booking> {
        let mut all = self.book().bookings.clone();
        all.retain(|booking| booking.at_ms.is_some());
        all
    }

    /// The appointments of an account: those made in the wizard, newest first, then the seed's.
    pub(crate) fn of(&self, username: &str) -> Vec<Booking> {
        let mut all = self.book().bookings.clone();
        all.retain(|booking| booking.username == username);
        all.sort_by_key(|booking| Reverse(booking.at_ms));
        all
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().expect("no holder of this lock panics")
    }
}

impl Book {
    fn number(&mut self) -> String {
        self.next += 1;
        format!("QA{:07}", 1_000_000 + self.next)
    }
}
