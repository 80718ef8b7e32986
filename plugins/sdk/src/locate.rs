//! Short ways to write a locator.

use crate::Locator;

/// By CSS selector.
#[must_use]
pub fn css(selector: impl Into<String>) -> Locator {
    Locator::Css(selector.into())
}

/// By XPath 1.0 expression. Never paste a caller's words into one: compare texts in the guest, or
/// use [`text`].
#[must_use]
pub fn xpath(expression: impl Into<String>) -> Locator {
    Locator::Xpath(expression.into())
}

/// The innermost element whose whole rendered text is this.
#[must_use]
pub fn text(whole: impl Into<String>) -> Locator {
    Locator::Text(whole.into())
}

/// The form control that belongs to the label with this text.
#[must_use]
pub fn label(of_control: impl Into<String>) -> Locator {
    Locator::Label(of_control.into())
}
