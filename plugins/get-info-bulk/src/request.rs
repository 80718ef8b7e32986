//! What a caller asks for.
//!
//! Owns: the checks of the request as a whole; they come before any browser work. A text that is no
//! container number is its own item's failure.

use emodal::container_number::{ContainerNumber, ContainerNumberError};
use gantry_sdk::Failure;
use schemars::JsonSchema;
use serde::Deserialize;

/// Containers in each list. Each row that is opened stays open in the page and makes it larger.
const CONTAINERS_MAX: usize = 100;

/// Which containers. One of the lists at least has to have one; a number that is there twice is
/// answered once.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = [
    { "required": ["import_containers"], "properties": { "import_containers": { "minItems": 1 } } },
    { "required": ["export_containers"], "properties": { "export_containers": { "minItems": 1 } } },
]))]
pub(crate) struct Request {
    /// Containers whose timeline and Pregate are wanted.
    #[serde(default)]
    #[schemars(length(max = CONTAINERS_MAX))]
    import_containers: Vec<String>,
    /// Containers whose booking number is wanted.
    #[serde(default)]
    #[schemars(length(max = CONTAINERS_MAX))]
    export_containers: Vec<String>,
}

/// One container of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// As it is answered: the number, or what was sent instead.
    pub(crate) container_id: String,
    pub(crate) number: Result<ContainerNumber, ContainerNumberError>,
}

/// The containers that are asked for, each once in each list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) imports: Vec<Item>,
    pub(crate) exports: Vec<Item>,
}

impl Request {
    /// The containers, as far as they are numbers.
    ///
    /// # Errors
    /// `invalid-input` if there are none, or too many.
    pub(crate) fn asked(&self) -> Result<Asked, Failure> {
        if self.import_containers.is_empty() && self.export_containers.is_empty() {
            let message = "No containers were asked for";
            let wanted = "one container number or more, here or in `export_containers`";
            return Err(
                Failure::new("invalid-input", message).with_field("import_containers", wanted)
            );
        }
        for (field, list) in [
            ("import_containers", &self.import_containers),
            ("export_containers", &self.export_containers),
        ] {
            if list.len() > CONTAINERS_MAX {
                let message = format!("{} containers are too many at once", list.len());
                let wanted = format!("{CONTAINERS_MAX} or fewer");
                return Err(Failure::new("invalid-input", message).with_field(field, wanted));
            }
        }
        Ok(Asked {
            imports: items(&self.import_containers),
            exports: items(&self.export_containers),
        })
    }
}

fn items(list: &[String]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for text in list {
        let number = text.parse::<ContainerNumber>();
        let container_id = match &number {
            Ok(number) => number.to_string(),
            Err(_) => text.trim().to_owned(),
        };
        if items.iter().all(|item| item.container_id != container_id) {
            items.push(Item {
                container_id,
                number,
            });
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use crate::request::{CONTAINERS_MAX, Request};

    fn request(json: &str) -> Request {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn nothing_asked_for_is_refused() {
        for json in [
            "{}",
            r#"{"import_containers": [], "export_containers": []}"#,
        ] {
            let failure = request(json).asked().unwrap_err();
            assert_eq!(failure.code, "invalid-input");
            assert_eq!(failure.fields[0].0, "import_containers");
        }
    }

    #[test]
    fn too_many_are_refused_with_their_field() {
        let request = Request {
            export_containers: vec!["CSQU3054383".to_owned(); CONTAINERS_MAX + 1],
            ..Request::default()
        };
        assert_eq!(
            request.asked().unwrap_err().fields[0].0,
            "export_containers"
        );
    }

    #[test]
    fn a_number_that_is_there_twice_is_one_item() {
        let json = r#"{"import_containers": ["CSQU3054383", " csqu3054383", "what", "what "]}"#;
        let asked = request(json).asked().unwrap();
        let ids: Vec<&str> = asked
            .imports
            .iter()
            .map(|item| item.container_id.as_str())
            .collect();
        assert_eq!(ids, ["CSQU3054383", "what"]);
        assert!(asked.imports[1].number.is_err());
    }
}
