//! The words of the contract (`wit/page.wit`, `wit/types.wit`), as plain types.

use std::fmt;

/// How to find an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locator {
    /// A CSS selector.
    Css(String),
    /// An XPath expression; the mock refuses it.
    Xpath(String),
    /// The whole text of an element.
    Text(String),
    /// The text of a form control's label.
    Label(String),
}

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Css(selector) => write!(f, "`{selector}`"),
            Self::Xpath(expression) => write!(f, "the XPath `{expression}`"),
            Self::Text(text) => write!(f, "the text \"{text}\""),
            Self::Label(label) => write!(f, "the label \"{label}\""),
        }
    }
}

/// A handle on an element. It ends with its document, or when the page removes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ElementId(pub u64);

/// Where the page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The whole address.
    pub url: String,
    /// The site, by exact origin.
    pub site: Option<String>,
    /// The path, without query and fragment.
    pub path: String,
}

/// Something that may become true in the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// At least one match.
    Present(Locator),
    /// At least one match that can be seen.
    Visible(Locator),
    /// At least one match that can be seen and is not disabled.
    Enabled(Locator),
    /// No match.
    Absent(Locator),
    /// More matches than a number.
    CountOver(Locator, u32),
    /// The page is at a site.
    AtSite(String),
    /// Since the last action the page asked, and was answered. Here: something was done to the page at all.
    Answered(u32),
    /// Nothing happens in the page. Here: always.
    Quiet(u32),
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present(what) => write!(f, "{what} present"),
            Self::Visible(what) => write!(f, "{what} visible"),
            Self::Enabled(what) => write!(f, "{what} enabled"),
            Self::Absent(what) => write!(f, "{what} absent"),
            Self::CountOver(what, over) => write!(f, "more than {over} of {what}"),
            Self::AtSite(site) => write!(f, "the site `{site}`"),
            Self::Answered(_) => write!(f, "an answer to an action"),
            Self::Quiet(_) => write!(f, "quiet"),
        }
    }
}

/// What to take from an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Take {
    /// The text as written, white space folded.
    Text,
    /// The text of its own text nodes only.
    OwnText,
    /// An attribute.
    Attribute(String),
    /// The texts of all matches, a line each.
    AllText,
}

/// One column of a list to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Where, relative to the row; none is the row itself.
    pub at: Option<Locator>,
    /// What.
    pub take: Take,
}

/// Part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Rows in the document.
    pub total: u32,
    /// The rows from the start that was asked for.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Where to scroll to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScrollTo {
    /// The top.
    Top,
    /// The end.
    End,
    /// So many pixels on.
    By(i32),
}

/// A scroll position, in CSS pixels. The mock has no layout: it counts a fixed height for each child of what scrolls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scrolled {
    /// How far.
    pub offset: u32,
    /// What can be seen.
    pub viewport: u32,
    /// Everything.
    pub extent: u32,
}

/// A list that loads more rows when it is scrolled to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrowingList {
    /// Its rows.
    pub rows: Locator,
    /// What to read of each.
    pub columns: Vec<Column>,
    /// What scrolls.
    pub container: Locator,
}

/// What came of waiting for a list to grow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Growth {
    /// It grew, stands at its new end, and was read.
    Grew(Scrolled, Table),
    /// Another condition came true: its place.
    Other(u32),
}

/// What came of a click.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clicked {
    /// It was made.
    Yes,
    /// It was not: it would set off the guarded element with this text.
    Guarded(String),
}

/// A file that the portal hands to the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The portal's name for it.
    pub name: String,
    /// What is in it.
    pub content: Vec<u8>,
}
