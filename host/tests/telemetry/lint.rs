//! That the check of figures finds what it is there for.

use crate::prometheus::problems;

const GOOD: &str = "# HELP waits_total Waits
# TYPE waits_total counter
waits_total{kind=\"a\"} 1
waits_total{kind=\"b\\\"c\"} 2

# HELP wait_seconds Time of waits
# TYPE wait_seconds histogram
wait_seconds_bucket{le=\"1\"} 1
wait_seconds_bucket{le=\"+Inf\"} 3
wait_seconds_sum 9.5
wait_seconds_count 3
";

#[test]
fn what_prometheus_takes_is_let_through() {
    assert_eq!(problems(GOOD), Vec::<String>::new());
}

#[test]
fn whatever_promtool_would_complain_of_is_found() {
    let bad = [
        (
            "waits_total{kind=\"a\"} 1",
            "waits_total{kind=\"a\"} one",
            "cannot be read",
        ),
        (
            "waits_total{kind=\"a\"} 1",
            "waits_total{kind=\"a\"} -1",
            "counts -1",
        ),
        ("kind=\"a\"", "kind=\"a\",kind=\"c\"", "label twice"),
        ("kind=\"b\\\"c\"", "kind=\"a\"", "is there twice"),
        ("kind=\"a\"", "job=\"a\"", "has the label job"),
        ("kind=\"a\"", "__kind=\"a\"", "has the label __kind"),
        ("kind=\"a\"", "le=\"a\"", "has the label le"),
        ("kind=\"a\"", "a-kind=\"a\"", "has the label a-kind"),
        ("# HELP waits_total Waits\n", "", "waits_total has no help"),
        (
            "# HELP waits_total Waits",
            "# HELP waits_total ",
            "empty help",
        ),
        (
            "# TYPE waits_total counter\n",
            "",
            "waits_total has no type",
        ),
        ("waits_total counter", "waits_total gauge", "only counters"),
        (
            "waits_total counter",
            "waits_total untyped",
            "of the kind untyped",
        ),
        (
            "# TYPE wait_seconds histogram",
            "# TYPE wait_seconds counter",
            "only counters",
        ),
        ("le=\"+Inf\"", "le=\"2\"", "no le=\"+Inf\""),
        (
            "wait_seconds_count 3",
            "wait_seconds_count 2",
            "its count is not",
        ),
        ("wait_seconds_sum 9.5\n", "", "has no sum"),
        ("{le=\"1\"} 1", "{le=\"1\"} 4", "do not grow"),
        ("wait_seconds_count 3\n", "wait_seconds_count 3", "no end"),
    ];
    for (from, to, wanted) in bad {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from}");
        let found = problems(&text);
        assert!(
            found.iter().any(|it| it.contains(wanted)),
            "{to}: {found:?}"
        );
    }
    for (name, wanted) in [
        ("wait_ms", "base units"),
        ("wait_milliseconds", "base units"),
        ("wait", "its unit"),
        ("Wait_seconds", "no good name"),
        ("wait:seconds", "no good name"),
        ("9wait_seconds", "no good name"),
    ] {
        let found = problems(&GOOD.replace("wait_seconds", name));
        assert!(
            found.iter().any(|it| it.contains(wanted)),
            "{name}: {found:?}"
        );
    }
    let late = "late_total 1\n# HELP late_total Late\n# TYPE late_total counter\n";
    assert!(problems(late)[0].contains("before its type"));
    let twice = format!("{GOOD}{GOOD}");
    assert!(problems(&twice).iter().any(|it| it.contains("two types")));
}
