//! Operations: what an author implements, and the glue between it and the contract's `handler`.
//!
//! Owns: the translation of JSON to the typed input and of the typed output to JSON.
//! Never: touches the page. `describe` runs where there is none.

use crate::bindings::operation::exports::gantry::automation::handler::{Manifest, Trace};
use crate::schema;
use crate::{Capability, Failure};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Something a caller asks for over HTTP. Export it with
/// [`export_operation!`](crate::export_operation).
pub trait Operation {
    /// What the caller sends. Put `#[serde(deny_unknown_fields)]` on it, so that a misspelt field
    /// is an error and not a default.
    type Input: DeserializeOwned + JsonSchema;
    /// What the caller gets.
    type Output: Serialize + JsonSchema;

    /// Kebab-case; the operation's name in URLs. Unique in a host.
    const NAME: &'static str;
    /// One sentence.
    const SUMMARY: &'static str;
    /// The grants it needs.
    const CAPABILITIES: &'static [Capability] = &[];
    /// True if it does something that cannot be taken back.
    const EFFECTFUL: bool = false;
    /// The input fields whose values together name what an effectful operation does. Two runs of an
    /// account that agree in all of them are not under way at once.
    const EFFECT_KEY: &'static [&'static str] = &[];

    /// Does the work, once for each request, in a fresh instance.
    fn run(input: Self::Input) -> Result<Self::Output, Failure>;

    /// Goes on where an earlier call failed with [`Failure::resumable`], in the phase of that
    /// failure. The input is all that the caller has sent since the beginning.
    ///
    /// The page stands where that call left it, unless the portal moved it by itself: look first,
    /// and fail with a code of your own if it is not in that phase.
    ///
    /// # Errors
    /// As `run`; and `not-resumable` from an operation that says it pauses and does not say how it
    /// goes on.
    fn resume(input: Self::Input, phase: u32) -> Result<Self::Output, Failure> {
        let _ = input;
        Err(Failure::new(
            "not-resumable",
            format!("This operation cannot go on in phase {phase}; begin again without `resume`"),
        ))
    }

    /// Looks in the portal whether an effect happened whose end nobody saw; it may only read. The
    /// memo is what the run gave to [`effects::begin`](crate::effects::begin).
    ///
    /// # Errors
    /// `no-effects` from an operation that has none; else whatever kept it from looking.
    fn reconcile(memo: &str) -> Result<Trace, Failure> {
        let _ = memo;
        let message = "This operation has no effects, so none can be looked for";
        Err(Failure::new("no-effects", message))
    }
}

/// The manifest of an operation whose crate has this version.
#[must_use]
pub fn describe<O: Operation>(version: &str) -> Manifest {
    Manifest {
        name: O::NAME.to_owned(),
        version: version.to_owned(),
        summary: O::SUMMARY.to_owned(),
        input_schema: schema::of_input::<O::Input>(),
        output_schema: schema::of_output::<O::Output>(),
        capabilities: O::CAPABILITIES
            .iter()
            .map(|capability| capability.name().to_owned())
            .collect(),
        effectful: O::EFFECTFUL,
        effect_key: O::EFFECT_KEY
            .iter()
            .map(|&field| field.to_owned())
            .collect(),
    }
}

/// Runs an operation on JSON, from its beginning or from the phase in which it paused.
///
/// # Errors
/// The operation's own failure, or `invalid-input` if the JSON is not its input (the host validates
/// before, so this means that a schema is laxer than its type).
pub fn run<O: Operation>(input_json: &str, resumed: Option<u32>) -> Result<String, Failure> {
    let input = serde_json::from_str(input_json).map_err(|error| {
        Failure::new(
            "invalid-input",
            format!("The input is not accepted: {error}"),
        )
    })?;
    let output = match resumed {
        None => O::run(input)?,
        Some(phase) => O::resume(input, phase)?,
    };
    serde_json::to_string(&output).map_err(|error| {
        Failure::new(
            "output-not-json",
            format!("The operation's answer cannot be written as JSON: {error}"),
        )
    })
}

