//! A place in a log, written `ledger@position`.

use crate::id::LedgerId;
use std::fmt;
use std::str::FromStr;

/// The event of a ledger at a position, or a ledger's prefix up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LedgerPosition {
    /// The ledger.
    pub ledger_id: LedgerId,
    /// 1, 2, 3 …; 0 names the empty prefix.
    pub position: u64,
}

/// A text that is not `ledger@position`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a place in a log is written <ledger id>@<position>")]
pub struct NotAPosition;

impl FromStr for LedgerPosition {
    type Err = NotAPosition;
    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let (ledger, position) = text.split_once('@').ok_or(NotAPosition)?;
        let parsed = Self {
            ledger_id: LedgerId(ledger.parse().map_err(|_| NotAPosition)?),
            position: position.parse().map_err(|_| NotAPosition)?,
        };
        // Only the one text form: lower-case hyphenated id, no plus, no leading zeros.
        if parsed.to_string() == text { Ok(parsed) } else { Err(NotAPosition) }
    }
}

impl fmt::Display for LedgerPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.ledger_id, self.position)
    }
}

crate::wire::serde_as_str!(LedgerPosition);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_text_form() {
        let text = "0190b0e0-0000-7000-8000-000000000001@12";
        assert_eq!(text.parse::<LedgerPosition>().unwrap().to_string(), text);
        for bad in [
            "",
            "@",
            "12",
            "0190b0e0-0000-7000-8000-000000000001@",
            "0190b0e0-0000-7000-8000-000000000001@01",
            "0190b0e0-0000-7000-8000-000000000001@+1",
            "0190B0E0-0000-7000-8000-000000000001@1",
            "0190b0e0-0000-7000-8000-000000000001@99999999999999999999",
        ] {
            assert_eq!(bad.parse::<LedgerPosition>(), Err(NotAPosition), "{bad}");
        }
    }
}
