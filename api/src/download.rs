//! The path of a read whose answer is a file: the same as of any other read, and the table is written as CSV or XLSX.
//!
//! May never happen here: a file without bounds, a file name that is more than a name.

use crate::app::App;
use crate::body::rules;
use crate::endpoint::{Parameter, Pending};
use crate::extract::LEDGER_POSITION;
use crate::problem::Problem;
use crate::query::{self, Ask, Request};
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use mingzhang_domain::id::LedgerId;
use mingzhang_projections::sheet::{Format, Sheet};
use serde_json::{Value, json};
use std::future::Future;
use std::sync::Arc;

/// Characters of a file's name at most.
const LONGEST_NAME: usize = 80;

/// A query that is answered with a table.
pub trait Download: 'static {
    /// Its name: the operation id, in the policies.
    const OPERATION: &'static str;
    /// One sentence for the document.
    const SUMMARY: &'static str;

    /// What its query string takes besides the format.
    fn parameters() -> Vec<Parameter>;

    /// Reads. Every parameter it knows is taken; what is left over is refused before.
    fn read(app: Arc<App>, ask: Ask) -> impl Future<Output = Result<Table, Problem>> + Send;
}

/// What a download reads.
#[derive(Debug)]
pub struct Table {
    /// The table.
    pub sheet: Sheet,
    /// The name of the file, without its ending, in any letters.
    pub name: String,
    /// The same for programs that know ASCII only.
    pub plain_name: &'static str,
    /// The position it reflects.
    pub position: u64,
}

/// A file as it is answered.
#[derive(Debug)]
pub struct File {
    ledger: LedgerId,
    position: u64,
    media_type: &'static str,
    disposition: String,
    content: Content,
}

/// What a file holds.
#[derive(Debug)]
enum Content {
    /// In memory.
    Bytes(Vec<u8>),
    /// In a temporary file that stands at its beginning, so many bytes.
    Spooled(std::fs::File, u64),
}

/// How a file is called.
#[derive(Debug)]
pub struct Name {
    /// Without its ending, in any letters.
    pub name: String,
    /// The same for programs that know ASCII only.
    pub plain: &'static str,
    /// What stands after the dot.
    pub ending: &'static str,
}

impl File {
    /// Bytes of a ledger as they were at a position.
    pub fn new((ledger, position): (LedgerId, u64), media_type: &'static str, name: &Name, bytes: Vec<u8>) -> Self {
        Self { ledger, position, media_type, disposition: disposition(name), content: Content::Bytes(bytes) }
    }

    /// The same out of a temporary file that stands at its beginning, with its length.
    pub fn spooled(
        (ledger, position): (LedgerId, u64),
        media_type: &'static str,
        name: &Name,
        (file, length): (std::fs::File, u64),
    ) -> Self {
        Self { ledger, position, media_type, disposition: disposition(name), content: Content::Spooled(file, length) }
    }
}

/// How a download runs once its type is forgotten.
pub type Run = fn(Arc<App>, Request) -> Pending<File>;

/// The parameters of a download.
pub fn parameters<D: Download>() -> Vec<Parameter> {
    let words: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
    let schema = json!({"type": "string", "enum": words});
    let format = Parameter { name: "format", description: "How it is written; `xlsx` when absent.", schema };
    D::parameters().into_iter().chain([format]).collect()
}

/// The content of a download's answer, by media type.
pub fn content() -> Value {
    let schema = json!({"schema": {"type": "string", "format": "binary"}});
    Format::ALL.iter().map(|format| (format.media_type().to_owned(), schema.clone())).collect()
}

/// Runs a download in a task of its own, which owns its transaction; the file is written on a thread that may block.
pub fn run<D: Download>(app: Arc<App>, request: Request) -> Pending<File> {
    Box::pin(async move {
        let work = tokio::spawn(async move {
            let mut ask = query::begin(&app, D::OPERATION, true, request).await?;
            let ledger = ask.ledger;
            let format = ask.parameters.take::<Format>("format", rules::WORD)?.unwrap_or(Format::Xlsx);
            let Table { sheet, name, plain_name, position } = D::read(app, ask).await?;
            let written = tokio::task::spawn_blocking(move || sheet.file(format)).await;
            let bytes = written.map_err(|_| Problem::internal())?.map_err(|error| {
                tracing::error!(%error, "a table could not be written");
                Problem::internal()
            })?;
            let name = Name { name, plain: plain_name, ending: format.as_str() };
            Ok(File::new((ledger, position), format.media_type(), &name, bytes))
        });
        work.await.unwrap_or_else(|_| Err(Problem::internal()))
    })
}

