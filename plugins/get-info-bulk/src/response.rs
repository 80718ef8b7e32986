//! What a caller gets: a result for each container, in the order of the request, and how many failed.
//!
//! Owns: the results while they come in. Each is kept with the host as soon as it is known, so that a
//! call that breaks off has not been for nothing.

use std::collections::{BTreeMap, BTreeSet};

use container_list::outcome::{Code, Missing, Opened};
use emodal::booking::NoBooking;
use emodal::container_number::ContainerNumber;
use emodal::timeline::{Milestone, NoPregate, passed_pregate};
use gantry_sdk::{log, progress};
use schemars::JsonSchema;
use serde::Serialize;

use crate::request::{Asked, Item};

/// The results of all containers.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Response {
    /// By list of the request.
    results: ByList,
}

/// By list of the request.
#[derive(Debug, Serialize, JsonSchema)]
struct ByList {
    /// Of `import_containers`, in its order, each number once.
    import_results: Vec<ImportResult>,
    /// Of `export_containers`, in its order, each number once.
    export_results: Vec<ExportResult>,
    /// How many.
    summary: Summary,
}

/// An import.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct ImportResult {
    /// Its number.
    container_id: String,
    /// Whether its details were read.
    success: bool,
    /// Whether it has passed Pregate; null if that cannot be said.
    pregate_status: Option<bool>,
    /// More of that; null if the details were not read.
    pregate_details: Option<PregateDetails>,
    /// Its milestones, newest first.
    timeline: Vec<Milestone>,
    /// How many they are.
    milestone_count: usize,
    /// Why its details were not read.
    error: Option<Missing>,
}

/// What is known of Pregate.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct PregateDetails {
    /// The date that the portal shows beside it.
    date: Option<String>,
    /// Why it cannot be said whether it is passed.
    reason: Option<NoPregate>,
}

/// An export.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct ExportResult {
    /// Its number.
    container_id: String,
    /// Whether its details were read.
    success: bool,
    /// Its booking number; null if it has none.
    booking_number: Option<String>,
    /// Why it has none, if its details were read.
    reason: Option<NoBooking>,
    /// Why its details were not read.
    error: Option<Missing>,
}

/// How many of each.
#[derive(Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Summary {
    pub(crate) total_import: usize,
    pub(crate) total_export: usize,
    pub(crate) import_success: usize,
    pub(crate) import_failed: usize,
    pub(crate) export_success: usize,
    pub(crate) export_failed: usize,
}

/// The results so far.
#[derive(Debug)]
pub(crate) struct Gathering {
    asked: Asked,
    imports: BTreeMap<String, ImportResult>,
    exports: BTreeMap<String, ExportResult>,
    /// Whether the host keeps parts.
    keeps: bool,
}

impl Gathering {
    /// Nothing is known yet, but what is no number.
    pub(crate) fn of(asked: Asked) -> Self {
        let mut gathering = Self {
            imports: BTreeMap::new(),
            exports: BTreeMap::new(),
            keeps: true,
            asked,
        };
        for (item, error) in not_numbers(&gathering.asked.imports) {
            let result = ImportResult::failed(&item, error);
            gathering.imports.insert(item, result);
        }
        for (item, error) in not_numbers(&gathering.asked.exports) {
            let result = ExportResult::failed(&item, error);
            gathering.exports.insert(item, result);
        }
        gathering
    }

    /// The containers to look up, each once.
    pub(crate) fn wanted(&self) -> Vec<ContainerNumber> {
        let items = self.asked.imports.iter().chain(&self.asked.exports);
        let numbers: BTreeSet<&ContainerNumber> =
            items.filter_map(|item| item.number.as_ref().ok()).collect();
        numbers.into_iter().cloned().collect()
    }