/// Makes the crate a component that offers one [`Operation`].
#[macro_export]
macro_rules! export_operation {
    ($operation:ty) => {
        #[cfg(target_family = "wasm")]
        #[allow(
            unsafe_code,
            reason = "the entry points of a component are exported symbols"
        )]
        const _: () = {
            struct Component;

            impl $crate::bindings::operation::exports::gantry::automation::handler::Guest
                for Component
            {
                fn describe()
                -> $crate::bindings::operation::exports::gantry::automation::handler::Manifest
                {
                    $crate::glue::describe_operation::<$operation>(env!("CARGO_PKG_VERSION"))
                }

                fn run(
                    input_json: String,
                    resumed: Option<u32>,
                ) -> Result<String, $crate::Failure> {
                    $crate::glue::run::<$operation>(&input_json, resumed)
                }

                fn reconcile(memo: String) -> Result<$crate::Trace, $crate::Failure> {
                    <$operation as $crate::Operation>::reconcile(&memo)
                }
            }

            $crate::bindings::operation::export_handler!(
                Component with_types_in $crate::bindings::operation
            );
        };
        // On the build machine nothing is exported; the type is still checked.
        #[cfg(not(target_family = "wasm"))]
        const _: fn(&str, Option<u32>) -> Result<String, $crate::Failure> =
            $crate::glue::run::<$operation>;
    };
}

#[cfg(test)]
mod tests {
    use crate::operation::{Operation, describe, run};
    use crate::{Capability, Failure};
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};
    use serde_json::{Value, json};

    struct Doubling;

    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Number {
        /// To be doubled.
        value: u32,
    }

    #[derive(Serialize, JsonSchema)]
    struct Doubled {
        value: u32,
    }

    impl Operation for Doubling {
        type Input = Number;
        type Output = Doubled;
        const NAME: &'static str = "doubling";
        const SUMMARY: &'static str = "Doubles a number.";
        const CAPABILITIES: &'static [Capability] = &[Capability::Downloads];

        fn run(input: Number) -> Result<Doubled, Failure> {
            match input.value.checked_mul(2) {
                Some(value) => Ok(Doubled { value }),
                None => Err(Failure::new("too-large", "The double does not fit")),
            }
        }
    }

    #[test]
    fn manifest_carries_consts_schemas_and_the_given_version() {
        let manifest = describe::<Doubling>("1.2.3");
        assert_eq!(manifest.name, "doubling");
        assert_eq!(manifest.version, "1.2.3");
        assert_eq!(manifest.capabilities, ["downloads"]);
        assert!(!manifest.effectful);
        let input: Value = serde_json::from_str(&manifest.input_schema).unwrap();
        assert_eq!(input["additionalProperties"], json!(false));
        assert_eq!(
            input["properties"]["value"]["description"],
            json!("To be doubled.")
        );
        let output: Value = serde_json::from_str(&manifest.output_schema).unwrap();
        assert_eq!(
            output["$schema"],
            json!("https://json-schema.org/draft/2020-12/schema")
        );
    }

    #[test]
    fn typed_output_comes_back_as_json() {
        assert_eq!(
            run::<Doubling>(r#"{"value": 21}"#, None).unwrap(),
            r#"{"value":42}"#
        );
    }

    #[test]
    fn input_that_is_not_the_type_fails_as_invalid_input() {
        let failure = run::<Doubling>(r#"{"value": 21, "extra": 1}"#, None).unwrap_err();
        assert_eq!(failure.code, "invalid-input");
        assert!(!failure.retryable);
    }

    #[test]
    fn failure_of_the_operation_passes_through() {
        assert_eq!(
            run::<Doubling>(r#"{"value": 4294967295}"#, None)
                .unwrap_err()
                .code,
            "too-large"
        );
    }

    #[test]
    fn operation_that_does_not_say_how_it_goes_on_says_so() {
        assert_eq!(
            run::<Doubling>(r#"{"value": 21}"#, Some(2))
                .unwrap_err()
                .code,
            "not-resumable"
        );
    }
}
