//! Unified social credit codes 统一社会信用代码: 18 characters of GB 32100 with its mod 31 check.

use unicode_normalization::UnicodeNormalization;

/// The letters I, O, S, V and Z are not used.
const CHARSET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// True for a code as it is stored: upper case, half-width, without spaces.
pub fn is_valid(text: &str) -> bool {
    let value = |byte: &u8| CHARSET.iter().position(|known| known == byte);
    let Some(values) = text.as_bytes().iter().map(value).collect::<Option<Vec<usize>>>() else {
        return false;
    };
    let Some((check, values)) = values.split_last() else {
        return false;
    };
    if values.len() != WEIGHTS.len() {
        return false;
    }
    let sum: usize = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    (31 - sum % 31) % 31 == *check
}

/// What a person typed in the form that is stored: trimmed, half-width, upper case; nothing unless it is valid.
pub fn normalise(text: &str) -> Option<String> {
    // Longer than any spelling of 18 characters; a bound before the work.
    if text.len() > 100 {
        return None;
    }
    let stored: String = text.trim().nfkc().collect::<String>().to_ascii_uppercase();
    is_valid(&stored).then_some(stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_codes_are_stored_upper_case() {
        assert!(!is_valid("91350100m000100y43"));
        assert_eq!(normalise(" 91350100m000100y43").as_deref(), Some("91350100M000100Y43"));
        assert_eq!(normalise("91350100I000100Y43"), None);
        assert_eq!(normalise(""), None);
        assert!(!is_valid(&"9".repeat(10_000)));
    }
}
