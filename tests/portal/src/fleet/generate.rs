//! Makes the containers of one account, in the proportions that were seen.
//!
//! Owns: the draws. Proportions are of the 385 rows of the facts; how many of those
//! were without data is not known and is taken to be 40.
//! Never: uses a clock: equal seeds must give equal rows.

use std::collections::HashSet;

use chrono::{Duration, NaiveDate, NaiveDateTime};

use crate::fleet::{Badge, Container, FeesCell, HoldsCell, TextCell, TicketCell};
use crate::fleet::{detail, iso6346, words};
use crate::random::Random;

const SEEN_ROWS: usize = 385;

/// Serial numbers an account draws from; fifty accounts share one set of prefixes.
const BLOCK: usize = 20_000;
const BLOCKS: usize = 50;

/// The containers of account number `account`, counted from zero.
pub(crate) fn generate(seed: u64, account: usize, count: usize) -> Vec<Container> {
    let mut random = Random::derived(seed, &format!("fleet {account}"));
    let numbers = numbers(account, count, &mut random);
    let kinds = kinds(count, &mut random);
    (0..count)
        .map(|index| {
            let neighbour = &numbers[(index + 1) % count];
            container(&numbers[index], neighbour, &kinds[index], &mut random)
        })
        .collect()
}

/// Different numbers with valid check digits. Every tenth is the twin of the one
/// before it: equal but for the end.
fn numbers(account: usize, count: usize, random: &mut Random) -> Vec<String> {
    let prefixes = words::PREFIXES[(account / BLOCKS) % words::PREFIXES.len()];
    let block = (account % BLOCKS) * BLOCK;
    let mut used = HashSet::new();
    let mut numbers: Vec<String> = Vec::with_capacity(count);
    let mut last = ("", 0);
    while numbers.len() < count {
        let is_twin = numbers.len() % 10 == 9;
        let (prefix, serial) = if is_twin && last.1 % 10 < 9 {
            (last.0, last.1 + 1)
        } else {
            (random.pick(&prefixes), block + random.below(BLOCK))
        };
        last = (prefix, serial);
        let stem = format!("{prefix}{serial:06}");
        let Some(digit) = iso6346::check_digit(&stem) else {
            continue;
        };
        if used.insert(stem.clone()) {
            numbers.push(format!("{stem}{digit}"));
        }
    }
    numbers
}

