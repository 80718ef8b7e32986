//! Prometheus' text format (0.0.4), read as strictly as `promtool check metrics` reads it.

use std::collections::{BTreeMap, BTreeSet};

/// One line with a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

/// The value of a series; none if it is not there.
pub(crate) fn value(text: &str, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let wanted = |sample: &Sample| {
        let has =
            |(key, value): &(&str, &str)| sample.labels.get(*key).is_some_and(|told| told == value);
        sample.name == name && labels.iter().all(has)
    };
    let found: Vec<Sample> = samples(text).into_iter().filter(wanted).collect();
    assert!(found.len() < 2, "{name} {labels:?} is {found:?}");
    found.first().map(|sample| sample.value)
}

/// All values.
pub(crate) fn samples(text: &str) -> Vec<Sample> {
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| sample(line).unwrap_or_else(|why| panic!("{why}")))
        .collect()
}

/// What is wrong with a text, each with the metric it is about.
pub(crate) fn problems(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut kinds, mut helps) = (BTreeMap::new(), BTreeSet::new());
    let mut read: Vec<Sample> = Vec::new();
    if !text.is_empty() && !text.ends_with('\n') {
        found.push("the last line has no end".to_owned());
    }
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap_or((rest, ""));
            if help.trim().is_empty() {
                found.push(format!("{name} has an empty help"));
            }
            if !helps.insert(name.to_owned()) {
                found.push(format!("{name} has two helps"));
            }
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap_or((rest, ""));
            if !["counter", "gauge", "histogram"].contains(&kind) {
                found.push(format!("{name} is of the kind {kind}"));
            }
            if read
                .iter()
                .any(|sample| family(&sample.name, &kinds) == name)
            {
                found.push(format!("{name} has values before its type"));
            }
            if kinds.insert(name.to_owned(), kind.to_owned()).is_some() {
                found.push(format!("{name} has two types"));
            }
        } else if !line.starts_with('#') {
            match sample(line) {
                Ok(sample) => read.push(sample),
                Err(why) => found.push(why),
            }
        }
    }
    let mut seen = BTreeSet::new();
    for sample in &read {
        let name = family(&sample.name, &kinds);
        let labels: Vec<_> = sample.labels.iter().collect();
        if !seen.insert((sample.name.clone(), format!("{labels:?}"))) {
            found.push(format!("{} {labels:?} is there twice", sample.name));
        }
        if !kinds.contains_key(name) {
            found.push(format!("{name} has no type"));
        }
        if !helps.contains(name) {
            found.push(format!("{name} has no help"));
        }
        let is_bucket = sample.name.ends_with("_bucket");
        for label in sample.labels.keys() {
            let is_reserved = label.starts_with("__")
                || (label == "le" && !is_bucket)
                || ["quantile", "job", "instance"].contains(&label.as_str());
            if is_reserved || !is_name(label, false) {
                found.push(format!("{} has the label {label}", sample.name));
            }
        }
    }
    for (name, kind) in &kinds {
        found.extend(problems_of_name(name, kind));
        if kind == "histogram" {
            found.extend(problems_of_histogram(name, &read));
        }
        let of_counter = read
            .iter()
            .filter(|it| it.name == *name && kind == "counter");
        for sample in of_counter.filter(|sample| sample.value.is_nan() || sample.value < 0.0) {
            found.push(format!("{name} counts {}", sample.value));
        }
    }
    found
}

fn problems_of_name(name: &str, kind: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !is_name(name, true) || name != name.to_lowercase() || name.contains(':') {
        found.push(format!("{name} is no good name"));
    }
    if (kind == "counter") != name.ends_with("_total") {
        found.push(format!("{name} is a {kind}: only counters end with _total"));
    }
    // `session_count` is named after OpenTelemetry's `db.client.connection.count`, where it is a gauge as well.
    let is_exempt = name == "session_count";
    for ending in ["_count", "_sum", "_bucket", "_info"] {
        if name.ends_with(ending) && !is_exempt {
            found.push(format!("{name} ends with {ending}"));
        }
    }
    let odd = [
        "milliseconds",
        "ms",
        "microseconds",
        "minutes",
        "hours",
        "days",
        "kilobytes",
        "megabytes",
        "mb",
        "kb",
        "mib",
        "kib",
        "bits",
        "percent",
        "counter",
        "gauge",
        "histogram",
    ];
    for part in name.split('_').filter(|part| odd.contains(part)) {
        found.push(format!("{name} has {part} in it: base units, and no kinds"));
    }
    if kind == "histogram" && !name.ends_with("_seconds") && !name.ends_with("_bytes") {
        found.push(format!("{name} does not end with its unit"));
    }
    found
}

