//! Text as the font can print it: what it has no shape for is said, never left out.
//!
//! A character outside the font becomes `〓` and its code point in brackets, so that a rare name is printed as a name with a
//! known gap and not as empty boxes. Characters that would move or hide others (controls, direction marks) become spaces.

use serde_json::Value;
use typst::text::Font;

/// What stands for a character without a shape 造字符.
pub const GAP: char = '〓';

/// Replaces what the font cannot print in every text of the data; answers how many characters that were.
pub fn fit(data: &mut Value, font: &Font) -> usize {
    match data {
        Value::String(text) => match fitted(text, font) {
            Some((fit, gaps)) => {
                *text = fit;
                gaps
            }
            None => 0,
        },
        Value::Array(items) => items.iter_mut().map(|item| fit(item, font)).sum(),
        Value::Object(fields) => fields.values_mut().map(|field| fit(field, font)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// The text as it can be printed, and how many of its characters have no shape; nothing when it can be printed as it is.
fn fitted(text: &str, font: &Font) -> Option<(String, usize)> {
    if text.chars().all(|letter| !is_unfit(letter) && has_shape(letter, font)) {
        return None;
    }
    let (mut fit, mut gaps) = (String::with_capacity(text.len()), 0);
    for letter in text.chars() {
        if is_unfit(letter) {
            fit.push(' ');
        } else if has_shape(letter, font) {
            fit.push(letter);
        } else {
            gaps += 1;
            fit.push_str(&format!("{GAP}(U+{:04X})", u32::from(letter)));
        }
    }
    Some((fit, gaps))
}

fn has_shape(letter: char, font: &Font) -> bool {
    // Every letter of ASCII has one; to ask the font for each would take most of the time.
    letter.is_ascii() || font.info().coverage.contains(u32::from(letter))
}

/// Controls, and what changes the direction or the place of its neighbours without being seen.
fn is_unfit(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::font;
    use serde_json::json;

    #[test]
    fn rare_names_are_printed_and_what_has_no_shape_is_named() {
        let font = font().unwrap();
        let mut data = json!({"payer": "㛃𬭎", "others": ["𠮷田", "张三"], "count": 1});
        assert_eq!(fit(&mut data, &font), 1);
        assert_eq!(data, json!({"payer": "㛃𬭎", "others": ["〓(U+20BB7)田", "张三"], "count": 1}));
        let mut hostile = json!("甲\u{202e}乙\r\n丙\u{200b}🏠");
        assert_eq!(fit(&mut hostile, &font), 1);
        assert_eq!(hostile, json!("甲 乙  丙 〓(U+1F3E0)"));
    }
}