/// What is special about a row.
#[derive(Clone, Default)]
struct Kind {
    no_data: bool,
    badge: Option<Badge>,
    fees_icon: bool,
    ticket: Ticket,
    starred: bool,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Ticket {
    #[default]
    Ordinary,
    Masked,
    Mixed,
}

fn kinds(count: usize, random: &mut Random) -> Vec<Kind> {
    // Rounded up, so that a short list has one of each kind as well.
    let scaled = |seen: usize| (seen * count).div_ceil(SEEN_ROWS);
    let mut kinds = vec![Kind::default(); count];
    let mut places: Vec<usize> = (0..count).collect();
    random.shuffle(&mut places);
    let (without, with_data) = places.split_at(scaled(40).min(count));
    for &place in without {
        kinds[place].no_data = true;
    }
    for (rank, &place) in with_data.iter().enumerate() {
        kinds[place].badge = match rank {
            rank if rank < scaled(15) => Some(Badge::E),
            rank if rank < scaled(15) + scaled(13) => None,
            _ => Some(Badge::L),
        };
    }
    let mut places = with_data.to_vec();
    random.shuffle(&mut places);
    for &place in places.iter().take(scaled(10)) {
        kinds[place].fees_icon = true;
    }
    random.shuffle(&mut places);
    for (rank, &place) in places.iter().take(scaled(30)).enumerate() {
        kinds[place].ticket = if rank % 3 == 0 {
            Ticket::Mixed
        } else {
            Ticket::Masked
        };
    }
    for &place in places.iter().skip(scaled(30)).take(scaled(2)) {
        kinds[place].starred = true;
    }
    kinds
}

fn container(number: &str, neighbour: &str, kind: &Kind, random: &mut Random) -> Container {
    if kind.no_data {
        return without_data(number);
    }
    let is_export = random.percent(25);
    let (status, milestones_passed) = progress(is_export, random);
    let first = start(random);
    let terminal = random.pick(&words::TERMINALS);
    let (vessel_name, vessel_code) = random.pick(&words::VESSELS);
    let line = random.pick(&words::LINES);
    let voyage = format!("{:03}{}", random.below(200), random.pick(&["E", "W"]));
    let has_hold = random.percent(15);
    let (pregate_ticket, emodal_pregate_status, gate_status) =
        gate(kind, terminal.0, first, random);
    let facts = detail::Facts {
        is_export,
        status,
        has_hold,
        terminal,
        line,
        vessel: vessel_code,
        voyage: &voyage,
        fees_due: kind.fees_icon,
        milestones_passed,
        first,
        neighbour,
    };
    let detail = detail::draw(&facts, random);
    Container {
        number: number.to_owned(),
        badge: kind.badge,
        trade_type: if is_export { "EXPORT" } else { "IMPORT" }.to_owned(),
        status: status.to_owned(),
        holds: if has_hold {
            HoldsCell::Yes
        } else {
            HoldsCell::No
        },
        pregate_ticket,
        emodal_pregate_status,
        gate_status,
        origin: code_or_not(random),
        destination: code_or_not(random),
        current_loc: terminal.0.to_owned(),
        line: line.to_owned(),
        vessel_name: vessel_name.to_owned(),
        vessel_code: vessel_code.to_owned(),
        size_type: random.pick(&words::SIZES).to_owned(),
        fees: if kind.fees_icon {
            FeesCell::IconOnly
        } else {
            FeesCell::NotAvailable
        },
        lfd_gtd: lfd(is_export, first, random),
        tags: tags(random),
        voyage,
        detail: Some(detail),
    }
}

fn without_data(number: &str) -> Container {
    let none = || "N/A".to_owned();
    Container {
        number: number.to_owned(),
        badge: None,
        trade_type: none(),
        status: none(),
        holds: HoldsCell::NotAvailable,
        pregate_ticket: TicketCell {
            first: TextCell::plain("N/A"),
            link: false,
            second: None,
        },
        emodal_pregate_status: TextCell::plain("N/A"),
        gate_status: TextCell::plain("N/A"),
        origin: none(),
        destination: none(),
        current_loc: none(),
        line: none(),
        vessel_name: none(),
        vessel_code: none(),
        voyage: none(),
        size_type: none(),
        fees: FeesCell::NotAvailable,
        lfd_gtd: none(),
        tags: none(),
        detail: None,
    }
}

/// A status, and how many milestones are behind a container in it.
fn progress(is_export: bool, random: &mut Random) -> (&'static str, usize) {
    if is_export {
        return random.pick(&[
            ("GATE OUT", 1),
            ("GATE IN", 4),
            ("IN YARD", 4),
            ("ON VESSEL", 5),
        ]);
    }
    random.pick(&[
        ("ON VESSEL", 1),
        ("IN YARD", 2),
        ("IN YARD", 4),
        ("IN YARD", 5),
        ("GATE OUT", 6),
        ("GATE OUT", 8),
        ("GATE IN", 9),
    ])
}

fn gate(
    kind: &Kind,
    terminal: &str,
    day: NaiveDateTime,
    random: &mut Random,
) -> (TicketCell, TextCell, TextCell) {
    let ordinary = [
        ("COMPLETED", "ACCEPTED"),
        ("CONFIRMED", "CONFIRMED"),
        ("MISSED", "REJECTED"),
        ("CANCELED", "CANCELED"),
        ("CONFIRMED", "PENDING"),
    ];
    let (pregate, at_gate) = random.pick(&ordinary);
    let na = || TextCell::plain("N/A");
    match kind.ticket {
        Ticket::Masked => {
            let second = random.percent(50).then(|| TextCell::mask(7));
            let first = TextCell::mask(13);
            (
                TicketCell {
                    first,
                    link: false,
                    second,
                },
                TextCell::mask(9),
                TextCell::mask(8),
            )
        }
        Ticket::Mixed => {
            let second = Some(TextCell::mask(7));
            (
                TicketCell {
                    first: na(),
                    link: false,
                    second,
                },
                TextCell::mask(9),
                na(),
            )
        }
        Ticket::Ordinary if !kind.starred && random.percent(45) => (
            TicketCell {
                first: na(),
                link: false,
                second: None,
            },
            na(),
            na(),
        ),
        Ticket::Ordinary => {
            let text = format!(
                "{terminal}-{}-{}",
                day.format("%m%d"),
                random.between(10_000, 99_999)
            );
            let second = random
                .percent(60)
                .then(|| TextCell::plain(&random.between(1_000_000, 9_999_999).to_string()));
            let pregate = if kind.starred { "*CONFIRMED" } else { pregate };
            let first = TextCell::plain(&text);
            (
                TicketCell {
                    first,
                    link: true,
                    second,
                },
                TextCell::plain(pregate),
                TextCell::plain(at_gate),
            )
        }
    }
}

fn start(random: &mut Random) -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(2025, 10, 1).expect("the day exists");
    let minutes = i64::try_from(random.below(30 * 24 * 60)).expect("it is small");
    day.and_hms_opt(0, 0, 0).expect("midnight exists") + Duration::minutes(minutes)
}

fn code_or_not(random: &mut Random) -> String {
    if random.percent(20) {
        return "N/A".to_owned();
    }
    random.pick(&words::TERMINALS).0.to_owned()
}

fn lfd(is_export: bool, first: NaiveDateTime, random: &mut Random) -> String {
    if is_export || random.percent(30) {
        return "N/A".to_owned();
    }
    let until = first + Duration::days(4);
    format!(
        "{} - {}",
        first.format("%m/%d/%Y"),
        until.format("%m/%d/%Y")
    )
}

fn tags(random: &mut Random) -> String {
    if random.percent(70) {
        return "N/A".to_owned();
    }
    random.pick(&words::TAGS).to_owned()
}
