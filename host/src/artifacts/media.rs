//! The media types of what artifacts are (RFC 6838).

/// A spreadsheet of Office Open XML.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// A spreadsheet of the format before that.
pub const XLS: &str = "application/vnd.ms-excel";
/// Comma-separated values (RFC 4180).
pub const CSV: &str = "text/csv; charset=utf-8";
/// A picture.
pub const PNG: &str = "image/png";
/// JSON (RFC 8259).
pub const JSON: &str = "application/json";
/// Several files in one.
pub const ZIP: &str = "application/zip";

/// The media type that goes with a file name's ending; plain bytes if none is known.
#[must_use]
pub fn of_name(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("xlsx") => XLSX,
        Some("xls") => XLS,
        Some("csv") => CSV,
        Some("pdf") => "application/pdf",
        Some("png") => PNG,
        Some("zip") => ZIP,
        _ => "application/octet-stream",
    }
}
