//! Says that bank and books both have what one of them lacked.

use crate::books::{BankItemCleared, BooksRefusal};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{BankItemId, BooksId};
use crate::refusal::Refusal;

/// The other has it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearBankItem {
    /// The item.
    pub item: BankItemId,
    /// Since when.
    pub cleared_on: CivilDate,
}

impl Decide for ClearBankItem {
    fn operation(&self) -> &'static str {
        "clear_bank_item"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let stream = BooksId::of_ledger(draft.context.ledger_id);
        let booked_on = draft.books(stream).bank_item(self.item).ok_or(BooksRefusal::BankItemMustBeOpen)?;
        if !(booked_on..=draft.context.today).contains(&self.cleared_on) {
            return Err(BooksRefusal::BankItemMustNotBeAhead.at("/cleared_on"));
        }
        draft.push(stream, BankItemCleared { item: self.item, cleared_on: self.cleared_on });
        Ok(())
    }
}
