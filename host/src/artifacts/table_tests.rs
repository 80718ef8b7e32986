//! Tables through all their forms, and files that are none.

use std::io::Write as _;

use super::*;

fn table() -> Table {
    let line = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
    Table {
        sheet: "DisplayList".to_owned(),
        columns: line(["Appointment #", "Terminal", "Slot"]),
        rows: vec![
            line(["0042", "A, \"B\"\nC", ""]),
            line(["=1+1", "", "11/03/2025 08:00"]),
        ],
    }
}

#[test]
fn every_form_keeps_every_cell_exactly() {
    let table = table();
    let sheet = Table::read(&table.write(Form::Xlsx).unwrap()).unwrap();
    assert_eq!(sheet, table);
    let csv = Table::read(&table.write(Form::Csv).unwrap()).unwrap();
    assert_eq!(
        (csv.columns, csv.rows),
        (table.columns.clone(), table.rows.clone())
    );
    let json: serde_json::Value =
        serde_json::from_slice(&table.write(Form::Json).unwrap()).unwrap();
    assert_eq!(json["sheet"], "DisplayList");
    assert_eq!(json["rows"][1][0], "=1+1");
}

#[test]
fn numbers_and_dates_are_read_as_a_person_reads_them() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["n", "m", "b"]).unwrap();
    sheet.write(1, 0, 42).unwrap();
    sheet.write(1, 1, 1.5).unwrap();
    sheet.write(1, 2, true).unwrap();
    let table = Table::read(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(table.rows, [["42", "1.5", "TRUE"]]);
}

#[test]
fn rows_of_unequal_length_become_equal() {
    let table = Table::read(b"\xEF\xBB\xBFa,b\n1\n1,2,3\n").unwrap();
    assert_eq!(table.columns, ["a", "b", ""]);
    assert_eq!(table.rows, [["1", "", ""], ["1", "2", "3"]]);
}

#[test]
fn an_empty_sheet_is_an_empty_table() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet();
    let table = Table::read(&book.save_to_buffer().unwrap()).unwrap();
    assert!(table.columns.is_empty() && table.rows.is_empty());
}

#[test]
fn what_is_no_table_is_refused() {
    for content in [
        b"\x89PNG\r\n\x1a\n\0\0".as_slice(),
        b"PK\x03\x04 and then nothing",
        b"\xD0\xCF\x11\xE0 and then nothing",
        b"\xFF\xFE\xFF",
    ] {
        let error = Table::read(content).unwrap_err();
        assert!(matches!(error, ArtifactError::NotATable(_)), "{error}");
    }
}

#[test]
fn a_sheet_that_says_it_is_huge_takes_no_memory() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "a").unwrap();
    sheet.write(1_048_575, 16_383, "z").unwrap();
    let error = Table::read(&book.save_to_buffer().unwrap()).unwrap_err();
    assert!(error.to_string().contains("cells"), "{error}");
}

#[test]
fn an_archive_that_unpacks_to_more_than_it_may_is_refused() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let deflated = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    zip.start_file("xl/worksheets/sheet1.xml", deflated)
        .unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..=(limits::TABLE_UNPACKED_BYTES >> 20) {
        zip.write_all(&zeros).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    assert!(
        Table::read(&bomb)
            .unwrap_err()
            .to_string()
            .contains("larger")
    );
}