impl IntoResponse for File {
    fn into_response(self) -> Response {
        let (length, body) = match self.content {
            Content::Bytes(bytes) => (u64::try_from(bytes.len()).unwrap_or_default(), Body::from(bytes)),
            Content::Spooled(file, length) => (length, crate::stream::of_file(file)),
        };
        let mut response = body.into_response();
        let headers = [
            (CONTENT_LENGTH, length.to_string()),
            (CONTENT_TYPE, self.media_type.to_owned()),
            (CONTENT_DISPOSITION, self.disposition),
            (HeaderName::from_static(LEDGER_POSITION), format!("{}@{}", self.ledger, self.position)),
        ];
        for (name, text) in headers {
            if let Ok(value) = HeaderValue::from_str(&text) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// How a file is named (RFC 6266): once for programs that know ASCII only, once in any letters (RFC 8187).
pub fn disposition(name: &Name) -> String {
    let Name { name, plain, ending } = name;
    let name: String = name.chars().map(|c| if is_fit(c) { c } else { '_' }).take(LONGEST_NAME).collect();
    // A name that begins with a dot is hidden, one of dots alone is a folder.
    let name = name.trim_matches('.');
    let encoded: String = name.bytes().map(encoded).collect();
    format!("attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{encoded}.{ending}")
}

/// Letters, digits and what no file system, shell or header takes for anything else.
fn is_fit(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn encoded(byte: u8) -> String {
    let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::workbook::{Cell as Read, read_xlsx};
    use mingzhang_projections::sheet::Cell;
    use rust_decimal::Decimal;

    #[test]
    fn file_names_are_names_and_nothing_else() {
        let table = [
            ("对账单", "%E5%AF%B9%E8%B4%A6%E5%8D%95"),
            ("1-1-0101 甲", "1-1-0101_%E7%94%B2"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("a\"; filename=\"b", "a___filename__b"),
            ("a\r\nSet-Cookie: x", "a__Set-Cookie__x"),
            ("C:\\x|y<z>*?'%", "C__x_y_z_____"),
            ("...", ""),
        ];
        for (name, encoded) in table {
            let expected = format!("attachment; filename=\"statement.csv\"; filename*=UTF-8''{encoded}.csv");
            let named = Name { name: name.to_owned(), plain: "statement", ending: "csv" };
            assert_eq!(disposition(&named), expected, "{name}");
        }
        let long = Name { name: "甲".repeat(999), plain: "x", ending: "xlsx" };
        assert!(disposition(&long).len() < 9 * LONGEST_NAME + 60);
    }

    #[test]
    fn a_workbook_has_texts_as_texts_and_amounts_as_exact_numbers() {
        let fen: Vec<i64> =
            (0..2_000).map(|n: i64| n * n * 6_007 - 999_999_937).chain([1, -1, 999_999_999_999_999]).collect();
        let mut rows: Vec<Vec<Cell>> = fen.iter().map(|fen| vec![Cell::Amount(Decimal::new(*fen, 2))]).collect();
        rows.push(vec![Cell::text("=1+1")]);
        rows.push(vec![Cell::Amount(Decimal::new(i64::MAX, 2))]);
        let sheet = Sheet { name: "对账单", headings: vec!["金额 Amount"], rows };
        let book = read_xlsx(&sheet.file(Format::Xlsx).unwrap()).unwrap();
        let cells: Vec<&Read> = book.sheets[0].rows.iter().filter_map(|row| row.cell(0)).collect();
        let text = |at: usize| if let Read::Text(text) = cells[at] { text.to_string() } else { String::new() };
        assert_eq!(text(0), "金额 Amount");
        for (at, fen) in (1..).zip(&fen) {
            let Read::Number(number) = cells[at] else { panic!("{fen} is no number") };
            assert_eq!(number.parse::<Decimal>().unwrap(), Decimal::new(*fen, 2), "exact to the fen");
        }
        assert_eq!(text(fen.len() + 1), "'=1+1");
        assert_eq!(text(fen.len() + 2), "92233720368547758.07", "what no number there can say is text");
    }
}
