//! Records payments that the old system made: a memo, searchable and on statements, which posts nothing.

use crate::account::AccountRefusal;
use crate::community::live_on;
use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemRefusal;
use crate::id::ImportId;
use crate::import::{HistoryRecorded, HistoryRow, ImportRefusal};
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::value::Count;

/// The most payments of one command: so many fit one fact.
pub const MAX_HISTORY_ROWS: usize = 20;

/// Records some payments of a file, in order. Its command id derives from import and chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordHistory {
    /// The import.
    pub import: ImportId,
    /// Counted from 1, without gaps.
    pub chunk: Count,
    /// The payments.
    pub rows: Vec<HistoryRow>,
}

impl Decide for RecordHistory {
    fn operation(&self) -> &'static str {
        "record_history"
    }

    fn needs(&self) -> Vec<StreamRef> {
        let accounts = self.rows.iter().map(|row| row.account.into());
        std::iter::once(self.import.into()).chain(accounts).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = draft.import(self.import);
        state.rows().ok_or(ImportRefusal::ImportMustExist)?;
        if state.is_completed() {
            return Err(ImportRefusal::ImportMustNotBeCompleted.into());
        }
        if state.is_withdrawn() {
            return Err(ImportRefusal::HistoryMustStand.into());
        }
        if self.chunk.0 != state.chunks().saturating_add(1) {
            return Err(ImportRefusal::HistoryChunkMustBeNext.with("chunks", state.chunks()));
        }
        if self.rows.is_empty() || self.rows.len() > MAX_HISTORY_ROWS {
            return Err(ImportRefusal::HistoryMustBeBounded.into());
        }
        let live = live_on(draft);
        for row in &self.rows {
            if draft.account(row.account).unit().is_none() {
                return Err(AccountRefusal::AccountMustExist.with("account", row.account));
            }
            if let Some(fee_item) = row.fee_item
                && draft.fee_item(fee_item).created().is_none()
            {
                return Err(FeeItemRefusal::FeeItemMustExist.with("fee_item", fee_item));
            }
            if !row.paid.is_positive() || row.due.is_some_and(|due| due.is_negative()) {
                return Err(CommonRefusal::AmountMustBePositive.with("account", row.account));
            }
            if live.is_some_and(|live| row.paid_on >= live) {
                return Err(ImportRefusal::HistoryMustPrecedeGoLive.with("paid_on", row.paid_on));
            }
        }
        drop(state);
        draft.push(self.import, HistoryRecorded { chunk: self.chunk, rows: self.rows.clone() });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, day, item, money, owned, story as accounts};
    use crate::community::GoLive;
    use crate::id::HistoryId;
    use crate::import::{CompleteImport, ImportStarted, WithdrawHistory};
    use crate::ledger::LedgerKind;
    use crate::testing::{Story, uuid};
    use crate::value::Digest;

    const IMPORT: ImportId = ImportId(uuid::Uuid::from_u128(0x1000));

    fn story(rows: u32) -> Story {
        let started = ImportStarted { kind: "history".parse().unwrap(), file: Digest([7; 32]), rows: Count(rows) };
        owned(accounts().in_ledger(LedgerKind::Community)).given(IMPORT, started).on("2026-01-20")
    }

    fn row(n: u128, paid_on: &str) -> HistoryRow {
        HistoryRow {
            history: HistoryId(uuid(n)),
            account: account(1),
            item: "物业服务费".parse().unwrap(),
            fee_item: None,
            service: None,
            paid_on: day(paid_on),
            due: Some(money("100.00")),
            paid: money("88.00"),
            reference: None,
            note: None,
        }
    }

    fn record(chunk: u32, rows: Vec<HistoryRow>) -> RecordHistory {
        RecordHistory { import: IMPORT, chunk: Count(chunk), rows }
    }

    fn withdraw() -> WithdrawHistory {
        WithdrawHistory { import: IMPORT, reason: "导错文件".parse().unwrap() }
    }

    #[test]
    fn history_is_a_memo_that_posts_nothing() {
        let mut story = story(2);
        let events = story.when(&record(1, vec![row(1, "2024-03-05"), row(2, "2025-03-05")])).unwrap();
        assert!(events.len() == 1 && events.iter().all(|event| event.postings.is_none()));
        assert_eq!(story.refused(&record(1, vec![row(3, "2024-03-05")])), "history_chunk_must_be_next");
        story.accepted(&CompleteImport { import: IMPORT, posted: Count(2), refused: Count(0) });
        assert_eq!(story.refused(&record(2, vec![row(3, "2024-03-05")])), "import_must_not_be_completed");
    }

    #[test]
    fn what_cannot_be_history_is_refused() {
        let mut story = story(9);
        let nobodys = HistoryRow { account: account(404), ..row(1, "2024-03-05") };
        assert_eq!(story.refused(&record(1, vec![nobodys])), "account_must_exist");
        let unknown = HistoryRow { fee_item: Some(item(404)), ..row(1, "2024-03-05") };
        assert_eq!(story.refused(&record(1, vec![unknown])), "fee_item_must_exist");
        let nothing = HistoryRow { paid: money("0.00"), ..row(1, "2024-03-05") };
        assert_eq!(story.refused(&record(1, vec![nothing])), "amount_must_be_positive");
        assert_eq!(story.refused(&record(1, Vec::new())), "history_must_be_bounded");
        assert_eq!(story.refused(&record(1, vec![row(1, "2024-03-05"); 21])), "history_must_be_bounded");
        let other = RecordHistory { import: ImportId(uuid(404)), ..record(1, vec![row(1, "2024-03-05")]) };
        assert_eq!(story.refused(&other), "import_must_exist");
        story.accepted(&GoLive { go_live_on: day("2026-01-15") });
        assert_eq!(story.refused(&record(1, vec![row(1, "2026-01-15")])), "history_must_precede_go_live");
        assert_eq!(story.accepted(&record(1, vec![row(1, "2026-01-14")])).len(), 1);
    }

    #[test]
    fn history_is_withdrawn_once_and_nothing_follows() {
        let mut story = story(9);
        assert_eq!(story.refused(&withdraw()), "history_must_stand");
        story.accepted(&record(1, vec![row(1, "2024-03-05")]));
        assert_eq!(story.accepted(&withdraw()).len(), 1);
        assert_eq!(story.refused(&withdraw()), "history_must_stand");
        assert_eq!(story.refused(&record(2, vec![row(2, "2024-03-05")])), "history_must_stand");
        let unknown = WithdrawHistory { import: ImportId(uuid(404)), ..withdraw() };
        assert_eq!(story.refused(&unknown), "import_must_exist");
    }
}
