//! Every row of a file is posted or refused.

use crate::draft::{Decide, Draft};
use crate::id::ImportId;
use crate::import::{ImportCompleted, ImportRefusal};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Count;

/// Completes an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompleteImport {
    /// The import.
    pub import: ImportId,
    /// Rows posted.
    pub posted: Count,
    /// Rows refused.
    pub refused: Count,
}

impl Decide for CompleteImport {
    fn operation(&self) -> &'static str {
        "complete_import"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.import.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = draft.import(self.import);
        let rows = state.rows().ok_or(ImportRefusal::ImportMustExist)?;
        if state.is_completed() {
            return Err(ImportRefusal::ImportMustNotBeCompleted.into());
        }
        if self.posted.0.checked_add(self.refused.0) != Some(rows) {
            return Err(ImportRefusal::RowsMustFoot.with("rows", rows));
        }
        draft.push(self.import, ImportCompleted { posted: self.posted, refused: self.refused });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::ImportStarted;
    use crate::testing::{Story, uuid};
    use crate::value::Digest;

    const IMPORT: ImportId = ImportId(uuid::Uuid::from_u128(0x1000));

    fn complete(posted: u32, refused: u32) -> CompleteImport {
        CompleteImport { import: IMPORT, posted: Count(posted), refused: Count(refused) }
    }

    #[test]
    fn an_import_is_completed_once_and_foots() {
        let started = ImportStarted { kind: "community".parse().unwrap(), file: Digest([7; 32]), rows: Count(3) };
        let mut story = Story::new().given(IMPORT, started);
        assert_eq!(story.refused(&complete(3, 1)), "rows_must_foot");
        assert_eq!(story.refused(&complete(u32::MAX, 4)), "rows_must_foot");
        assert_eq!(story.accepted(&complete(2, 1)).len(), 1);
        assert_eq!(story.refused(&complete(2, 1)), "import_must_not_be_completed");
        let unknown = CompleteImport { import: ImportId(uuid(404)), ..complete(2, 1) };
        assert_eq!(story.refused(&unknown), "import_must_exist");
    }
}
