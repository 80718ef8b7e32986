//! A page that is played from a cassette: no browser, no time. `following.rs` says what is answered.
//!
//! Owns: its place in the cassette, shared with whoever wants to know afterwards how it went (`Replay`).
//! Never: sleeps; what timed out when it was recorded times out at once.

use std::io::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::NamedTempFile;

use crate::browser::asked;
use crate::browser::cassette::{Asked, Came, Cassette};
use crate::browser::downloads::{DownloadError, Downloaded};
use crate::browser::error::PageError;
use crate::browser::following::{Followed, Following};
use crate::browser::live::{Frame, Gesture};
use crate::browser::page::{
    Clicked, Column, Condition, ElementRef, GrowingList, Growth, Location, Locator, Page, ScrollTo,
    Scrolled, Table,
};
use crate::browser::trace::{CommandNote, ConsoleLine};

/// A grey point, in place of every picture: a PNG of one by one.
const PICTURE: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\
\0\0\0\nIDAT\x78\xda\x63\x68\0\0\0\x82\0\x81\xda\x45\x08\x3b\0\0\0\0IEND\xae\x42\x60\x82";

/// How a replay goes, for whoever does not have its page.
pub struct Replay(Arc<Mutex<Following>>);

/// A page that is played from a cassette.
pub struct Replaying {
    following: Arc<Mutex<Following>>,
    times_ms: Times,
}

/// The times that were told when it was recorded: each once, and then the last one for ever.
struct Times {
    to_come: std::vec::IntoIter<u64>,
    last: Option<u64>,
}

impl Times {
    /// Where none was recorded the host's own goes.
    fn told(&mut self, now_ms: u64) -> u64 {
        self.last = self.to_come.next().or(self.last);
        self.last.unwrap_or(now_ms)
    }
}

impl Replay {
    /// Plays a cassette from its beginning.
    #[must_use]
    pub fn of(cassette: &Cassette) -> (Self, Replaying) {
        let following = Following::new(cassette.calls.clone(), cassette.truncated);
        let following = Arc::new(Mutex::new(following));
        let page = Replaying {
            following: Arc::clone(&following),
            times_ms: Times {
                to_come: cassette.times_ms.clone().into_iter(),
                last: None,
            },
        };
        (Self(following), page)
    }

    /// How it went.
    #[must_use]
    pub fn ended(self) -> Followed {
        let none = Following::new(Vec::new(), false);
        std::mem::replace(&mut *of(&self.0), none).ended()
    }
}

fn of(following: &Mutex<Following>) -> MutexGuard<'_, Following> {
    following.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Replaying {
    /// What came of such a call.
    fn came<T: DeserializeOwned>(&self, asked: &Asked) -> Result<T, PageError> {
        match of(&self.following).came(asked)? {
            Came::Answer(answer) => serde_json::from_value(answer).map_err(|error| {
                PageError::Differs(format!(
                    "the recorded answer to `{}` is none: {error}",
                    asked.call
                ))
            }),
            Came::Error(error) => Err(error),
        }
    }
}

/// What nobody asks of a page during a call.
fn never<T>(what: &str) -> Result<T, PageError> {
    Err(PageError::Denied(format!("{what} of a recorded page")))
}

/// An empty file in place of the one that came.
fn empty_file(name: String) -> std::io::Result<Downloaded> {
    let mut file = NamedTempFile::new()?;
    file.flush()?;
    Ok(Downloaded {
        name,
        bytes: 0,
        file: file.into_temp_path(),
    })
}

#[async_trait]
impl Page for Replaying {
    async fn goto(&mut self, site: &str, path: &str) -> Result<(), PageError> {
        self.came(&asked::goto(site, path))
    }

    async fn location(&mut self) -> Result<Location, PageError> {
        self.came(&asked::plain("location"))
    }

    async fn title(&mut self) -> Result<String, PageError> {
        self.came(&asked::plain("title"))
    }

