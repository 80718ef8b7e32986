//! Asking for one container.

use emodal::container_number::ContainerNumber;
use gantry_sdk::Failure;
use schemars::JsonSchema;
use serde::Deserialize;

/// Which container.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContainerRequest {
    /// Its number (ISO 6346, with check digit).
    container_id: String,
}

impl ContainerRequest {
    /// The number that was asked for.
    ///
    /// # Errors
    /// `invalid-input`, naming the field.
    pub fn number(&self) -> Result<ContainerNumber, Failure> {
        self.container_id.parse().map_err(|error| {
            let text = self.container_id.trim();
            let message = format!("`{text}` is no container number");
            Failure::new("invalid-input", message).with_field("container_id", format!("{error}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::request::ContainerRequest;

    #[test]
    fn wrong_number_is_refused_with_its_field() {
        for text in ["CSQU3054384", "CSQU305438", "", "\"); drop"] {
            let request = ContainerRequest {
                container_id: text.to_owned(),
            };
            let failure = request.number().unwrap_err();
            assert_eq!(failure.code, "invalid-input");
            assert_eq!(failure.fields[0].0, "container_id");
        }
    }
}
