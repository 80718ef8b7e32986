//! The page of a session, as the host speaks of it. `webdriver.rs` is the real one; tests bring their own.
//!
//! A page is a value that is moved, never shared: whoever has it drives the browser, and nobody else can.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::browser::downloads::Downloaded;
use crate::browser::error::PageError;
use crate::browser::live::{Frame, Gesture};
use crate::browser::sites::{self, SiteName};
use crate::browser::trace::{CommandNote, ConsoleLine};

/// How to find an element. The meaning of each case is in `wit/types.wit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by", content = "value")]
pub enum Locator {
    /// A CSS selector.
    Css(String),
    /// An XPath 1.0 expression.
    Xpath(String),
    /// The whole rendered text of an element.
    Text(String),
    /// The text of a form control's label.
    Label(String),
}

/// A WebDriver element reference (WebDriver §11 "Elements"). Ends with its document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ElementRef(pub String);

/// Where a page is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// The whole address.
    pub url: String,
    /// The configured site, by exact origin.
    #[serde(deserialize_with = "sites::by_name")]
    pub site: Option<SiteName>,
    /// The path, without query and fragment.
    pub path: String,
}

/// Something that may become true in the page. The meaning of each case is in `wit/page.wit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Condition {
    /// At least one match.
    Present {
        /// Of this.
        what: Locator,
    },
    /// At least one match that can be seen.
    Visible {
        /// Of this.
        what: Locator,
    },
    /// At least one match that can be seen and is not disabled.
    Enabled {
        /// Of this.
        what: Locator,
    },
    /// No match.
    Absent {
        /// Of this.
        what: Locator,
    },
    /// More matches than a number.
    CountOver {
        /// Of this.
        what: Locator,
        /// The number.
        over: u32,
    },
    /// The page is at a site.
    AtSite {
        /// Its configured name.
        site: String,
    },
    /// Asked since the last action, all answered, and nothing followed.
    Answered {
        /// For so long, in milliseconds.
        quiet_ms: u32,
    },
    /// Nothing unanswered, and nothing happens.
    Quiet {
        /// For so long, in milliseconds.
        quiet_ms: u32,
    },
}

/// What to take from an element of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "what", content = "name")]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Where, relative to the row; none is the row itself.
    pub at: Option<Locator>,
    /// What.
    pub take: Take,
}

/// Part of a list, as read in one round trip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Rows in the document.
    pub total: u32,
    /// The rows from the start that was asked for.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Where to scroll to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "to", content = "px")]
pub enum ScrollTo {
    /// The top.
    Top,
    /// The end.
    End,
    /// So many pixels on.
    By(i32),
}

/// A scroll position, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scrolled {
    /// How far.
    pub offset: u32,
    /// What can be seen.
    pub viewport: u32,
    /// Everything.
    pub extent: u32,
}

/// A list that loads more rows when it is scrolled to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GrowingList {
    /// Its rows.
    pub rows: Locator,
    /// What to read of each.
    pub columns: Vec<Column>,
    /// What scrolls.
    pub container: Locator,
}

/// What came of a click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clicked {
    /// It was made.
    Yes,
    /// It was not: it would set off the guarded element with this text.
    Guarded(String),
}

/// What came of waiting for a list to grow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Growth {
    /// It grew, stands at its new end, and was read.
    Grew(Scrolled, Table),
    /// Another condition came true.
    Other(usize),
}

/// The one page of one browser session.
///
/// Each method is one WebDriver command, or a few where it says so, and ends by its own deadline. A method
/// whose future is dropped may leave its command running in the browser: `in_flight` then stays true until a
/// later command has been answered. After `PageError::BrowserLost` or `Hung` the page `is_lost` for good.
#[async_trait]
pub trait Page: Send {
    /// Goes to a path of a site and returns at the document's load event.
    async fn goto(&mut self, site: &str, path: &str) -> Result<(), PageError>;
    /// Where the page is.
    async fn location(&mut self) -> Result<Location, PageError>;
    /// The document's title.
    async fn title(&mut self) -> Result<String, PageError>;

