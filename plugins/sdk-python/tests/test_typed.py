"""Dataclasses and JSON. The rest of the SDK needs a host: the examples and the templates are tested there."""

import dataclasses
import unittest
from typing import Annotated, Any, Literal, Optional

import typed


@dataclasses.dataclass
class Line:
    text: str
    note: Optional[str] = None


@dataclasses.dataclass
class Sheet:
    title: Annotated[str, "What it is called."]
    lines: list[Line]
    sums: dict[str, float]
    kind: Literal["plain", "wide"] = "plain"
    first: Optional[Line] = None
    more: Any = None


class TypedTest(unittest.TestCase):
    def test_a_field_without_default_is_required_and_no_others_are_taken(self):
        schema = typed.schema(Sheet)
        self.assertEqual(schema["required"], ["title", "lines", "sums"])
        self.assertFalse(schema["additionalProperties"])
        self.assertEqual(schema["properties"]["lines"]["items"]["required"], ["text"])

    def test_words_of_a_field_are_in_the_schema(self):
        title = typed.schema(Sheet)["properties"]["title"]
        self.assertEqual(title, {"type": "string", "description": "What it is called."})

    def test_values_come_and_go_as_their_types(self):
        given = {
            "title": "a",
            "lines": [{"text": "b", "note": None}],
            "sums": {"c": 1},
            "kind": "wide",
            "first": {"text": "d", "note": "e"},
            "more": [1],
        }
        sheet = typed.from_json(Sheet, given)
        self.assertEqual(sheet.lines, [Line("b")])
        self.assertEqual(sheet.first, Line("d", "e"))
        self.assertIsInstance(sheet.sums["c"], float)
        self.assertEqual(typed.to_json(sheet), given)

    def test_what_is_left_out_has_its_default(self):
        sheet = typed.from_json(Sheet, {"title": "a", "lines": [], "sums": {}})
        self.assertEqual((sheet.kind, sheet.first), ("plain", None))

    def test_an_integer_that_is_written_as_a_fraction_is_one(self):
        one = typed.from_json(dataclasses.make_dataclass("One", [("field", int)]), {"field": 1.0})
        self.assertIsInstance(one.field, int)

    def test_a_choice_of_two_types_is_refused(self):
        with self.assertRaises(TypeError):
            typed.schema(dataclasses.make_dataclass("Two", [("field", Line | Sheet)]))

    def test_a_type_that_json_does_not_have_is_refused_by_name(self):
        with self.assertRaisesRegex(TypeError, "set"):
            typed.schema(dataclasses.make_dataclass("Bad", [("field", set)]))


if __name__ == "__main__":
    unittest.main()
