//! What a metric is made of, and one value of a gauge. Pure.

/// What kind of metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down; read when it is asked for.
    Gauge,
    /// How often each size was seen.
    Histogram,
}

impl Kind {
    /// Its name in the text format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// What a metric is measured in. Base units only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// Time.
    Seconds,
    /// Memory.
    Bytes,
}

impl Unit {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Seconds => "seconds",
            Self::Bytes => "bytes",
        }
    }
}

/// A metric: all that is said of it, in one place.
#[derive(Debug, PartialEq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What kind.
    pub kind: Kind,
    /// What in.
    pub unit: Unit,
    /// The names of its labels. `portal` has one value, and is filled in.
    pub labels: &'static [&'static str],
    /// One sentence.
    pub help: &'static str,
    /// Upper bounds of a histogram's buckets.
    pub buckets: &'static [f64],
    /// Values of its labels that are there from the start, so that an alert sees the first change.
    pub from_zero: &'static [&'static [&'static str]],
}

impl Metric {
    pub(in crate::telemetry) const fn counter(
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self {
            name,
            kind: Kind::Counter,
            unit: Unit::Count,
            labels,
            help,
            buckets: &[],
            from_zero: &[],
        }
    }

    pub(in crate::telemetry) const fn gauge(
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self {
            kind: Kind::Gauge,
            ..Self::counter(name, labels, help)
        }
    }

    /// A histogram of seconds.
    pub(in crate::telemetry) const fn times(
        name: &'static str,
        labels: &'static [&'static str],
        buckets: &'static [f64],
        help: &'static str,
    ) -> Self {
        Self {
            kind: Kind::Histogram,
            unit: Unit::Seconds,
            buckets,
            ..Self::counter(name, labels, help)
        }
    }

    pub(in crate::telemetry) const fn in_unit(self, unit: Unit) -> Self {
        Self { unit, ..self }
    }

    pub(in crate::telemetry) const fn there_as_zero(
        self,
        from_zero: &'static [&'static [&'static str]],
    ) -> Self {
        Self { from_zero, ..self }
    }
}

/// One value of a gauge, read when it was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The gauge.
    pub metric: &'static Metric,
    /// The values of its labels, in their order, without `portal`.
    pub labels: Vec<String>,
    /// Its value.
    pub value: f64,
}

impl Reading {
    /// A value of a gauge.
    #[must_use]
    pub fn of(metric: &'static Metric, labels: &[&str], value: f64) -> Self {
        let labels = labels.iter().map(|&label| label.to_owned()).collect();
        Self {
            metric,
            labels,
            value,
        }
    }
}

/// A number of things, as gauges have it. No host has 2^52 of anything.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers are far below 2^52")]
pub const fn count(number: usize) -> f64 {
    number as f64
}
