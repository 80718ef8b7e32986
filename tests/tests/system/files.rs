//! The files that runs leave: by id only, in every form, and gone when somebody says so.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::office::{Office, by};

/// A run that left a spreadsheet of two containers: the office, and the file's id.
async fn with_file() -> (Office, Value) {
    let office = Office::quick().await;
    let account = office.account(0);
    let input = json!({ "target_count": 2 });
    let answer = office.run("get-containers", &account, input).await.ok();
    (office, answer)
}

fn file(answer: &Value) -> &str {
    answer["output"]["spreadsheet"].as_str().unwrap()
}

#[tokio::test]
async fn a_table_comes_as_csv_and_json_and_as_it_is() {
    let (office, answer) = with_file().await;
    let get = async |query: &str| {
        let url = format!("{}/v1/artifacts/{}{query}", office.url, file(&answer));
        let got = office.client.get(url).send().await.unwrap();
        assert_eq!(got.status(), StatusCode::OK, "{query}");
        let header = |name: &str| got.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let heads = (header("content-type"), header("content-disposition"));
        (heads, got.bytes().await.unwrap())
    };
    let first = answer["output"]["containers"][0]["container_number"].as_str();
    let ((kind, disposition), csv) = get("?format=csv").await;
    assert_eq!(kind, "text/csv; charset=utf-8");
    assert_eq!(disposition, "attachment; filename=\"containers.csv\"");
    let csv = String::from_utf8(csv.to_vec()).unwrap();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("Container #,Trade Type,"), "{csv}");
    assert!(lines[1].starts_with(first.unwrap()));
    let (_, json) = get("?format=json").await;
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["sheet"], "Containers");
    assert_eq!(json["columns"][0], "Container #");
    assert_eq!(json["rows"][0][0].as_str(), first);
    let (_, plain) = get("").await;
    assert_eq!(get("?format=xlsx").await.1, plain);
    office.close().await;
}

#[tokio::test]
async fn what_is_no_table_has_no_other_form() {
    let office = Office::quick().await;
    let mut body = by(&office.account(0), &json!({ "target_count": 1 }));
    body["debug"] = json!(true);
    let answer = office
        .post("/v1/operations/get-containers", body)
        .await
        .ok();
    let files = answer["artifacts"].as_array().unwrap();
    let bundle = files
        .iter()
        .find(|file| file["name"] == "debug.zip")
        .unwrap();
    let path = format!("/v1/artifacts/{}", bundle["id"].as_str().unwrap());
    let csv = office.get(&format!("{path}?format=csv")).await;
    assert_eq!(csv.problem(), (422, "not-a-table"));
    let unknown = office.get(&format!("{path}?format=pdf")).await;
    assert_eq!(unknown.problem(), (422, "invalid-query"));
    office.close().await;
}

#[tokio::test]
async fn d26_only_an_id_finds_a_file() {
    let (office, answer) = with_file().await;
    let id = file(&answer);
    let run = answer["run_id"].as_str().unwrap();
    assert!(
        office
            .get(&format!("/files/{id}/containers.xlsx"))
            .await
            .status
            .is_success()
    );
    for path in [
        "/files/containers.xlsx".to_owned(),
        format!("/files/{run}/{id}/containers.xlsx"),
        format!("/files/{run}"),
        format!("/v1/artifacts/{run}"),
        "/files/..%2f..%2fgantry.db".to_owned(),
        format!("/v1/artifacts/{id}%2f..%2f.artifact.json"),
        format!("/v1/artifacts/..%2f{id}"),
        "/v1/artifacts/%00".to_owned(),
    ] {
        let answer = office.get(&path).await;
        assert_eq!(answer.problem(), (404, "artifact-not-found"), "{path}");
    }
    // Whatever stands behind the id is for people.
    let url = format!("{}/files/{id}/..%2f..%2fgantry.db", office.url);
    let got = office.client.get(url).send().await.unwrap();
    let disposition = got.headers()["content-disposition"].to_str().unwrap();
    assert_eq!(disposition, "attachment; filename=\"containers.xlsx\"");
    office.close().await;
}

#[tokio::test]
async fn f24_a_file_that_is_removed_is_gone_from_the_disk() {
    let (office, answer) = with_file().await;
    let path = format!("/v1/artifacts/{}", file(&answer));
    let removed = office.delete(&path).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    for again in [office.delete(&path).await, office.get(&path).await] {
        assert_eq!(again.problem(), (404, "artifact-not-found"));
    }
    let artifacts = office.folder.path().join("data/artifacts");
    assert_eq!(std::fs::read_dir(artifacts).unwrap().count(), 0);
    office.close().await;
}
