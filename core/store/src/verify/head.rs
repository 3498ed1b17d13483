//! An exported head: one line that, kept elsewhere, makes every later change of the ledger's past visible.

use crate::log::Head;
use crate::merkle::Hash;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::envelope::instant_text;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::value::Digest;

/// The only format so far.
const FORMAT: &str = "mingzhang-head/1";

/// Where a ledger's log ended when somebody wrote it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportedHead {
    /// The ledger.
    pub ledger_id: LedgerId,
    /// Events it covers.
    pub size: u64,
    /// Root over their leaves.
    pub root: Hash,
    /// Of the newest of them.
    pub recorded_at: Instant,
}

/// A line that is not an exported head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a line of format mingzhang-head/1")]
pub struct NotAHead;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    format: String,
    ledger_id: LedgerId,
    recorded_at: String,
    root: Digest,
    size: u64,
}

impl ExportedHead {
    /// The line as it is exported, without the line feed: canonical JSON.
    pub fn line(&self) -> String {
        format!(
            r#"{{"format":"{FORMAT}","ledger_id":"{}","recorded_at":"{}","root":"{}","size":{}}}"#,
            self.ledger_id,
            instant_text(self.recorded_at),
            Digest(self.root),
            self.size
        )
    }

    /// Reads a line; only the canonical form is one.
    ///
    /// # Errors
    /// [`NotAHead`].
    pub fn parse(line: &str) -> Result<Self, NotAHead> {
        let wire: Wire = serde_json::from_str(line).map_err(|_| NotAHead)?;
        let head = Self {
            ledger_id: wire.ledger_id,
            size: wire.size,
            root: wire.root.0,
            recorded_at: wire.recorded_at.parse().map_err(|_| NotAHead)?,
        };
        if wire.format == FORMAT && head.line() == line { Ok(head) } else { Err(NotAHead) }
    }
}

impl From<&Head> for ExportedHead {
    fn from(head: &Head) -> Self {
        Self { ledger_id: head.ledger_id, size: head.size(), root: head.root, recorded_at: head.recorded_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_form() {
        let line = r#"{"format":"mingzhang-head/1","ledger_id":"0190b0e0-0000-7000-8000-00000000c001","recorded_at":"2026-01-31T02:00:35.000001Z","root":"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d","size":35}"#;
        assert_eq!(ExportedHead::parse(line).unwrap().line(), line);
        for (from, to) in [("/1", "/2"), (":35", ": 35"), ("35}", "35,\"x\":1}"), ("6e34", "6E34"), ("000001Z", "1Z")] {
            assert_eq!(ExportedHead::parse(&line.replace(from, to)), Err(NotAHead), "{to}");
        }
    }
}
