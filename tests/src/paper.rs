//! What stands on paper: the text of a PDF, by poppler.

use crate::client::Reply;
use std::process::Command;

/// The text of a document without blanks, which are no facts.
///
/// # Panics
/// When the answer is no document, or poppler is not installed.
pub fn text(reply: &Reply) -> String {
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/pdf"), "{}", reply.text);
    text_of(&reply.bytes)
}

/// The same of bytes.
///
/// # Panics
/// As [`text`].
pub fn text_of(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new("pdftotext").args(["-raw".as_ref(), file.as_os_str(), "-".as_ref()]).output();
    let output = output.expect("pdftotext: run make setup");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().chars().filter(|letter| !letter.is_whitespace()).collect()
}
