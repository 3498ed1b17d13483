//! Which styles of a workbook show a number as a date.

use super::workbook::{MAX_CELLS, WorkbookError};
use super::xml::{Node, Xml, attribute};
use std::collections::HashMap;

/// For each cell style, in order: does it show a date?
pub(super) fn by_style(part: &str) -> Result<Vec<bool>, WorkbookError> {
    let (mut xml, mut own, mut styles, mut inside) = (Xml::new(part), HashMap::new(), Vec::new(), false);
    while let Some(node) = xml.next_node()? {
        match node {
            Node::Open(tag) => match tag.local_name().as_ref() {
                "numFmt" => {
                    if let (Some(id), Some(code)) = (attribute(&tag, "numFmtId")?, attribute(&tag, "formatCode")?) {
                        own.insert(id, shows_date(&code));
                    }
                }
                "cellXfs" => inside = true,
                "xf" if inside => {
                    let id = attribute(&tag, "numFmtId")?.unwrap_or_default();
                    styles.push(own.get(&id).copied().unwrap_or_else(|| is_built_in_date(&id)));
                    if styles.len() > MAX_CELLS {
                        return Err(WorkbookError::TooManyCells);
                    }
                }
                _ => {}
            },
            Node::Close(tag) if tag.local_name().as_ref() == "cellXfs" => inside = false,
            Node::Close(_) | Node::Text(_) => {}
        }
    }
    Ok(styles)
}

/// The numbers that the format reserves for dates, the East Asian ones included.
fn is_built_in_date(id: &str) -> bool {
    matches!(id.parse(), Ok(14_u32..=17 | 22 | 27..=31 | 34..=36 | 50..=54 | 57..=58))
}

/// A format code shows a date when it has a year or a day, or months without a time of day, outside of quotes,
/// brackets and escapes.
fn shows_date(code: &str) -> bool {
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    let (mut date, mut month, mut time) = (false, false, false);
    for c in code.chars() {
        match c {
            _ if escaped => escaped = false,
            '"' if !bracketed => quoted = !quoted,
            _ if quoted => {}
            '\\' | '_' | '*' => escaped = true,
            '[' => bracketed = true,
            ']' => bracketed = false,
            _ if bracketed => {}
            // Only the first section formats positive numbers.
            ';' => break,
            'y' | 'Y' | 'd' | 'D' => date = true,
            'm' | 'M' => month = true,
            'h' | 'H' | 's' | 'S' => time = true,
            _ => {}
        }
    }
    date || (month && !time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_codes() {
        for date in ["yyyy-mm-dd", "yyyy\"年\"m\"月\"", "[$-804]d mmm", "m/d/yy h:mm", "mm;@", "\"on\" dd"] {
            assert!(shows_date(date), "{date}");
        }
        for other in ["General", "0.00", "#,##0;[Red]-#,##0", "h:mm", "[hh]:mm:ss", "\"day\" 0", "0\\d", "0;yyyy"] {
            assert!(!shows_date(other), "{other}");
        }
    }

    #[test]
    fn styles_in_their_order() {
        let part = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;"/></numFmts>
            <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
            <cellXfs count="9999999999"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/><xf/></cellXfs></styleSheet>"#;
        assert_eq!(by_style(part), Ok(vec![false, true, true, false]));
    }
}
