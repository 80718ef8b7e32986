"""The columns of ``page.read``: what to take, and where; without a place the row itself is meant."""

from typing import Optional

from wit_world.imports import page
from wit_world.imports.page import Column
from wit_world.imports.types import Locator


def text(at: Optional[Locator] = None) -> Column:
    """The text as written in the document, white space folded."""
    return Column(at, page.Take_Text())


def own_text(at: Optional[Locator] = None) -> Column:
    """Of the element's own text nodes only."""
    return Column(at, page.Take_OwnText())


def attribute(name: str, at: Optional[Locator] = None) -> Column:
    """An attribute."""
    return Column(at, page.Take_Attribute(name))


def all_text(at: Optional[Locator] = None) -> Column:
    """The texts of all matches, joined with a line feed."""
    return Column(at, page.Take_AllText())
