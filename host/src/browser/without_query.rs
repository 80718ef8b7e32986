//! Addresses without what follows their path: queries and fragments carry codes and tokens. Part of what a cassette is
//! rid of, and done to what a replay asks as well, so that both stay equal.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

static QUERY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(https?://[^\s?#"'<>]*)[?#][^\s"'<>]*"#).expect("the pattern is a right one")
});

/// A text whose addresses end with their path.
#[must_use]
pub fn of_text(text: &str) -> String {
    QUERY.replace_all(text, "$1").into_owned()
}

/// The same for each text of a value.
#[must_use]
pub fn of_value(value: Value) -> Value {
    mapped(value, &mut |text| of_text(text))
}

/// A value with each of its texts replaced, the names of fields among them.
pub fn mapped(value: Value, replace: &mut impl FnMut(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(replace(&text)),
        Value::Array(values) => {
            let values = values.into_iter().map(|value| mapped(value, replace));
            Value::Array(values.collect())
        }
        Value::Object(fields) => {
            let fields = fields.into_iter();
            let fields = fields.map(|(name, value)| (replace(&name), mapped(value, replace)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_ends_with_its_path_wherever_it_stands() {
        let value = json!({
            "url": "https://x.test/a/b?code=1#t",
            "html": "<a href=\"http://x.test/?q='s'\">now? yes</a> https://x.test/#k",
            "plain": ["why?", 1, null],
        });
        let expected = json!({
            "url": "https://x.test/a/b",
            "html": "<a href=\"http://x.test/'s'\">now? yes</a> https://x.test/",
            "plain": ["why?", 1, null],
        });
        assert_eq!(of_value(value), expected);
    }
}
