//! The book of downloads, on events as Chromium gives them.

use serde_json::json;

use super::*;

struct Book {
    downloads: Downloads,
    folder: tempfile::TempDir,
}

impl Book {
    fn awaiting() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut downloads = Downloads::into_folder(folder.path().join("downloads"), 1000);
        downloads.awaited().unwrap();
        Self { downloads, folder }
    }

    fn began(&mut self, guid: &str, name: &str) {
        let params = json!({ "guid": guid, "suggestedFilename": name });
        self.downloads.event("Page.downloadWillBegin", &params);
    }

    fn goes_on(&mut self, guid: &str, state: &str, bytes: u64) {
        let params =
            json!({ "guid": guid, "state": state, "receivedBytes": bytes, "totalBytes": 0 });
        self.downloads.event("Page.downloadProgress", &params);
    }

    fn write(&self, guid: &str, bytes: usize) {
        let file = self.folder.path().join("downloads").join(guid);
        std::fs::write(file, vec![b'x'; bytes]).unwrap();
    }

    fn whole(&self) -> Arriving {
        match self.downloads.standing() {
            Standing::Whole(arrived) => arrived.clone(),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_download_is_whole_when_the_browser_says_so_and_goes_to_who_takes_it() {
    let mut book = Book::awaiting();
    book.began("a-1", "list.xlsx");
    book.goes_on("a-1", "inProgress", 3);
    assert!(matches!(book.downloads.standing(), Standing::UnderWay(_)));
    book.goes_on("a-1", "completed", 5);
    book.write("a-1", 5);
    let downloaded = book.downloads.take(&book.whole()).unwrap();
    assert_eq!(
        (downloaded.name.as_str(), downloaded.bytes),
        ("list.xlsx", 5)
    );
    let path = downloaded.file.to_path_buf();
    drop(downloaded);
    assert!(!path.exists(), "what nobody takes is removed");
}

#[test]
fn a_file_shorter_than_the_browser_said_is_never_given() {
    let mut book = Book::awaiting();
    book.began("a-1", "list.xlsx");
    book.goes_on("a-1", "completed", 5);
    book.write("a-1", 4);
    let short = book.downloads.take(&book.whole()).unwrap_err();
    assert_eq!(short, DownloadError::BrokenOff("list.xlsx".to_owned()));
}

#[test]
fn d19_one_that_began_before_it_was_waited_for_does_not_count() {
    let mut book = Book::awaiting();
    book.downloads.forget().unwrap();
    book.began("old-1", "old.xlsx");
    book.downloads.awaited().unwrap();
    book.goes_on("old-1", "completed", 5);
    assert_eq!(book.downloads.standing(), &Standing::Awaited);
}

#[test]
fn d19_of_two_none_is_taken() {
    let mut book = Book::awaiting();
    book.began("a-1", "one.xlsx");
    book.goes_on("a-1", "completed", 5);
    book.began("b-2", "two.xlsx");
    let several = DownloadError::Several("one.xlsx".to_owned(), "two.xlsx".to_owned());
    assert_eq!(book.downloads.standing(), &Standing::Failed(several));
}

#[test]
fn one_that_breaks_off_or_is_too_large_fails_for_good() {
    let mut book = Book::awaiting();
    book.began("a-1", "list.xlsx");
    book.goes_on("a-1", "canceled", 0);
    book.goes_on("a-1", "completed", 5);
    let broken = Standing::Failed(DownloadError::BrokenOff("list.xlsx".to_owned()));
    assert_eq!(book.downloads.standing(), &broken);
    let mut book = Book::awaiting();
    book.began("a-1", "list.xlsx");
    book.goes_on("a-1", "inProgress", 1001);
    assert!(matches!(
        book.downloads.standing(),
        Standing::Failed(DownloadError::TooLarge { .. })
    ));
}

#[test]
fn an_id_that_is_a_path_is_none() {
    let mut book = Book::awaiting();
    book.began("../../x", "list.xlsx");
    assert_eq!(book.downloads.standing(), &Standing::Awaited);
}

#[test]
fn waiting_begins_with_an_empty_folder() {
    let mut book = Book::awaiting();
    book.write("old", 3);
    let folder = book.downloads.awaited().unwrap();
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
}
