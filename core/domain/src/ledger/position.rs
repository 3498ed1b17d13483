//! A place in a log, written `ledger@position`; and up to where a decision read another ledger.

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

/// Up to where a decision read another ledger: an entry of `data.seen`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The ledger.
    pub ledger_id: LedgerId,
    /// The last position that was read.
    pub position: Position,
}

/// A position inside `data`, where a number is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position(pub u64);

impl FromStr for Position {
    type Err = NotAPosition;
    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let parsed = Self(text.parse().map_err(|_| NotAPosition)?);
        if parsed.to_string() == text { Ok(parsed) } else { Err(NotAPosition) }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

crate::wire::serde_as_str!(Position);

impl From<LedgerPosition> for Seen {
    fn from(read: LedgerPosition) -> Self {
        Self { ledger_id: read.ledger_id, position: Position(read.position) }
    }
}

/// What two readings saw: each ledger once, at the later position.
pub(crate) fn joined(one: &[Seen], other: &[Seen]) -> Vec<Seen> {
    let mut all = one.to_vec();
    for seen in other {
        match all.iter_mut().find(|have| have.ledger_id == seen.ledger_id) {
            Some(have) => have.position = have.position.max(seen.position),
            None => all.push(*seen),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_is_seen_once_at_the_later_position() {
        let seen = |ledger: u128, position| Seen {
            ledger_id: LedgerId(uuid::Uuid::from_u128(ledger)),
            position: Position(position),
        };
        assert_eq!(joined(&[seen(1, 5)], &[seen(1, 7), seen(2, 3)]), [seen(1, 7), seen(2, 3)]);
        assert_eq!(joined(&[seen(1, 7)], &[seen(1, 5)]), [seen(1, 7)]);
        let wire = serde_json::to_string(&seen(1, 7)).unwrap();
        assert_eq!(wire, r#"{"ledger_id":"00000000-0000-0000-0000-000000000001","position":"7"}"#);
        assert_eq!(serde_json::from_str::<Seen>(&wire).unwrap(), seen(1, 7));
        assert!(serde_json::from_str::<Seen>(&wire.replace("\"7\"", "\"07\"")).is_err());
    }

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
