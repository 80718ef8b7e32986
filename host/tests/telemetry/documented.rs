//! `docs/metrics.md` says of every metric what the host says.

use gantry::telemetry::table;

/// The rows of the table of metrics, cell by cell.
fn rows() -> Vec<Vec<String>> {
    let page = include_str!("../../../docs/metrics.md");
    let (metrics, _) = page.split_once("## Traces").unwrap();
    let rows = metrics.lines().filter(|line| line.starts_with("| `"));
    let cells = |row: &str| {
        let cells = row.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().replace('`', "")).collect()
    };
    rows.map(cells).collect()
}

#[test]
fn the_page_has_every_metric_with_its_kind_unit_labels_and_meaning_and_no_other() {
    let told: Vec<Vec<String>> = table::ALL
        .iter()
        .map(|metric| {
            vec![
                metric.name.to_owned(),
                metric.kind.as_str().to_owned(),
                metric.unit.as_str().to_owned(),
                metric.labels.join(", "),
                metric.help.to_owned(),
            ]
        })
        .collect();
    let documented = rows();
    for (documented, told) in documented.iter().zip(&told) {
        assert_eq!(documented, told);
    }
    assert_eq!(documented.len(), told.len());
}

#[test]
fn no_metric_is_there_twice_and_each_histogram_has_growing_buckets() {
    for (index, metric) in table::ALL.iter().enumerate() {
        let others = &table::ALL[..index];
        assert!(others.iter().all(|other| other.name != metric.name));
        assert!(metric.buckets.is_sorted_by(|one, next| one < next));
        for labels in metric.from_zero {
            let own = metric.labels.iter().filter(|label| **label != "portal");
            assert_eq!(labels.len(), own.count(), "{}", metric.name);
        }
    }
}
