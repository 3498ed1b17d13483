//! Personal data as those see it who may not see it whole.
//!
//! May never happen here: a text that is shown whole because it has an unexpected shape; what cannot be masked by its
//! rule is all stars.

/// `138****5678`
pub fn mobile(text: &str) -> String {
    if super::mobile::is_valid(text) { middle(text, 3, 4) } else { stars(text) }
}

/// `1101**********123X`
pub fn resident_id(text: &str) -> String {
    if text.len() == 18 && text.is_ascii() { middle(text, 4, 4) } else { stars(text) }
}

/// `张*`, `张*三`, `欧**三`; names with a middle dot keep only their first character.
pub fn name(text: &str) -> String {
    match text.chars().count() {
        0 | 1 => stars(text),
        2 => middle(text, 1, 0),
        _ if text.contains(['·', '•', '．', ' ']) => middle(text, 1, 0),
        _ => middle(text, 1, 1),
    }
}

fn middle(text: &str, keep_first: usize, keep_last: usize) -> String {
    let hidden_until = text.chars().count().saturating_sub(keep_last);
    let mask = |(at, c)| if at >= keep_first && at < hidden_until { '*' } else { c };
    text.chars().enumerate().map(mask).collect()
}

fn stars(text: &str) -> String {
    text.chars().map(|_| '*').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_mask() {
        assert_eq!(mobile("13800138000"), "138****8000");
        assert_eq!(mobile("057112345678"), "************");
        assert_eq!(resident_id("11010519491231002X"), "1101**********002X");
        assert_eq!(resident_id("护照E12345678"), "***********");
        let names = [
            ("张", "*"),
            ("张三", "张*"),
            ("张小三", "张*三"),
            ("欧阳小三", "欧**三"),
            ("买买提·阿不都", "买******"),
            ("", ""),
        ];
        for (name_, masked) in names {
            assert_eq!(name(name_), masked);
        }
    }
}