    /// Takes what has become known of a container, in each list that asked for it.
    pub(crate) fn take(&mut self, number: &ContainerNumber, outcome: &Result<Opened, Missing>) {
        let id = number.as_str();
        let is_in = |list: &[Item]| list.iter().any(|item| item.container_id == id);
        if is_in(&self.asked.imports) {
            let result = ImportResult::of(id, outcome);
            self.keep(&format!("import/{id}"), &result);
            self.imports.insert(id.to_owned(), result);
        }
        if is_in(&self.asked.exports) {
            let result = ExportResult::of(id, outcome);
            self.keep(&format!("export/{id}"), &result);
            self.exports.insert(id.to_owned(), result);
        }
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let done = self.imports.len() + self.exports.len();
        let total = self.asked.imports.len() + self.asked.exports.len();
        progress::report("containers", count(done), Some(count(total)));
    }

    /// A part that is not kept is still in the answer.
    fn keep(&mut self, part: &str, result: &impl Serialize) {
        if !self.keeps {
            return;
        }
        let kept = match serde_json::to_string(result) {
            Ok(json) => progress::keep(part, &json).map_err(|problem| problem.message),
            Err(error) => Err(error.to_string()),
        };
        if let Err(why) = kept {
            log::debug(format!("no part of the result is kept from here on: {why}"));
            self.keeps = false;
        }
    }

    /// The answer.
    pub(crate) fn finish(mut self) -> Response {
        let imports = self.asked.imports.iter();
        let import_results: Vec<ImportResult> = imports
            .filter_map(|item| self.imports.remove(&item.container_id))
            .collect();
        let exports = self.asked.exports.iter();
        let export_results: Vec<ExportResult> = exports
            .filter_map(|item| self.exports.remove(&item.container_id))
            .collect();
        let import_success = import_results.iter().filter(|one| one.success).count();
        let export_success = export_results.iter().filter(|one| one.success).count();
        let summary = Summary {
            total_import: import_results.len(),
            total_export: export_results.len(),
            import_success,
            import_failed: import_results.len() - import_success,
            export_success,
            export_failed: export_results.len() - export_success,
        };
        Response {
            results: ByList {
                import_results,
                export_results,
                summary,
            },
        }
    }
}

fn not_numbers(items: &[Item]) -> Vec<(String, Missing)> {
    let wrong = |item: &Item| {
        let error = item.number.as_ref().err()?;
        let missing = Missing::new(Code::InvalidContainerNumber, format!("Wanted: {error}"));
        Some((item.container_id.clone(), missing))
    };
    items.iter().filter_map(wrong).collect()
}

impl ImportResult {
    fn of(id: &str, outcome: &Result<Opened, Missing>) -> Self {
        let read = match outcome {
            Ok(opened) => opened.milestones().map(|timeline| (opened, timeline)),
            Err(missing) => Err(missing.clone()),
        };
        let (opened, timeline) = match read {
            Ok(read) => read,
            Err(missing) => return Self::failed(id, missing),
        };
        let pregate = passed_pregate(&timeline, opened.trade());
        let date = timeline
            .iter()
            .find(|milestone| milestone.name == emodal::timeline::PREGATE)
            .and_then(|milestone| milestone.date.clone());
        Self {
            container_id: id.to_owned(),
            success: true,
            pregate_status: pregate.ok(),
            pregate_details: Some(PregateDetails {
                date,
                reason: pregate.err(),
            }),
            milestone_count: timeline.len(),
            timeline,
            error: None,
        }
    }

    fn failed(id: &str, error: Missing) -> Self {
        Self {
            container_id: id.to_owned(),
            success: false,
            pregate_status: None,
            pregate_details: None,
            timeline: Vec::new(),
            milestone_count: 0,
            error: Some(error),
        }
    }
}

impl ExportResult {
    fn of(id: &str, outcome: &Result<Opened, Missing>) -> Self {
        let read = match outcome {
            Ok(opened) => opened.booking_number(),
            Err(missing) => Err(missing.clone()),
        };
        match read {
            Ok(booking) => Self {
                container_id: id.to_owned(),
                success: true,
                reason: booking.as_ref().err().copied(),
                booking_number: booking.ok(),
                error: None,
            },
            Err(missing) => Self::failed(id, missing),
        }
    }

    fn failed(id: &str, error: Missing) -> Self {
        Self {
            container_id: id.to_owned(),
            success: false,
            booking_number: None,
            reason: None,
            error: Some(error),
        }
    }
}
