"""How to find an element. All matching is done in the page, in document order."""

from wit_world.imports.types import Locator, Locator_Css, Locator_Label, Locator_Text, Locator_Xpath


def css(selector: str) -> Locator:
    """A CSS selector."""
    return Locator_Css(selector)


def xpath(expression: str) -> Locator:
    """An XPath 1.0 expression that yields elements."""
    return Locator_Xpath(expression)


def text(whole: str) -> Locator:
    """The innermost element whose whole rendered text is this."""
    return Locator_Text(whole)


def label(whole: str) -> Locator:
    """The form control that belongs to the label with this text."""
    return Locator_Label(whole)


def written(locator: Locator) -> str:
    """A locator as messages have it."""
    match locator:
        case Locator_Css(selector):
            return f"`{selector}`"
        case Locator_Xpath(expression):
            return f"the XPath `{expression}`"
        case Locator_Text(whole):
            return f'the text "{whole}"'
        case Locator_Label(whole):
            return f'the label "{whole}"'
