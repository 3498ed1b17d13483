//! QR codes as SVG: one path, black on nothing.

use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

/// The quiet zone that readers need, in modules.
const QUIET: i32 = 4;

/// The QR code of a text as SVG; nothing when the text is too long for one.
pub fn svg(text: &str) -> Option<String> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let side = code.size() + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Some(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path d="{path}"/></svg>"#
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_finder_patterns_inside_a_quiet_zone() {
        let svg = svg("https://wy.example.com/v/abc").unwrap();
        assert!(svg.contains(r#"viewBox="0 0 33 33""#) || svg.contains(r#"viewBox="0 0 37 37""#), "{svg}");
        assert!(svg.contains("M4 4h1v1h-1z") && !svg.contains("M3 "), "the corner of the first finder pattern");
        assert_eq!(super::svg(&"x".repeat(5_000)), None);
    }
}
