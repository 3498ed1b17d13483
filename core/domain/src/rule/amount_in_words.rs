//! Amounts in the words of Chinese receipts 大写金额.
//!
//! May never happen here: two 零 in a row, or a 零 before 元. The words carry no prefix 人民币 and no separators.

use crate::money::Money;

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
/// Ten thousand times 亿, less a fen, is the largest amount with words of its own.
const LIMIT_FEN: i64 = 1_000_000_000_000_000_000;

/// The words of an amount, such as `壹仟陆佰捌拾元零叁角贰分`; a negative one begins with 负.
pub fn of(amount: Money) -> String {
    words(amount.fen())
}

/// The words of an amount in fen, also beyond the range of a single amount (totals); nothing from 10^16 yuan on.
pub fn of_fen(fen: i64) -> Option<String> {
    (-LIMIT_FEN < fen && fen < LIMIT_FEN).then(|| words(fen))
}

fn words(fen: i64) -> String {
    let all = fen.unsigned_abs();
    let (yuan, jiao, fen_digit) = (all / 100, all / 10 % 10, all % 10);
    let mut out = String::from(if fen < 0 { "负" } else { "" });
    if yuan > 0 {
        push_yuan(&mut out, yuan);
        out.push('元');
    }
    // 零 stands for a digit passed over on the way from 元 to the first digit after it.
    if yuan > 0 && ((jiao == 0 && fen_digit > 0) || (jiao > 0 && yuan.is_multiple_of(10))) {
        out.push('零');
    }
    if jiao > 0 {
        out.extend([digit(jiao), '角']);
    }
    if fen_digit > 0 {
        out.extend([digit(fen_digit), '分']);
    } else if all == 0 {
        out.push_str("零元整");
    } else {
        out.push('整');
    }
    out
}

/// Groups of four digits: 仟佰拾 inside, 万 and 亿 between; 亿 closes everything above it, so 10^12 is 壹万亿.
fn push_yuan(out: &mut String, yuan: u64) {
    let mut gap = false;
    for (group, name) in [(1_000_000_000_000, "万"), (100_000_000, "亿"), (10_000, "万"), (1, "")] {
        let digits = yuan / group % 10_000;
        for (place, unit) in [(1000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
            let value = digits / place % 10;
            if value == 0 {
                // Nothing is passed over before the first digit.
                gap = yuan / group / place > 0;
                continue;
            }
            if gap {
                out.push('零');
            }
            gap = false;
            out.push(digit(value));
            out.push_str(unit);
        }
        if digits > 0 || (name == "亿" && yuan / group > 0) {
            out.push_str(name);
        }
        // The last zeros of a group are not spoken; a whole empty group is.
        if digits > 0 {
            gap = false;
        }
    }
}

fn digit(value: u64) -> char {
    usize::try_from(value).ok().and_then(|at| DIGITS.get(at)).copied().unwrap_or('零')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_spoken_once() {
        let cases = [
            (0, "零元整"),
            (5, "伍分"),
            (-5, "负伍分"),
            (1050, "壹拾元零伍角整"),
            (1001, "壹拾元零壹分"),
            (100_020, "壹仟元零贰角整"),
            (10_000_100_000, "壹亿零壹仟元整"),
            (10_010_010_000, "壹亿零壹拾万零壹佰元整"),
            (1_000_500_000, "壹仟万伍仟元整"),
            (1_000_050_000, "壹仟万零伍佰元整"),
            (100_000_000_000_000, "壹万亿元整"),
            (100_010_000_000_000, "壹万零壹亿元整"),
            (100_000_100_000_000, "壹万亿零壹佰万元整"),
            (900_000_000_000_000_000, "玖仟万亿元整"),
        ];
        for (fen, words) in cases {
            assert_eq!(of_fen(fen).unwrap(), words, "{fen}");
        }
    }

    #[test]
    fn what_has_no_words_is_nothing() {
        assert_eq!(of_fen(LIMIT_FEN), None);
        assert_eq!(of_fen(i64::MIN), None);
        assert!(of_fen(LIMIT_FEN - 1).unwrap().starts_with("玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿"));
    }
}
