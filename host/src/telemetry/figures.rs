//! The figures of one host: whoever does something counts it here, and `GET /metrics` reads it.
//!
//! Owns: a recorder of its own, so that two hosts in one process count apart. Gauges are not kept: they are read from
//! the truth whenever somebody asks. Never: takes a label that callers or portals choose freely.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use metrics::{Key, KeyName, Label, Level, Metadata, Recorder as _};
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

use crate::config::limits;
use crate::telemetry::metric::{Kind, Metric, Reading, Unit};
use crate::telemetry::table::{self, PORTAL};

/// What is told instead of a value that is too long, looks like an identifier, or is one too many.
const OTHER: &str = "other";

static METADATA: Metadata<'static> =
    Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

/// The figures of one host. Cheap to clone.
#[derive(Clone)]
pub struct Figures(Arc<Inner>);

struct Inner {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    /// Error codes that were told: operations have their own, and might have any number.
    codes: Mutex<BTreeSet<String>>,
    watched: Mutex<Vec<Watched>>,
}

/// Reads gauges that only some part of the host can read.
type Watched = Box<dyn Fn() -> Vec<Reading> + Send + Sync>;

impl Figures {
    /// Figures of which all are 0.
    #[must_use]
    pub fn new() -> Self {
        let recorder = recorder();
        let figures = Self(Arc::new(Inner {
            handle: recorder.handle(),
            recorder,
            codes: Mutex::default(),
            watched: Mutex::default(),
        }));
        let counters = table::ALL
            .iter()
            .filter(|metric| metric.kind == Kind::Counter);
        for metric in counters {
            for labels in metric.from_zero {
                figures.add(metric, labels, 0);
            }
        }
        figures
    }

    /// Counts one more. The labels are the metric's, in its order, without `portal`.
    pub fn count(&self, metric: &Metric, labels: &[&str]) {
        self.add(metric, labels, 1);
    }

    /// Counts so many more.
    pub fn add(&self, metric: &Metric, labels: &[&str], more: u64) {
        debug_assert_eq!(metric.kind, Kind::Counter, "{}", metric.name);
        let counter = self
            .0
            .recorder
            .register_counter(&key(metric, labels), &METADATA);
        counter.increment(more);
    }

    /// Notes how long something took.
    pub fn took(&self, metric: &Metric, labels: &[&str], time: Duration) {
        debug_assert_eq!(metric.kind, Kind::Histogram, "{}", metric.name);
        let histogram = self
            .0
            .recorder
            .register_histogram(&key(metric, labels), &METADATA);
        histogram.record(time.as_secs_f64());
    }

    /// An error code as a label: those that an operation made up are bounded in form and number.
    #[must_use]
    pub fn code(&self, code: &str) -> String {
        let is_plain = code.len() <= limits::LABEL_CHARACTERS
            && code.bytes().all(|c| c.is_ascii_lowercase() || c == b'-');
        let mut codes = self.0.codes.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = codes.contains(code);
        if is_plain && (is_known || codes.len() < limits::CODES_TOLD) {
            codes.insert(code.to_owned());
            return code.to_owned();
        }
        OTHER.to_owned()
    }

    /// Has gauges read in this way whenever somebody asks; it may take a moment and must not wait for anybody.
    pub fn watch(&self, read: impl Fn() -> Vec<Reading> + Send + Sync + 'static) {
        self.watched().push(Box::new(read));
    }

    fn watched(&self) -> MutexGuard<'_, Vec<Watched>> {
        let watched = self.0.watched.lock();
        watched.unwrap_or_else(PoisonError::into_inner)
    }

    /// The text of all, in the format that Prometheus reads (0.0.4), with these gauges beside those that are watched.
    #[must_use]
    pub fn text(&self, gauges: &[Reading]) -> String {
        let momentary = recorder();
        let watched: Vec<Reading> = self.watched().iter().flat_map(|read| read()).collect();
        for gauge in gauges.iter().chain(&watched) {
            debug_assert_eq!(gauge.metric.kind, Kind::Gauge, "{}", gauge.metric.name);
            let labels: Vec<&str> = gauge.labels.iter().map(String::as_str).collect();
            let key = key(gauge.metric, &labels);
            momentary.register_gauge(&key, &METADATA).set(gauge.value);
        }
        self.0.handle.render() + &momentary.handle().render()
    }

    /// Sums up what was noted since the last time: without it, times that nobody asks for would pile up.
    pub fn sum_up(&self) {
        self.0.handle.run_upkeep();
    }
}

