//! What a caller asks for, and the goal it stands for.
//!
//! Owns: the checks that need no browser; they come first.

use emodal::container_number::ContainerNumber;
use emodal::list::Collected;
use gantry_sdk::Failure;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::response::StoppedReason;

/// Which containers to read. Without any field: all of them.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// Read on until this container (ISO 6346, with check digit) is in the list. Goes before the
    /// other fields.
    #[serde(default)]
    target_container_id: Option<String>,
    /// Answer exactly so many containers, or all if there are fewer. Goes before `first_page_only`.
    #[serde(default)]
    #[schemars(range(min = 1))]
    target_count: Option<u32>,
    /// Read only what the portal shows without scrolling.
    #[serde(default)]
    first_page_only: bool,
}

/// When to stop before the end of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Goal {
    /// Not at all.
    All,
    /// With so many containers.
    Count(u32),
    /// With this container.
    Container(ContainerNumber),
    /// After what is there without scrolling.
    FirstPage,
}

impl Request {
    /// The goal that the fields stand for.
    ///
    /// # Errors
    /// `invalid-input`, naming the field.
    pub(crate) fn goal(&self) -> Result<Goal, Failure> {
        if let Some(text) = &self.target_container_id {
            return text.parse().map(Goal::Container).map_err(|error| {
                refused(
                    "target_container_id",
                    format!("`{}` is no container number", text.trim()),
                    &error.to_string(),
                )
            });
        }
        match self.target_count {
            Some(0) => Err(refused(
                "target_count",
                "No containers were asked for".to_owned(),
                "1 or more",
            )),
            Some(count) => Ok(Goal::Count(count)),
            None if self.first_page_only => Ok(Goal::FirstPage),
            None => Ok(Goal::All),
        }
    }
}

fn refused(field: &str, message: String, accepted: &str) -> Failure {
    Failure::new("invalid-input", message).with_field(field, accepted)
}

impl Goal {
    /// Why to stop with what has been collected, if that is enough.
    pub(crate) fn reached(&self, collected: &Collected) -> Option<StoppedReason> {
        match self {
            Self::All => None,
            Self::Count(count) => (collected.containers().len() >= *count as usize)
                .then_some(StoppedReason::TargetCount),
            Self::Container(number) => collected
                .has(number.as_str())
                .then_some(StoppedReason::TargetFound),
            Self::FirstPage => Some(StoppedReason::FirstPage),
        }
    }

    /// The most containers to answer.
    pub(crate) fn at_most(&self) -> usize {
        match self {
            Self::Count(count) => *count as usize,
            Self::All | Self::Container(_) | Self::FirstPage => usize::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::request::{Goal, Request};

    fn request(json: &str) -> Request {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn nothing_asked_for_means_everything() {
        assert_eq!(request("{}").goal().unwrap(), Goal::All);
        assert_eq!(
            request(r#"{"target_count": null}"#).goal().unwrap(),
            Goal::All
        );
    }

    #[test]
    fn container_goes_before_count_and_count_before_first_page() {
        let goal = request(
            r#"{"target_container_id": "CSQU3054383", "target_count": 5, "first_page_only": true}"#,
        );
        assert!(matches!(goal.goal().unwrap(), Goal::Container(_)));
        let goal = request(r#"{"target_count": 5, "first_page_only": true}"#);
        assert_eq!(goal.goal().unwrap(), Goal::Count(5));
        assert_eq!(
            request(r#"{"first_page_only": true}"#).goal().unwrap(),
            Goal::FirstPage
        );
    }

    #[test]
    fn wrong_container_number_is_refused_with_its_field() {
        for text in ["CSQU3054384", "CSQU", ""] {
            let request = Request {
                target_container_id: Some(text.to_owned()),
                ..Request::default()
            };
            let failure = request.goal().unwrap_err();
            assert_eq!(failure.code, "invalid-input");
            assert_eq!(failure.fields[0].0, "target_container_id");
            assert!(!failure.retryable);
        }
    }

    #[test]
    fn count_of_zero_is_refused() {
        assert_eq!(
            request(r#"{"target_count": 0}"#).goal().unwrap_err().fields[0].0,
            "target_count"
        );
    }

    #[test]
    fn unknown_field_is_refused() {
        assert!(serde_json::from_str::<Request>(r#"{"target_cont": 1}"#).is_err());
    }
}
