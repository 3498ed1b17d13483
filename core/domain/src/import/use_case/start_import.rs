//! A file whose findings are all settled begins to be posted.

use crate::draft::{Decide, Draft};
use crate::id::ImportId;
use crate::import::{ImportRefusal, ImportStarted};
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;
use crate::value::{Count, Digest, Label};

/// Starts an import. Its command id derives from kind and digest, so the same file is the same import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartImport {
    /// Kind of file.
    pub kind: Label,
    /// SHA-256 of the file.
    pub file: Digest,
    /// Rows to post, at least 1.
    pub rows: Count,
}

impl Decide for StartImport {
    fn operation(&self) -> &'static str {
        "start_import"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if self.rows.0 == 0 {
            return Err(ImportRefusal::ImportMustHaveRows.at("/rows"));
        }
        let import: ImportId = draft.mint("import");
        draft.push(import, ImportStarted { kind: self.kind.clone(), file: self.file, rows: self.rows });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Story;

    #[test]
    fn an_empty_file_is_no_import() {
        let start = |rows| StartImport { kind: "community".parse().unwrap(), file: Digest([7; 32]), rows: Count(rows) };
        let mut story = Story::new().in_ledger(LedgerKind::Community);
        assert_eq!(story.refused(&start(0)), "import_must_have_rows");
        assert_eq!(story.accepted(&start(3)).len(), 1);
        assert_eq!(Story::new().refused(&start(3)), "ledger_must_be_open");
    }
}