impl Default for Figures {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Figures")
    }
}

fn recorder() -> PrometheusRecorder {
    let mut builder = PrometheusBuilder::new();
    for metric in table::ALL {
        if metric.kind == Kind::Histogram {
            let name = Matcher::Full(metric.name.to_owned());
            builder = builder
                .set_buckets_for_metric(name, metric.buckets)
                .expect("every histogram of the table has buckets");
        }
    }
    let recorder = builder.build_recorder();
    for metric in table::ALL {
        let name = KeyName::from_const_str(metric.name);
        let unit = Some(match metric.unit {
            Unit::Count => metrics::Unit::Count,
            Unit::Seconds => metrics::Unit::Seconds,
            Unit::Bytes => metrics::Unit::Bytes,
        });
        let help = metric.help.into();
        match metric.kind {
            Kind::Counter => recorder.describe_counter(name, unit, help),
            Kind::Gauge => recorder.describe_gauge(name, unit, help),
            Kind::Histogram => recorder.describe_histogram(name, unit, help),
        }
    }
    recorder
}

fn key(metric: &Metric, labels: &[&str]) -> Key {
    let mut given = labels.iter();
    let labels: Vec<Label> = metric
        .labels
        .iter()
        .map(|&name| match name {
            "portal" => Label::from_static_parts("portal", PORTAL),
            name => {
                let value = given.next().expect("every label has its value");
                Label::new(name, (*value).to_owned())
            }
        })
        .collect();
    debug_assert!(given.next().is_none(), "{} has fewer labels", metric.name);
    Key::from_parts(metric.name, labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_hosts_in_one_process_count_apart() {
        let (one, other) = (Figures::new(), Figures::new());
        one.count(&table::REJECTIONS, &["queue-full"]);
        let line = "admission_rejections_total{reason=\"queue-full\"} 1\n";
        assert!(one.text(&[]).contains(line), "{}", one.text(&[]));
        assert!(!other.text(&[]).contains("queue-full"));
    }

    #[test]
    fn a_gauge_is_gone_when_it_is_not_read_any_more() {
        let figures = Figures::new();
        let reading = Reading::of(&table::SESSIONS, &["idle"], 2.0);
        let text = figures.text(&[reading]);
        assert!(text.contains("session_count{portal=\"emodal\",state=\"idle\"} 2\n"));
        assert!(!figures.text(&[]).contains("session_count"));
    }

    #[test]
    fn what_must_never_happen_is_there_as_0_from_the_start() {
        let text = Figures::new().text(&[]);
        assert!(text.contains("lease_violations_total{kind=\"page_in_two_places\"} 0\n"));
        assert!(text.contains("session_acquire_timeouts_total{portal=\"emodal\"} 0\n"));
    }

    #[test]
    fn codes_with_numbers_in_them_and_too_many_of_them_are_told_as_other() {
        let figures = Figures::new();
        assert_eq!(figures.code("slot-unavailable"), "slot-unavailable");
        for odd in ["QXZU0175802", "gone-7", "x y", "", &"a".repeat(200)] {
            let told = figures.code(odd);
            assert!(told == "other" || odd.is_empty(), "{odd}");
        }
        let letter = |number: usize| char::from(b'a' + u8::try_from(number % 26).unwrap());
        for number in 0..2 * limits::CODES_TOLD {
            let code: String = [letter(number), letter(number / 26), letter(number / 676)]
                .iter()
                .collect();
            let _ = figures.code(&code);
        }
        assert_eq!(figures.code("one-more"), "other");
        assert_eq!(figures.code("slot-unavailable"), "slot-unavailable");
    }
}
