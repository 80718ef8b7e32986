//! The store on a real folder.

use std::time::Duration;

use super::*;
use crate::artifacts::media;
use crate::artifacts::table::Form;

struct Opened {
    dir: tempfile::TempDir,
    store: ArtifactStore,
}

fn opened() -> Opened {
    let dir = tempfile::tempdir().unwrap();
    let store = ArtifactStore::open(dir.path()).unwrap();
    Opened { dir, store }
}

async fn text(run: &RunArtifacts, name: &str) -> Artifact {
    run.put(name, "text/plain", b"hello".to_vec())
        .await
        .unwrap()
}

#[tokio::test]
async fn what_was_put_is_found_whole_also_by_the_next_host() {
    let Opened { dir, store } = opened();
    let run = store.for_run(RunId::random());
    let put = text(&run, "a b.txt").await;
    for store in [store, ArtifactStore::open(dir.path()).unwrap()] {
        let (found, file) = store.find(put.id).await.unwrap();
        assert_eq!(found, put);
        assert_eq!(std::fs::read(&file).unwrap(), b"hello");
        assert!(file.starts_with(dir.path().join(put.run_id.to_string())));
    }
}

#[tokio::test]
async fn a_name_that_is_a_path_is_refused() {
    let run = opened().store.for_run(RunId::random());
    for name in ["", "../x", "a/b", ".artifact.json", "a\0b"] {
        let error = run.put(name, "text/plain", Vec::new()).await.unwrap_err();
        assert!(matches!(error, ArtifactError::InvalidName(_)), "{name:?}");
    }
}

#[tokio::test]
async fn a_file_that_was_downloaded_is_moved_and_gone_from_where_it_was() {
    let Opened { dir, store } = opened();
    let run = store.for_run(RunId::random());
    let from = dir.path().join("guid");
    std::fs::write(&from, "hello").unwrap();
    let file = tempfile::TempPath::try_from_path(from.clone()).unwrap();
    let kept = run.take("list.csv", media::CSV, file, 5).await.unwrap();
    assert!(!from.exists());
    let (_, path) = store.find(kept.id).await.unwrap();
    assert_eq!(std::fs::read(path).unwrap(), b"hello");
}

#[tokio::test]
async fn a_run_reads_its_own_tables_and_no_others() {
    let store = opened().store;
    let (one, other) = (
        store.for_run(RunId::random()),
        store.for_run(RunId::random()),
    );
    let table = Table {
        sheet: "S".to_owned(),
        columns: vec!["A".to_owned()],
        rows: vec![vec!["1".to_owned()]],
    };
    let content = table.write(Form::Xlsx).unwrap();
    let kept = one.put("t.xlsx", media::XLSX, content).await.unwrap();
    assert_eq!(one.table(kept.id).await.unwrap(), table);
    let denied = other.table(kept.id).await.unwrap_err();
    assert!(matches!(denied, ArtifactError::NotFound(_)));
}

#[tokio::test]
async fn what_is_removed_is_gone_and_the_rest_of_its_run_stays() {
    let Opened { dir, store } = opened();
    let run = store.for_run(RunId::random());
    let (one, two) = (text(&run, "1.txt").await, text(&run, "2.txt").await);
    store.remove(one.id).await.unwrap();
    for again in [
        store.remove(one.id).await,
        store.find(one.id).await.map(drop),
    ] {
        assert!(matches!(again, Err(ArtifactError::NotFound(_))));
    }
    store.find(two.id).await.unwrap();
    store.remove(two.id).await.unwrap();
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    assert_eq!(store.bytes(), 0);
}

#[tokio::test]
async fn f24_sweeping_removes_files_of_runs_that_have_ended() {
    let Opened { dir, store } = opened();
    let (ended, under_way) = (
        store.for_run(RunId::random()),
        store.for_run(RunId::random()),
    );
    let (old, new) = (text(&ended, "1.txt").await, text(&under_way, "2.txt").await);
    drop(ended);
    let keep = Keep {
        age: Duration::from_hours(1),
        bytes: 1 << 20,
    };
    let nothing = store.sweep(keep, SystemTime::now()).await.unwrap();
    assert_eq!((nothing.runs, nothing.kept_bytes), (0, 10));
    let later = SystemTime::now() + Duration::from_hours(2);
    let swept = store.sweep(keep, later).await.unwrap();
    assert_eq!((swept.runs, swept.freed_bytes, swept.kept_bytes), (1, 5, 5));
    assert!(matches!(
        store.find(old.id).await,
        Err(ArtifactError::NotFound(_))
    ));
    store.find(new.id).await.unwrap();
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn an_interrupted_write_is_gone_after_a_restart() {
    let Opened { dir, store } = opened();
    let run = store.for_run(RunId::random());
    text(&run, "1.txt").await;
    let folder = dir.path().join(run.list()[0].run_id.to_string());
    std::fs::create_dir(folder.join(".new-1")).unwrap();
    ArtifactStore::open(dir.path()).unwrap();
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
}
