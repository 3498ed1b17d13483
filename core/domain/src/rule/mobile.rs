//! Mobile numbers of the mainland: 11 digits, `1[3-9]…`.

use unicode_normalization::UnicodeNormalization;

/// True for a number as it is stored: 11 half-width digits.
pub fn is_valid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11 && bytes.iter().all(u8::is_ascii_digit) && matches!(bytes, [b'1', b'3'..=b'9', ..])
}

/// What a person typed in the form that is stored: half-width, without spaces, hyphens and country code; nothing unless it
/// is valid.
pub fn normalise(text: &str) -> Option<String> {
    // Longer than any spelling of a number; a bound before the work.
    if text.len() > 100 {
        return None;
    }
    let digits: String = text.nfkc().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let country = ["+86", "0086", "86"].into_iter().find_map(|code| digits.strip_prefix(code));
    let stored = country.unwrap_or(&digits);
    is_valid(stored).then(|| stored.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn country_codes_and_separators_are_taken_off() {
        for typed in ["+86 138-0013-8000", "008613800138000", "86-13800138000", "１３８００１３８０００", "13800138000"]
        {
            assert_eq!(normalise(typed).as_deref(), Some("13800138000"), "{typed}");
        }
        for bad in ["", "+86", "12800138000", "138001380001", "1380013800x"] {
            assert_eq!(normalise(bad), None, "{bad}");
        }
    }
}
