//! Changes a unit's code: the old claim is released, the new one taken, the unit stays the same.

use crate::draft::{Decide, Draft};
use crate::id::{UnitCodeId, UnitId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{UnitCodeChanged, UnitRefusal};
use crate::unit_code::{UnitCodeReleased, UnitCodeTaken};
use crate::value::Code;

/// Another code from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeUnitCode {
    /// The unit.
    pub unit: UnitId,
    /// The new code, unique in the community.
    pub code: Code,
}

impl Decide for ChangeUnitCode {
    fn operation(&self) -> &'static str {
        "change_unit_code"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let unit = existing(draft, self.unit)?;
        let Some(old_code) = unit.code().cloned() else {
            return Err(UnitRefusal::UnitMustExist.into());
        };
        if old_code == self.code {
            return Err(UnitRefusal::UnitCodeMustChange.at("/code"));
        }
        let ledger = draft.context.ledger_id;
        let claim = UnitCodeId::of_code(ledger, self.code.as_str());
        if let Some(other) = draft.unit_code(claim).unit() {
            return Err(UnitRefusal::UnitCodeMustBeFree.at("/code").with("unit", other));
        }
        draft.push(UnitCodeId::of_code(ledger, old_code.as_str()), UnitCodeReleased { unit: self.unit });
        draft.push(claim, UnitCodeTaken { code: self.code.clone(), unit: self.unit });
        draft.push(self.unit, UnitCodeChanged { code: self.code.clone(), old_code });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::LedgerKind;
    use crate::testing::{Story, uuid};
    use crate::unit::{RegisterUnit, UnitKind};

    fn register(n: u128, code: &str) -> RegisterUnit {
        RegisterUnit {
            unit: UnitId(uuid(n)),
            code: code.parse().unwrap(),
            kind: UnitKind::Shop,
            building: None,
            entrance: None,
            floor: None,
            developer: None,
            area: None,
            status: None,
            owner: None,
        }
    }

    fn change(n: u128, code: &str) -> ChangeUnitCode {
        ChangeUnitCode { unit: UnitId(uuid(n)), code: code.parse().unwrap() }
    }

    #[test]
    fn a_released_code_is_free_again() {
        let mut story = Story::new().in_ledger(LedgerKind::Community);
        story.accepted(&register(1, "S-1"));
        story.accepted(&register(2, "S-2"));
        assert_eq!(story.refused(&change(1, "S-2")), "unit_code_must_be_free");
        assert_eq!(story.refused(&change(1, "s-1")), "unit_code_must_change");
        assert_eq!(story.refused(&change(9, "S-9")), "unit_must_exist");
        story.accepted(&change(1, "S-3"));
        story.accepted(&change(2, "S-1"));
        assert_eq!(story.draft().unit(UnitId(uuid(2))).code().map(Code::as_str), Some("S-1"));
    }
}