fn problems_of_histogram(name: &str, read: &[Sample]) -> Vec<String> {
    let mut found = Vec::new();
    let mut series: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    let key = |sample: &Sample| {
        let mut labels = sample.labels.clone();
        labels.remove("le");
        format!("{labels:?}")
    };
    let of = |ending: &str| {
        let wanted = format!("{name}{ending}");
        read.iter().filter(move |sample| sample.name == wanted)
    };
    for sample in of("_bucket") {
        let Some(bound) = sample.labels.get("le") else {
            found.push(format!("{name} has a bucket without le"));
            continue;
        };
        let bound = bound.replace("+Inf", "inf").parse().unwrap_or(f64::NAN);
        let buckets = series.entry(key(sample)).or_default();
        buckets.push((bound, sample.value));
    }
    if read.iter().any(|sample| sample.name == name) {
        found.push(format!("{name} has a value of its own"));
    }
    for (labels, buckets) in series {
        if !buckets.is_sorted_by(|one, next| one.0 < next.0 && one.1 <= next.1) {
            found.push(format!("{name}{labels}: its buckets do not grow"));
        }
        let all = buckets.last().copied().unwrap_or((0.0, 0.0));
        if all.0 != f64::INFINITY {
            found.push(format!("{name}{labels} has no le=\"+Inf\""));
        }
        let count = of("_count").find(|sample| key(sample) == labels);
        if count.is_none_or(|count| count.value.to_bits() != all.1.to_bits()) {
            found.push(format!(
                "{name}{labels}: its count is not that of its last bucket"
            ));
        }
        if !of("_sum").any(|sample| key(sample) == labels) {
            found.push(format!("{name}{labels} has no sum"));
        }
    }
    found
}

/// The metric that a line is of.
fn family<'a>(name: &'a str, kinds: &BTreeMap<String, String>) -> &'a str {
    let endings = ["_bucket", "_sum", "_count"];
    let base = endings.iter().find_map(|ending| name.strip_suffix(ending));
    let is_histogram = |base: &&str| kinds.get(*base).is_some_and(|kind| kind == "histogram");
    base.filter(is_histogram).unwrap_or(name)
}

fn is_name(name: &str, with_colon: bool) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_' || with_colon && c == ':';
    let mut characters = name.chars();
    characters.next().is_some_and(is_first) && characters.all(|c| is_first(c) || c.is_ascii_digit())
}

fn sample(line: &str) -> Result<Sample, String> {
    let wrong = || format!("cannot be read: {line}");
    let (series, value) = line.rsplit_once(' ').ok_or_else(wrong)?;
    let value = value.replace("+Inf", "inf").parse().map_err(|_| wrong())?;
    let Some((name, rest)) = series.split_once('{') else {
        return Ok(Sample {
            name: series.to_owned(),
            labels: BTreeMap::new(),
            value,
        });
    };
    let mut rest = rest.strip_suffix('}').ok_or_else(wrong)?;
    let mut labels = BTreeMap::new();
    while !rest.is_empty() {
        let (key, after) = rest.split_once("=\"").ok_or_else(wrong)?;
        let mut end = None;
        let mut escaped = false;
        for (at, c) in after.char_indices() {
            match c {
                '"' if !escaped => {
                    end = Some(at);
                    break;
                }
                '\\' => escaped = !escaped,
                _ => escaped = false,
            }
        }
        let end = end.ok_or_else(wrong)?;
        if labels
            .insert(key.to_owned(), after[..end].to_owned())
            .is_some()
        {
            return Err(format!("has a label twice: {line}"));
        }
        rest = after[end + 1..].trim_start_matches(',');
    }
    Ok(Sample {
        name: name.to_owned(),
        labels,
        value,
    })
}
