//! A desk for wizard tests: an office whose host may book, and what the portal knows, to compare answers with.
//!
//! Owns: the choice of containers, bookings and terminals by what they are, never by their place in a list.

use std::sync::atomic::{AtomicU32, Ordering};

use gantry::config::schema::PluginSettings;
use gantry_portal::{
    Account, BookingAnswer, Container, MoveType, PortalConfig, RequestEntry, RequestKind, Terminal,
};
use serde_json::{Value, json};

use crate::office::{Answer, Office, by};

pub(crate) const CHECK: &str = "check-appointments";
pub(crate) const MAKE: &str = "make-appointment";
/// A PIN that belongs to nobody.
pub(crate) const PIN: &str = "0042";

pub(crate) struct Desk {
    pub(crate) office: Office,
    pub(crate) account: Account,
}

impl Desk {
    pub(crate) async fn open(portal: PortalConfig) -> Self {
        let office = Office::open(portal, |config| {
            let settings = PluginSettings {
                grants: vec!["submit".to_owned()],
                ..PluginSettings::default()
            };
            config.plugins.settings.insert(MAKE.to_owned(), settings);
            config.limits.reconcile_ms = vec![100, 1_000];
        })
        .await;
        let account = office.account(0);
        Self { office, account }
    }

    pub(crate) async fn quick() -> Self {
        Self::open(PortalConfig::quick()).await
    }

    pub(crate) async fn check(&self, input: Value) -> Answer {
        self.office.run(CHECK, &self.account, input).await
    }

    /// The output of a check that must succeed.
    #[track_caller]
    pub(crate) fn checked(&self, input: Value) -> impl Future<Output = Value> {
        let answer = self.check(input);
        async move { answer.await.ok()["output"].take() }
    }

    /// Books, with a key of its own.
    pub(crate) async fn make(&self, input: Value) -> Answer {
        self.book(by(&self.account, &input)).await
    }

    async fn book(&self, body: Value) -> Answer {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let url = format!("{}/v1/operations/{MAKE}", self.office.url);
        let request = self.office.client.post(url).json(&body);
        let request = request.header("idempotency-key", format!("wizard-booking-{next}"));
        Answer::of(request.send().await.unwrap()).await
    }

    /// Goes on with a paused booking, sending only this.
    pub(crate) async fn go_on_booking(&self, paused: &Answer, input: Value) -> Answer {
        let mut body = by(&self.account, &input);
        body["resume"] = paused.body["hold"]["id"].clone();
        self.book(body).await
    }

    /// Goes on with a paused check, sending only this.
    pub(crate) async fn go_on(&self, paused: &Answer, input: Value) -> Answer {
        let mut body = by(&self.account, &input);
        body["resume"] = paused.body["hold"]["id"].clone();
        assert!(body["resume"].is_string(), "{:#}", paused.body);
        let path = format!("/v1/operations/{CHECK}");
        self.office.post(&path, body).await
    }

    pub(crate) fn terminal(&self, fits: impl Fn(&Terminal) -> bool) -> Terminal {
        let all = self.office.portal.terminals();
        all.into_iter().find(fits).unwrap()
    }

    /// A terminal that asks for nothing special.
    pub(crate) fn plain_terminal(&self) -> Terminal {
        self.terminal(|it| {
            !it.asks_pin && !it.own_chassis && it.no_appointments.is_none() && !it.collapses
        })
    }

    /// Imports whose line and size the portal knows.
    pub(crate) fn imports(&self) -> Vec<Container> {
        let mut all = self.office.portal.containers();
        all.retain(|row| row.trade_type == "IMPORT" && row.detail.is_some());
        all
    }

    /// A booking number that the wizard answers so.
    pub(crate) fn booking_that(&self, answer: BookingAnswer) -> String {
        let containers = self.office.portal.containers();
        let details = containers.iter().filter_map(|row| row.detail.as_ref());
        details
            .filter_map(|detail| detail.booking.clone())
            .find(|number| {
                let portal = &self.office.portal;
                portal.booking_answer(&self.account.username, number) == answer
            })
            .unwrap()
    }

    pub(crate) fn plate(&self) -> String {
        self.office.portal.plates_of(&self.account.username)[0].clone()
    }

    pub(crate) fn company(&self) -> String {
        self.office.portal.companies_of(&self.account.username)[0].clone()
    }

    /// An import at a terminal, with everything that its form asks for.
    pub(crate) fn import(&self, terminal: &Terminal) -> Value {
        let mut input = json!({
            "container_type": "import", "trucking_company": self.company(), "terminal": terminal.name,
            "move_type": "PICK FULL", "container_id": self.imports()[0].number, "truck_plate": self.plate(),
        });
        if terminal.asks_pin {
            input["pin_code"] = json!(PIN);
        }
        input
    }

    /// An import where a PIN is asked for, with a chassis of one's own.
    pub(crate) fn import_with_everything(&self) -> Value {
        let terminal = self.terminal(|it| it.asks_pin && it.no_appointments.is_none());
        let mut input = self.import(&terminal);
        input["own_chassis"] = json!(true);
        input
    }

    /// An export at a terminal, with everything that its form asks for.
    pub(crate) fn export(&self, terminal: &Terminal) -> Value {
        let mut input = json!({
            "container_type": "export", "trucking_company": self.company(), "terminal": terminal.name,
            "move_type": "DROP FULL", "booking_number": self.booking_that(BookingAnswer::Open), "quantity": 1,
            "unit_number": self.imports()[0].number, "truck_plate": self.plate(),
        });
        if terminal.asks_pin {
            input["pin_code"] = json!(PIN);
        }
        input
    }

    /// What the portal offers, as its forms write it.
    pub(crate) fn times(&self, terminal: &Terminal, move_type: MoveType) -> Vec<String> {
        let slots = self.office.portal.slots(&terminal.name, move_type).unwrap();
        slots.open.into_iter().map(|slot| slot.text).collect()
    }

    pub(crate) fn requests(&self, kind: RequestKind) -> Vec<RequestEntry> {
        let mut all = self.office.portal.requests();
        all.retain(|it| it.kind == kind);
        all
    }

    /// Ends; nothing may have been submitted.
    #[track_caller]
    pub(crate) fn close_unbooked(self) -> impl Future<Output = ()> {
        assert_eq!(self.office.portal.bookings(), []);
        assert_eq!(self.requests(RequestKind::Submit).len(), 0);
        self.office.close()
    }
}

/// A field's words in a problem document.
#[track_caller]
pub(crate) fn wanted(answer: &Answer, field: &str) -> String {
    let fields = answer.body["fields"].as_array().unwrap();
    let found = fields.iter().find(|it| it["field"] == field);
    let found = found.unwrap_or_else(|| panic!("no field {field}: {:#}", answer.body));
    found["wanted"].as_str().unwrap().to_owned()
}

/// All of these are among a field's words.
#[track_caller]
pub(crate) fn assert_offered<'a>(
    answer: &Answer,
    field: &str,
    choices: impl IntoIterator<Item = &'a String>,
) {
    let offered = wanted(answer, field);
    let mut choices = choices.into_iter().peekable();
    assert!(choices.peek().is_some(), "nothing to be offered");
    for choice in choices {
        assert!(offered.contains(choice.as_str()), "{choice}: {offered}");
    }
}

/// The texts of the slots in an answer.
pub(crate) fn texts(output: &Value) -> Vec<String> {
    let slots = output["slots"].as_array().unwrap();
    let text = |slot: &Value| slot["text"].as_str().unwrap().to_owned();
    slots.iter().map(text).collect()
}