    /// The first match, in the document or inside an element.
    async fn find(
        &mut self,
        scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<ElementRef, PageError>;
    /// All matches, in the document or inside an element.
    async fn find_all(
        &mut self,
        scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<Vec<ElementRef>, PageError>;

    /// All matches in the document that a person could see.
    async fn find_visible(&mut self, what: &Locator) -> Result<Vec<ElementRef>, PageError>;

    /// Brings the element to where a click reaches it, and clicks it as WebDriver's "Element Click" does. What would set
    /// off a guarded element is clicked only if `even_guarded`. Two commands.
    async fn click(
        &mut self,
        element: &ElementRef,
        even_guarded: bool,
    ) -> Result<Clicked, PageError>;
    /// Clears a control and types. Two commands.
    async fn fill(&mut self, element: &ElementRef, text: &str) -> Result<(), PageError>;
    /// Presses one key, by its WebDriver name or as a character.
    async fn press(&mut self, element: &ElementRef, key: &str) -> Result<(), PageError>;
    /// Chooses an option of a native `select` by its exact text.
    async fn choose(&mut self, element: &ElementRef, option: &str) -> Result<(), PageError>;
    /// The text of the guarded element that this key, typed into the element, would set off.
    async fn sets_off(
        &mut self,
        element: &ElementRef,
        key: &str,
    ) -> Result<Option<String>, PageError>;
    /// WebDriver "Get Element Text".
    async fn text(&mut self, element: &ElementRef) -> Result<String, PageError>;
    /// An attribute.
    async fn attribute(
        &mut self,
        element: &ElementRef,
        name: &str,
    ) -> Result<Option<String>, PageError>;
    /// Whether it can be seen.
    async fn is_visible(&mut self, element: &ElementRef) -> Result<bool, PageError>;

    /// Waits until a condition is true and says which. One command for each slice of at most
    /// `limits::WAIT_SLICE`, and one more where quiet has to be proven.
    async fn wait(
        &mut self,
        any_of: &[Condition],
        timeout: std::time::Duration,
    ) -> Result<usize, PageError>;
    /// Reads a list in one round trip.
    async fn read(
        &mut self,
        rows: &Locator,
        columns: &[Column],
        start: u32,
    ) -> Result<Table, PageError>;
    /// Scrolls a container.
    async fn scroll(&mut self, container: &Locator, to: ScrollTo) -> Result<Scrolled, PageError>;

    /// Waits until a list has more than `known` rows or another condition is true; if it grew, scrolls it to
    /// its end and reads it from `start`, before the page can have loaded anything for that. As many commands
    /// as `wait`.
    async fn grow(
        &mut self,
        list: &GrowingList,
        (known, start): (u32, u32),
        or_else: &[Condition],
        timeout: std::time::Duration,
    ) -> Result<Growth, PageError>;

    /// A picture of what can be seen, as PNG.
    async fn screenshot(&mut self) -> Result<Vec<u8>, PageError>;
    /// The document as HTML, for those who find out what went wrong: without scripts, without anything that was typed,
    /// and without what could be a key.
    async fn redacted_source(&mut self) -> Result<String, PageError>;
    /// What the browser's console complained of since it was last asked.
    async fn console(&mut self) -> Result<Vec<ConsoleLine>, PageError>;
    /// Answers a native dialog and gives its text. Two commands.
    async fn answer_dialog(&mut self, accept: bool) -> Result<Option<String>, PageError>;
    /// From here on the next download of the page is waited for. A few commands.
    async fn begin_download(&mut self) -> Result<(), PageError>;
    /// Waits until the browser says that it is whole, and gives the file. Nothing of it stays in the browser's folder
    /// whatever way this ends. A command every `limits::DOWNLOAD_LOOK`.
    async fn finish_download(
        &mut self,
        timeout: std::time::Duration,
    ) -> Result<Downloaded, PageError>;
    /// Runs a function body and gives its value.
    async fn evaluate(
        &mut self,
        script: &str,
        args: Vec<serde_json::Value>,
    ) -> Result<serde_json::Value, PageError>;

    /// Puts the page in order for its next user: closes windows that were opened, answers dialogs that were left
    /// open (with "no"; their texts are logged), takes back the page's wish to ask before it is left, and breaks a
    /// download off that is on its way. What the page shows stays. A few commands.
    async fn tidy(&mut self) -> Result<(), PageError>;
    /// What a person would see now, in the newest window. A few commands; they come back when what is being loaded
    /// has come or has taken its time.
    async fn frame(&mut self) -> Result<Frame, PageError>;
    /// Passes on what a person did. One command, or a few.
    async fn gesture(&mut self, gesture: &Gesture) -> Result<(), PageError>;
    /// Says whether a person acts in the page as well. While one does, any command may have to wait until a page
    /// has loaded, and is given the time.
    fn attended(&mut self, by_a_person: bool);

    /// Ends the browser session politely. Nothing works afterwards.
    async fn quit(&mut self) -> Result<(), PageError>;

    /// What whoever works on this page is told of the time, in milliseconds since 1970, where the host's own clock says
    /// this. One that is played tells the time of its recording.
    fn told_time(&mut self, now_ms: u64) -> u64 {
        now_ms
    }
    /// Whether time passes with this page. With one that is played nobody sleeps.
    fn time_passes(&self) -> bool {
        true
    }

    /// WebDriver commands sent so far.
    fn commands(&self) -> u64;
    /// The last of them, by name.
    fn last_commands(&self) -> Vec<CommandNote>;
    /// Whether a command was sent whose answer nobody waited for.
    fn in_flight(&self) -> bool;
    /// Whether the browser behind it is gone or does not answer.
    fn is_lost(&self) -> bool;
}
