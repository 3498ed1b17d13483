//! Sets what stands for the company's signature on its documents 印章.

use crate::company::StampSet;
use crate::draft::{Decide, Draft};
use crate::id::{CompanyId, VaultItemId};
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;

/// A stamp for what is printed from now on, or none any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetStamp {
    /// The picture in the vault, sealed under the company's own key.
    pub picture: Option<VaultItemId>,
}

impl Decide for SetStamp {
    fn operation(&self) -> &'static str {
        "set_stamp"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Company])?;
        let company = CompanyId(draft.context.ledger_id.uuid());
        draft.push(company, StampSet { picture: self.picture });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};

    #[test]
    fn a_stamp_is_of_a_company_and_can_be_taken_away() {
        let mut story = Story::new().in_ledger(LedgerKind::Company);
        assert_eq!(story.accepted(&SetStamp { picture: Some(VaultItemId(uuid(1))) }).len(), 1);
        assert_eq!(story.accepted(&SetStamp { picture: None }).len(), 1);
        let mut elsewhere = Story::new().in_ledger(LedgerKind::Community);
        assert_eq!(elsewhere.refused(&SetStamp { picture: None }), "ledger_must_be_of_kind");
    }
}
