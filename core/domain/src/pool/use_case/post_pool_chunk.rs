//! Charges the shares of one chunk of a pool; the last one ends it.

use super::open_pool::who_owes;
use super::{live_charge, opened, size};
use crate::account::{ChargeSpec, Lowering, Source, lower_charge, post_charges};
use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemRefusal;
use crate::id::{BillLineId, PartyId, PoolId};
use crate::pool::share::inputs_of;
use crate::pool::{
    PoolChunkPosted, PoolOpened, PoolPosted, PoolPostingStarted, PoolRefusal, PoolShare, PoolStage, Uncharged,
    UnchargedShare,
};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::UnitState;
use crate::value::Count;

/// Charges a chunk's shares. Its command id derives from pool and chunk, so a posting that was cut off goes on where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostPoolChunk {
    /// The pool.
    pub pool: PoolId,
    /// The chunk, counted from 1.
    pub chunk: Count,
}

impl Decide for PostPoolChunk {
    fn operation(&self) -> &'static str {
        "post_pool_chunk"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.pool.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, opened, stage) = opened(draft, self.pool)?;
        let open = stage == PoolStage::Posting && !state.stands(self.chunk.0);
        let shares = state.chunk(self.chunk.0).filter(|_| open).cloned();
        let (Some(shares), Some(posting)) = (shares, state.posting().cloned()) else {
            return Err(PoolRefusal::PoolChunkMustBeOpen.with("stage", stage));
        };
        drop(state);
        let mut uncharged = Vec::new();
        for share in shares.iter() {
            let done = match opened.lowers {
                Some(lowered) => self.lower(draft, lowered, &opened, &posting, share)?,
                None => self.charge(draft, &opened, &posting, share)?,
            };
            if let Err(reason) = done {
                uncharged.push(UnchargedShare { unit: share.unit, amount: share.amount, reason });
            }
        }
        draft.push(self.pool, PoolChunkPosted { chunk: self.chunk, uncharged });
        let state = draft.pool(self.pool);
        if state.stands_whole() {
            let uncharged = state.uncharged_amount();
            drop(state);
            draft.push(self.pool, PoolPosted { charged: opened.amount.minus(uncharged)?, uncharged });
        }
        Ok(())
    }
}

impl PostPoolChunk {
    /// Charges a share to whoever owes its first day.
    fn charge(
        &self,
        draft: &mut Draft<'_>,
        opened: &PoolOpened,
        posting: &PoolPostingStarted,
        share: &PoolShare,
    ) -> Result<Result<(), Uncharged>, Refusal> {
        let unit = draft.unit(share.unit);
        let obligor = match who_owes(&unit, opened.service) {
            Ok(obligor) => obligor,
            Err(reason) => return Ok(Err(reason)),
        };
        let Some(account) = unit.registered().map(|registered| registered.account) else {
            return Ok(Err(Uncharged::ObligorMissing));
        };
        let spec = self.spec(draft, opened, posting, share, (&unit, obligor))?;
        post_charges(draft, account, vec![spec])?;
        Ok(Ok(()))
    }

    fn spec(
        &self,
        draft: &mut Draft<'_>,
        opened: &PoolOpened,
        posting: &PoolPostingStarted,
        share: &PoolShare,
        (unit, obligor): (&UnitState, PartyId),
    ) -> Result<ChargeSpec, Refusal> {
        let item = draft.fee_item(opened.fee_item);
        let created = item.created().ok_or(FeeItemRefusal::FeeItemMustExist)?;
        let day = opened.service.from();
        // The tax point is the service month, as for what a tariff bills.
        let vat = item.vat_on(day).ok_or(FeeItemRefusal::FeeItemMustExist)?;
        let past = day.month() <= draft.context.today.month();
        let bill_line: BillLineId = draft.mint("bill_line");
        Ok(ChargeSpec {
            bill_line,
            run: None,
            fee_item: opened.fee_item,
            fund: created.fund,
            obligor,
            agreed_payer: unit.agreed_payer_on(day, opened.fee_item),
            period: day.month(),
            recognised: past,
            tax_due: past,
            source: Some(Source::Pool { pool: self.pool }),
            service: opened.service,
            due_on: posting.due_on,
            priority: created.priority,
            tariff: None,
            inputs: inputs_of(opened, share)?,
            formula: None,
            whole: None,
            share: None,
            round_to: None,
            metered: None,
            gross: share.amount,
            discounts: Vec::new(),
            vat_category: vat.category,
            vat_rate: vat.rate,
        })
    }

    /// Takes a negative share off the charge of the pool that is lowered.
    fn lower(
        &self,
        draft: &mut Draft<'_>,
        lowered: PoolId,
        opened: &PoolOpened,
        posting: &PoolPostingStarted,
        share: &PoolShare,
    ) -> Result<Result<(), Uncharged>, Refusal> {
        if share.amount.is_zero() {
            return Ok(Ok(()));
        }
        let unit = draft.unit(share.unit);
        let Some(account) = unit.registered().map(|registered| registered.account) else {
            return Ok(Err(Uncharged::ObligorMissing));
        };
        let Some(charge) = live_charge(&draft.account(account), lowered).cloned() else {
            return Ok(Err(Uncharged::ChargeReversed));
        };
        let amount = size(share.amount);
        if amount > charge.owed {
            return Ok(Err(Uncharged::ChargeLowered));
        }
        let lowering = Lowering {
            amount,
            reason: opened.label.clone(),
            approved: posting.approved.clone(),
            seen: posting.seen.clone(),
        };
        lower_charge(draft, account, &charge, lowering)?;
        Ok(Ok(()))
    }
}
