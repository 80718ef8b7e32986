//! The functions of the mock take and give what those of a component do: this does not compile otherwise.

use crate::bindings::operation::gantry::automation as component;
use crate::native;
use crate::page::{Column, Condition, GrowingList, Growth, Place, ScrollTo, Scrolled, Table};
use crate::{ArtifactId, Locator, PageError, Problem};

/// Both functions, as one type.
macro_rules! same {
    ($type:ty: $($path:ident)::+) => {
        let _: [$type; 2] = [component::$($path)::+, native::$($path)::+];
    };
}

/// As `same`, where elements come back: their types differ, and are compared by what they can do.
macro_rules! alike {
    (($($argument:ty),*) -> $wrap:ident of $($path:ident)::+) => {
        let _: fn($($argument),*) -> Result<$wrap<component::page::Element>, PageError> = component::$($path)::+;
        let _: fn($($argument),*) -> Result<$wrap<native::page::Element>, PageError> = native::$($path)::+;
    };
}

type One<T> = T;
type Done<T> = Result<T, PageError>;

#[test]
fn functions_of_the_mock_have_the_types_of_the_component() {
    same!(fn(&str, &str) -> Done<()>: page::goto);
    same!(fn() -> Done<Place>: page::location);
    same!(fn() -> Done<String>: page::title);
    same!(fn(&[Condition], u32) -> Done<u32>: page::wait);
    same!(fn(&Locator, &[Column], u32) -> Done<Table>: page::read);
    same!(fn(&Locator, ScrollTo) -> Done<Scrolled>: page::scroll);
    same!(fn(&GrowingList, u32, u32, &[Condition], u32) -> Done<Growth>: page::grow);
    same!(fn(&str) -> Done<ArtifactId>: page::screenshot);
    same!(fn(bool) -> Done<Option<String>>: page::answer_dialog);
    same!(fn(&str, &str) -> Done<String>: page::evaluate);
    alike!((&Locator) -> One of page::find);
    alike!((&Locator) -> Vec of page::find_all);
    alike!((&Locator) -> Vec of page::find_visible);
    same!(fn() -> Done<()>: downloads::begin);
    same!(fn(u32) -> Done<ArtifactId>: downloads::finish);
    same!(fn(&str, &str, &[u8]) -> Result<ArtifactId, Problem>: artifacts::put_bytes);
    same!(fn(&str, &str, &[String], &[Vec<String>]) -> Result<ArtifactId, Problem>: artifacts::put_table);
    same!(fn(&str) -> Result<native::artifacts::Spreadsheet, Problem>: artifacts::read_table);
    same!(fn(&str, u32, Option<u32>) -> (): progress::report);
    same!(fn(&str, &str) -> Result<(), Problem>: progress::keep);
    same!(fn() -> u64: clock::now);
    same!(fn() -> u64: clock::remaining_ms);
    same!(fn(u32) -> (): clock::sleep_ms);
}

#[test]
fn elements_and_effects_of_the_mock_do_what_those_of_the_component_do() {
    macro_rules! element {
        ($name:ident: ($($argument:ty),*) -> $given:ty) => {
            let _: fn(&component::page::Element, $($argument),*) -> Done<$given> = component::page::Element::$name;
            let _: fn(&native::page::Element, $($argument),*) -> Done<$given> = native::page::Element::$name;
        };
    }
    element!(click: () -> ());
    element!(fill: (&str) -> ());
    element!(press: (&str) -> ());
    element!(choose: (&str) -> ());
    element!(text: () -> String);
    element!(attribute: (&str) -> Option<String>);
    element!(is_visible: () -> bool);
    let _: fn(&component::page::Element, &Locator) -> Done<component::page::Element> =
        component::page::Element::find;
    let _: fn(&native::page::Element, &Locator) -> Done<native::page::Element> =
        native::page::Element::find;
    let _: fn(component::effects::Effect, &component::effects::Settled) =
        component::effects::settle;
    let _: fn(native::effects::Effect, &native::effects::Settled) = native::effects::settle;
}
