//! Opens a spend: fixes its units, their codes, areas and shares, so that nothing that comes later changes them.

use crate::draft::{Decide, Draft};
use crate::fund_spend::{FundShare, FundSpendOpened, FundSpendRefusal, FundSpendSharesFixed, OwnersVote};
use crate::id::{FundSpendId, SupplierId, UnitId};
use crate::ledger::{LedgerKind, must_be};
use crate::money::Money;
use crate::pool::{PoolScope, areas};
use crate::refusal::{CommonRefusal, Refusal};
use crate::rule::apportionment::{Bearer, apportion};
use crate::stream::StreamRef;
use crate::unit::UnitKind;
use crate::value::{Code, Count, Digest, Exact, Label};
use rust_decimal::Decimal;

/// Shares of one fact.
const CHUNK: usize = 60;

/// A spend begins; nothing of it is borne yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFundSpend {
    /// The new spend.
    pub spend: FundSpendId,
    /// What for.
    pub purpose: Label,
    /// Who is paid: the id derives from his name.
    pub supplier: SupplierId,
    /// Name of the supplier; never a person's.
    pub name: Label,
    /// Commitment to the plan, the contract and the record of the vote.
    pub document: Digest,
    /// What the owners decided.
    pub vote: OwnersVote,
    /// Which units bear it.
    pub scope: PoolScope,
    /// The kinds of units that bear it; none: every kind.
    pub kinds: Vec<UnitKind>,
    /// How much.
    pub amount: Money,
    /// Every unit of the scope, as the read models list them: no rule can list streams.
    pub units: Vec<UnitId>,
}

impl Decide for OpenFundSpend {
    fn operation(&self) -> &'static str {
        "open_fund_spend"
    }

    fn needs(&self) -> Vec<StreamRef> {
        std::iter::once(self.spend.into()).chain(self.units.iter().copied().map(StreamRef::from)).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if draft.fund_spend(self.spend).stage().is_some() {
            return Err(FundSpendRefusal::FundSpendMustBeNew.into());
        }
        if !self.amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
        }
        if !self.vote.carries() {
            return Err(FundSpendRefusal::OwnersVoteMustCarry.at("/vote"));
        }
        let on = draft.context.today;
        let areas = areas(draft, (&self.scope, &self.kinds), &self.units, on)?;
        let bearers: Vec<Bearer<&Code>> =
            areas.iter().map(|(code, (_, area))| Bearer { unit: code, weight: area.decimal() }).collect();
        let amounts = apportion(self.amount, &bearers)?;
        let total = areas.values().map(|(_, area)| area.decimal()).sum::<Decimal>();
        let share = |((code, (unit, area)), amount): ((&Code, &(UnitId, Exact)), Money)| FundShare {
            unit: *unit,
            code: code.clone(),
            area: *area,
            amount,
        };
        let shares: Vec<FundShare> = areas.iter().zip(amounts).map(share).collect();
        let opened = FundSpendOpened {
            purpose: self.purpose.clone(),
            supplier: self.supplier,
            name: self.name.clone(),
            document: self.document,
            vote: self.vote.clone(),
            scope: self.scope.clone(),
            kinds: self.kinds.clone(),
            on,
            amount: self.amount,
            units: Count(u32::try_from(shares.len()).unwrap_or(u32::MAX)),
            total_area: Exact::new(total).map_err(|_| CommonRefusal::AmountMustBeInRange)?,
        };
        draft.push(self.spend, opened);
        for (chunk, shares) in (1..).zip(shares.chunks(CHUNK)) {
            draft.push(self.spend, FundSpendSharesFixed { chunk: Count(chunk), shares: shares.to_vec() });
        }
        Ok(())
    }
}

impl OwnersVote {
    /// Two thirds of heads and of area took part, and more than half of those, by heads and by area, agreed.
    fn carries(&self) -> bool {
        let heads = [self.owners, self.voted, self.agreed].map(|count| Decimal::from(count.0));
        let areas = [self.area, self.voted_area, self.agreed_area].map(Exact::decimal);
        [heads, areas].iter().all(|[all, voted, agreed]| {
            let times = |number: &Decimal, by: Decimal| number.checked_mul(by);
            let part = times(voted, Decimal::from(3)) >= times(all, Decimal::TWO) && voted <= all;
            part && times(agreed, Decimal::TWO) > Some(*voted) && agreed <= voted
        })
    }
}
