"""What can be waited for, with ``page.wait``."""

from wit_world.imports import page
from wit_world.imports.page import Condition
from wit_world.imports.types import Locator


def present(what: Locator) -> Condition:
    """At least one match is in the document."""
    return page.Condition_Present(what)


def visible(what: Locator) -> Condition:
    """At least one match can be seen."""
    return page.Condition_Visible(what)


def enabled(what: Locator) -> Condition:
    """At least one match can be seen and is not disabled."""
    return page.Condition_Enabled(what)


def absent(what: Locator) -> Condition:
    """Nothing matches."""
    return page.Condition_Absent(what)


def count_over(what: Locator, over: int) -> Condition:
    """More than so many elements match."""
    return page.Condition_CountOver(page.Counted(what, over))


def at_site(site: str) -> Condition:
    """The page is at this site, by exact origin."""
    return page.Condition_AtSite(site)


def answered(quiet_ms: int) -> Condition:
    """The page asked its server since the last action, all was answered, and nothing followed for so long."""
    return page.Condition_Answered(quiet_ms)


def quiet(quiet_ms: int) -> Condition:
    """No request is open, and nothing happened for so long."""
    return page.Condition_Quiet(quiet_ms)
