//! Amounts as people read them.

use mingzhang_domain::money::Money;

/// `1,234.56`
pub fn grouped(amount: Money) -> String {
    let text = amount.to_string();
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let sign = if digits.len() < text.len() { "-" } else { "" };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "00"));
    let mut groups = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            groups.push(',');
        }
        groups.push(digit);
    }
    format!("{sign}{groups}.{part}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_by_thousands() {
        for (fen, text) in [
            (0, "0.00"),
            (99_999, "999.99"),
            (100_000, "1,000.00"),
            (-123_456_789, "-1,234,567.89"),
            (100_000_000, "1,000,000.00"),
        ] {
            assert_eq!(grouped(Money::from_fen(fen)), text);
        }
    }
}
