//! Resident identity numbers 公民身份号码: 18 characters, a real date, the ISO 7064 mod 11-2 check.
//!
//! May never happen here: a list of provinces (regions change), or the number in an error text: it is personal data.

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [u8; 11] = *b"10X98765432";

/// True for a number as it is stored, or with a lower-case `x`; full-width digits and spaces are not taken.
pub fn is_valid(text: &str) -> bool {
    let Some((&check, digits)) = text.as_bytes().split_last() else {
        return false;
    };
    // No region code begins with 0.
    if digits.len() != WEIGHTS.len() || !digits.iter().all(u8::is_ascii_digit) || digits.starts_with(b"0") {
        return false;
    }
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let expected = usize::try_from(sum % 11).ok().and_then(|at| CHECKS.get(at));
    expected == Some(&check.to_ascii_uppercase()) && born_on(text).is_some()
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

fn born_on(text: &str) -> Option<NaiveDate> {
    let part = |from, until| text.get(from..until)?.parse::<u32>().ok();
    NaiveDate::from_ymd_opt(i32::try_from(part(6, 10)?).ok()?, part(10, 12)?, part(12, 14)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_numbers_are_stored_half_width_and_upper_case() {
        assert_eq!(normalise(" 11010519491231002x ").as_deref(), Some("11010519491231002X"));
        assert_eq!(normalise("１１０１０５１９４９１２３１００２Ｘ").as_deref(), Some("11010519491231002X"));
        assert_eq!(normalise(&"1".repeat(10_000)), None);
        assert_eq!(normalise("11010519491231002"), None);
    }

    #[test]
    fn dates_are_real() {
        // The check digits are right: 29 February of leap years and of others.
        assert!(is_valid("110101200002290018"));
        assert!(!is_valid("110101200102290015"));
        assert!(!is_valid("110101190002290011"));
        assert!(!is_valid("十一零一零五一九四九"));
    }
}