    async fn find(
        &mut self,
        scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<ElementRef, PageError> {
        self.came(&asked::find("find", scope, what))
    }

    async fn find_all(
        &mut self,
        scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<Vec<ElementRef>, PageError> {
        self.came(&asked::find("find-all", scope, what))
    }

    async fn find_visible(&mut self, what: &Locator) -> Result<Vec<ElementRef>, PageError> {
        self.came(&asked::find_visible(what))
    }

    async fn click(
        &mut self,
        element: &ElementRef,
        even_guarded: bool,
    ) -> Result<Clicked, PageError> {
        self.came(&asked::click(element, even_guarded))
    }

    async fn fill(&mut self, element: &ElementRef, text: &str) -> Result<(), PageError> {
        self.came(&asked::fill(element, text))
    }

    async fn press(&mut self, element: &ElementRef, key: &str) -> Result<(), PageError> {
        self.came(&asked::press(element, key))
    }

    async fn choose(&mut self, element: &ElementRef, option: &str) -> Result<(), PageError> {
        self.came(&asked::choose(element, option))
    }

    async fn sets_off(
        &mut self,
        element: &ElementRef,
        key: &str,
    ) -> Result<Option<String>, PageError> {
        self.came(&asked::sets_off(element, key))
    }

    async fn text(&mut self, element: &ElementRef) -> Result<String, PageError> {
        self.came(&asked::of_element("text", element))
    }

    async fn attribute(
        &mut self,
        element: &ElementRef,
        name: &str,
    ) -> Result<Option<String>, PageError> {
        self.came(&asked::attribute(element, name))
    }

    async fn is_visible(&mut self, element: &ElementRef) -> Result<bool, PageError> {
        self.came(&asked::of_element("is-visible", element))
    }

    async fn wait(&mut self, any_of: &[Condition], _: Duration) -> Result<usize, PageError> {
        self.came(&asked::wait(any_of))
    }

    async fn read(
        &mut self,
        rows: &Locator,
        columns: &[Column],
        start: u32,
    ) -> Result<Table, PageError> {
        self.came(&asked::read(rows, columns, start))
    }

    async fn scroll(&mut self, container: &Locator, to: ScrollTo) -> Result<Scrolled, PageError> {
        self.came(&asked::scroll(container, to))
    }

    async fn grow(
        &mut self,
        list: &GrowingList,
        from: (u32, u32),
        or_else: &[Condition],
        _: Duration,
    ) -> Result<Growth, PageError> {
        self.came(&asked::grow(list, from, or_else))
    }

    async fn screenshot(&mut self) -> Result<Vec<u8>, PageError> {
        let _: Value = self.came(&asked::plain("screenshot"))?;
        Ok(PICTURE.to_vec())
    }

    async fn redacted_source(&mut self) -> Result<String, PageError> {
        never("the source")
    }

    async fn console(&mut self) -> Result<Vec<ConsoleLine>, PageError> {
        never("the console")
    }

    async fn answer_dialog(&mut self, accept: bool) -> Result<Option<String>, PageError> {
        self.came(&asked::answer_dialog(accept))
    }

    async fn begin_download(&mut self) -> Result<(), PageError> {
        self.came(&asked::plain("begin-download"))
    }

    async fn finish_download(&mut self, _: Duration) -> Result<Downloaded, PageError> {
        let noted: Value = self.came(&asked::plain("finish-download"))?;
        let name = noted["name"].as_str().unwrap_or("download").to_owned();
        let file = empty_file(name).map_err(|error| DownloadError::Folder(error.to_string()));
        Ok(file?)
    }

    async fn evaluate(&mut self, script: &str, args: Vec<Value>) -> Result<Value, PageError> {
        self.came(&asked::evaluate(script, &args))
    }

    async fn tidy(&mut self) -> Result<(), PageError> {
        Ok(())
    }

    async fn frame(&mut self) -> Result<Frame, PageError> {
        never("a live picture")
    }

    async fn gesture(&mut self, _: &Gesture) -> Result<(), PageError> {
        never("a gesture")
    }

    fn attended(&mut self, _: bool) {}

    async fn quit(&mut self) -> Result<(), PageError> {
        Ok(())
    }

    fn told_time(&mut self, now_ms: u64) -> u64 {
        self.times_ms.told(now_ms)
    }

    fn time_passes(&self) -> bool {
        false
    }

    fn commands(&self) -> u64 {
        of(&self.following).made() as u64
    }

    fn last_commands(&self) -> Vec<CommandNote> {
        Vec::new()
    }

    fn in_flight(&self) -> bool {
        false
    }

    fn is_lost(&self) -> bool {
        false
    }
}
