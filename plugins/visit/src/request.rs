//! What a caller says of a visit. Which of it a form needs shows in the form.
//!
//! Owns: the checks that need no browser; they come first.

use emodal::container_number::ContainerNumber;
use emodal::words::{is_same, listed};
use gantry_sdk::Failure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the visit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContainerType {
    /// A full container is picked up, or comes back empty.
    Import,
    /// A full container is brought, or an empty one picked up for it.
    Export,
}

impl ContainerType {
    fn moves(self) -> [&'static str; 2] {
        match self {
            Self::Import => ["PICK FULL", "DROP EMPTY"],
            Self::Export => ["DROP FULL", "PICK EMPTY"],
        }
    }
}

/// One visit. What is left out and needed is asked for by name, with the choices that the portal offers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct VisitRequest {
    /// Whether it is for an import or for an export.
    pub container_type: ContainerType,
    /// The trucking company, as the portal writes it. Left out, only the account's one company is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trucking_company: Option<String>,
    /// The terminal, as the portal writes it. White space, dashes and case do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<String>,
    /// `PICK FULL` or `DROP EMPTY` for an import, `DROP FULL` or `PICK EMPTY` for an export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub move_type: Option<String>,
    /// The container (ISO 6346, with check digit), where the form asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container_id: Option<String>,
    /// The booking, where the form asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking_number: Option<String>,
    /// The shipping line, where the form asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// A size of that line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equip_size: Option<String>,
    /// How many moves, where the form asks for a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10))]
    pub quantity: Option<u32>,
    /// The PIN, where the terminal asks for one. Never answered back.
    #[serde(default, skip_serializing)]
    pub pin_code: Option<String>,
    /// The truck's plate: one of those that the portal offers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truck_plate: Option<String>,
    /// Whether the chassis is the trucker's own. Left out: as the portal has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_chassis: Option<bool>,
    /// The unit that is brought, where the form asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_number: Option<String>,
    /// Up to four seals of an export.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 4))]
    pub seals: Vec<String>,
}

impl VisitRequest {
    /// The request without outer white space, once it is right as far as it goes. An empty text counts as left out.
    ///
    /// # Errors
    /// `invalid-input`, naming the field.
    pub fn checked(mut self) -> Result<Self, Failure> {
        for field in [
            &mut self.trucking_company,
            &mut self.terminal,
            &mut self.move_type,
            &mut self.container_id,
            &mut self.booking_number,
            &mut self.line,
            &mut self.equip_size,
            &mut self.pin_code,
            &mut self.truck_plate,
            &mut self.unit_number,
        ] {
            *field = field
                .take()
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty());
        }
        if let Some(text) = &self.container_id {
            let number: ContainerNumber =
                text.parse()
                    .map_err(|error: emodal::container_number::ContainerNumberError| {
                        refused(
                            "container_id",
                            format!("`{text}` is no container number"),
                            &error.to_string(),
                        )
                    })?;
            self.container_id = Some(number.as_str().to_owned());
        }
        if let Some(move_type) = &self.move_type
            && !self
                .container_type
                .moves()
                .iter()
                .any(|one| is_same(one, move_type))
        {
            let message = format!("`{move_type}` is no move of an {}", self.kind());
            return Err(refused(
                "move_type",
                message,
                &listed(&self.container_type.moves()),
            ));
        }
        if self.quantity == Some(0) {
            return Err(refused(
                "quantity",
                "No moves were asked for".to_owned(),
                "1 to 10",
            ));
        }
        Ok(self)
    }

    /// The moves that fit what the visit is for, of those that are offered.
    pub(crate) fn fitting(&self, offered: &[String]) -> Vec<String> {
        let fits = |text: &&String| {
            self.container_type
                .moves()
                .iter()
                .any(|one| is_same(one, text))
        };
        offered.iter().filter(fits).cloned().collect()
    }

    fn kind(&self) -> &'static str {
        match self.container_type {
            ContainerType::Import => "import",
            ContainerType::Export => "export",
        }
    }
}

fn refused(field: &str, message: String, accepted: &str) -> Failure {
    Failure::new("invalid-input", message).with_field(field, accepted)
}

#[cfg(test)]
mod tests {
    use crate::request::VisitRequest;

    fn request(json: &str) -> VisitRequest {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn container_with_a_wrong_check_digit_and_move_of_the_other_kind_are_refused_by_name() {
        for (json, field) in [
            (
                r#"{"container_type": "import", "container_id": "CSQU3054384"}"#,
                "container_id",
            ),
            (
                r#"{"container_type": "import", "move_type": "DROP FULL"}"#,
                "move_type",
            ),
            (
                r#"{"container_type": "export", "move_type": "pick  full"}"#,
                "move_type",
            ),
            (r#"{"container_type": "export", "quantity": 0}"#, "quantity"),
        ] {
            let failure = request(json).checked().unwrap_err();
            assert_eq!(failure.code, "invalid-input");
            assert_eq!(failure.fields[0].0, field);
            assert!(!failure.resumable);
        }
    }

    #[test]
    fn empty_text_is_left_out_and_nothing_is_put_in() {
        let checked = request(
            r#"{"container_type": "import", "truck_plate": " ", "container_id": "csqu3054383"}"#,
        )
        .checked()
        .unwrap();
        assert_eq!(checked.truck_plate, None);
        assert_eq!(checked.container_id.as_deref(), Some("CSQU3054383"));
        assert_eq!(
            (checked.pin_code, checked.quantity, checked.own_chassis),
            (None, None, None)
        );
        assert!(checked.seals.is_empty());
    }

    #[test]
    fn pin_is_never_answered_back() {
        let with_pin = request(r#"{"container_type": "import", "pin_code": "4711"}"#);
        assert!(!serde_json::to_string(&with_pin).unwrap().contains("4711"));
    }
}
