//! How money is spent on open charges: named charges first, then by age, as the community's policy orders the parts.
//!
//! May never happen here: more than the amount spent, more than is open paid, purses mixed, or a deposit, maintenance fund or
//! owners' income paid without being named. Which lot may pay which obligor is the account's business.

use crate::account::Part;
use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::community::AllocationPolicy;
use crate::money::Money;

/// A charge that money can be spent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenCharge<Id> {
    /// Its id, the last tie-breaker.
    pub charge: Id,
    /// Oldest first.
    pub due_on: CivilDate,
    /// Then the earlier service.
    pub service_from: CivilDate,
    /// Then the lower priority number of the fee item.
    pub fee_priority: u32,
    /// What its money is.
    pub fund: Fund,
    /// Unpaid principal.
    pub principal_open: Money,
    /// Unpaid late fee.
    pub late_fee_open: Money,
}

/// The part of the money spent on one part of one charge; always above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocated<Id> {
    /// The charge.
    pub charge: Id,
    /// Its principal or its late fee.
    pub part: Part,
    /// How much.
    pub amount: Money,
}

/// What an amount pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome<Id> {
    /// In the order of payment.
    pub allocations: Vec<Allocated<Id>>,
    /// What is left.
    pub credit: Money,
}

/// What the payer said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'a, Id> {
    /// Charges named, in his order.
    pub charges: &'a [Id],
    /// True when the rest is kept back.
    pub only: bool,
}

/// Why money cannot be spent, in order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AllocationError {
    /// Nothing to spend.
    #[error("the amount must be above zero")]
    AmountNotPositive,
    /// An open amount below zero.
    #[error("an open amount must not be negative")]
    OpenNegative,
    /// The same charge stands twice among the open charges.
    #[error("a charge is listed twice")]
    ChargeDuplicate,
    /// A named charge is not among the open charges.
    #[error("a named charge is unknown")]
    ChargeUnknown,
    /// A charge is named twice.
    #[error("a charge is named twice")]
    ChargeNamedTwice,
    /// Named charges belong to different purses.
    #[error("charges of different purses cannot stand in one payment order")]
    PursesMixed,
}

impl AllocationError {
    /// Stable name of the refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::AmountNotPositive => "amount_not_positive",
            Self::OpenNegative => "open_negative",
            Self::ChargeDuplicate => "charge_duplicate",
            Self::ChargeUnknown => "charge_unknown",
            Self::ChargeNamedTwice => "charge_named_twice",
            Self::PursesMixed => "purses_mixed",
        }
    }
}

/// Spends an amount on open charges.
///
/// Named charges come first, in the payer's order; then, unless he named only those, the operating and pass-through charges
/// by due date, service start, fee priority and id. Money for named charges of another purse pays nothing of the company's.
///
/// # Errors
/// [`AllocationError`]; nothing is spent then.
pub fn allocate<Id: Copy + Ord>(
    amount: Money,
    policy: AllocationPolicy,
    charges: &[OpenCharge<Id>],
    named: Named<'_, Id>,
) -> Result<Outcome<Id>, AllocationError> {
    if !amount.is_positive() {
        return Err(AllocationError::AmountNotPositive);
    }
    if charges.iter().any(|charge| charge.principal_open.is_negative() || charge.late_fee_open.is_negative()) {
        return Err(AllocationError::OpenNegative);
    }
    let mut by_id: Vec<&OpenCharge<Id>> = charges.iter().collect();
    by_id.sort_unstable_by_key(|charge| charge.charge);
    if by_id.windows(2).any(|pair| matches!(pair, [a, b] if a.charge == b.charge)) {
        return Err(AllocationError::ChargeDuplicate);
    }
    let named_ids = sorted_ids(named.charges);
    let first = named_charges(&by_id, named.charges, &named_ids)?;
    let mut spend = Spend { left: amount, allocations: Vec::new() };
    spend.group(policy, &first);
    if !named.only && spend.left.is_positive() {
        spend.group(policy, &unnamed_charges(by_id, &named_ids, &first));
    }
    Ok(Outcome { allocations: spend.allocations, credit: spend.left })
}

fn sorted_ids<Id: Copy + Ord>(ids: &[Id]) -> Vec<Id> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}

fn named_charges<'a, Id: Copy + Ord>(
    by_id: &[&'a OpenCharge<Id>],
    named: &[Id],
    named_ids: &[Id],
) -> Result<Vec<&'a OpenCharge<Id>>, AllocationError> {
    let find =
        |id: &Id| by_id.binary_search_by_key(id, |charge| charge.charge).ok().and_then(|at| by_id.get(at).copied());
    let found: Option<Vec<_>> = named.iter().map(find).collect();
    let found = found.ok_or(AllocationError::ChargeUnknown)?;
    if named_ids.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        return Err(AllocationError::ChargeNamedTwice);
    }
    let mixed = found.windows(2).any(|pair| matches!(pair, [a, b] if a.fund.purse() != b.fund.purse()));
    if mixed { Err(AllocationError::PursesMixed) } else { Ok(found) }
}

/// The second group: what is paid without being named, of the purse that the money is for.
fn unnamed_charges<'a, Id: Copy + Ord>(
    mut charges: Vec<&'a OpenCharge<Id>>,
    named_ids: &[Id],
    first: &[&OpenCharge<Id>],
) -> Vec<&'a OpenCharge<Id>> {
    let purse = first.first().map_or(Fund::Operating, |charge| charge.fund).purse();
    let is_named = |charge: &OpenCharge<Id>| named_ids.binary_search(&charge.charge).is_ok();
    charges.retain(|charge| is_paid_unnamed(charge.fund) && charge.fund.purse() == purse && !is_named(charge));
    // Stable: what is equal here stays ordered by id.
    charges.sort_by_key(|charge| (charge.due_on, charge.service_from, charge.fee_priority));
    charges
}

/// How often a group of charges is gone through, and which parts of each are paid in which order.
pub(crate) fn passes(policy: AllocationPolicy) -> &'static [&'static [Part]] {
    match policy {
        AllocationPolicy::PrincipalFirst => &[&[Part::Principal, Part::LateFee]],
        AllocationPolicy::LateFeeFirst => &[&[Part::LateFee, Part::Principal]],
        AllocationPolicy::PrincipalFirstAcross => &[&[Part::Principal], &[Part::LateFee]],
    }
}

/// Deposits, maintenance funds and owners' income are paid only when named.
fn is_paid_unnamed(fund: Fund) -> bool {
    match fund {
        Fund::Operating | Fund::PassThrough => true,
        Fund::Deposit | Fund::OwnersIncome | Fund::MaintenanceFund => false,
    }
}

struct Spend<Id> {
    left: Money,
    allocations: Vec<Allocated<Id>>,
}

impl<Id: Copy> Spend<Id> {
    fn group(&mut self, policy: AllocationPolicy, charges: &[&OpenCharge<Id>]) {
        passes(policy).iter().for_each(|parts| self.each(charges, parts));
    }

    fn each(&mut self, charges: &[&OpenCharge<Id>], parts: &[Part]) {
        for charge in charges {
            for &part in parts {
                let open = match part {
                    Part::Principal => charge.principal_open,
                    Part::LateFee => charge.late_fee_open,
                };
                let amount = open.min(self.left);
                if amount.is_positive() {
                    // Never below zero: the amount is at most what is left.
                    self.left = self.left.fold(amount.negated());
                    self.allocations.push(Allocated { charge: charge.charge, part, amount });
                }
            }
            if self.left.is_zero() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOTHING: Named<'static, u32> = Named { charges: &[], only: false };

    fn open(charge: u32, fund: Fund, principal_fen: i64, late_fee_fen: i64) -> OpenCharge<u32> {
        OpenCharge {
            charge,
            due_on: "2026-03-31".parse().unwrap(),
            service_from: "2026-03-01".parse().unwrap(),
            fee_priority: 1,
            fund,
            principal_open: Money::from_fen(principal_fen),
            late_fee_open: Money::from_fen(late_fee_fen),
        }
    }

    fn spent(
        fen: i64,
        policy: AllocationPolicy,
        charges: &[OpenCharge<u32>],
        named: Named<'_, u32>,
    ) -> (Vec<(u32, char, i64)>, i64) {
        let outcome = allocate(Money::from_fen(fen), policy, charges, named).unwrap();
        let letter = |part| if part == Part::Principal { 'p' } else { 'l' };
        (outcome.allocations.iter().map(|a| (a.charge, letter(a.part), a.amount.fen())).collect(), outcome.credit.fen())
    }

    #[test]
    fn the_id_is_the_last_tie_breaker() {
        let charges = [open(2, Fund::Operating, 10, 0), open(1, Fund::PassThrough, 10, 0)];
        assert_eq!(
            spent(15, AllocationPolicy::PrincipalFirst, &charges, NOTHING),
            (vec![(1, 'p', 10), (2, 'p', 5)], 0)
        );
    }

    #[test]
    fn the_policy_orders_inside_each_group() {
        let charges =
            [open(1, Fund::Operating, 10, 3), open(2, Fund::Operating, 10, 3), open(3, Fund::Operating, 10, 3)];
        let named = Named { charges: &[3], only: false };
        let across = spent(36, AllocationPolicy::PrincipalFirstAcross, &charges, named).0;
        assert_eq!(across, [(3, 'p', 10), (3, 'l', 3), (1, 'p', 10), (2, 'p', 10), (1, 'l', 3)]);
        let late_first = spent(26, AllocationPolicy::LateFeeFirst, &charges, named).0;
        assert_eq!(late_first, [(3, 'l', 3), (3, 'p', 10), (1, 'l', 3), (1, 'p', 10)]);
    }

    #[test]
    fn some_funds_are_paid_only_when_named() {
        let charges =
            [open(1, Fund::Deposit, 10, 0), open(2, Fund::OwnersIncome, 10, 0), open(3, Fund::MaintenanceFund, 10, 0)];
        assert_eq!(spent(50, AllocationPolicy::PrincipalFirst, &charges, NOTHING), (vec![], 50));
        let named = Named { charges: &[2, 1], only: false };
        assert_eq!(
            spent(50, AllocationPolicy::PrincipalFirst, &charges, named),
            (vec![(2, 'p', 10), (1, 'p', 10)], 30)
        );
    }

    #[test]
    fn purses_are_never_mixed() {
        let charges = [open(1, Fund::MaintenanceFund, 10, 0), open(2, Fund::Operating, 10, 0)];
        let both = Named { charges: &[1, 2], only: false };
        let refused = allocate(Money::from_fen(20), AllocationPolicy::PrincipalFirst, &charges, both);
        assert_eq!(refused, Err(AllocationError::PursesMixed));
        // The rest of money for the fund is not the company's to take.
        let fund_only = Named { charges: &[1], only: false };
        assert_eq!(spent(20, AllocationPolicy::PrincipalFirst, &charges, fund_only), (vec![(1, 'p', 10)], 10));
    }

    #[test]
    fn a_payer_who_named_only_some_keeps_the_rest() {
        let charges = [open(1, Fund::Operating, 10, 0), open(2, Fund::Operating, 10, 0)];
        assert_eq!(
            spent(15, AllocationPolicy::PrincipalFirst, &charges, Named { charges: &[2], only: true }),
            (vec![(2, 'p', 10)], 5)
        );
        assert_eq!(
            spent(15, AllocationPolicy::PrincipalFirst, &charges, Named { charges: &[], only: true }),
            (vec![], 15)
        );
    }

    #[test]
    fn refusals_have_names() {
        let code = |fen, charges: &[OpenCharge<u32>], named| {
            let named = Named { charges: named, only: false };
            allocate(Money::from_fen(fen), AllocationPolicy::PrincipalFirst, charges, named).unwrap_err().code()
        };
        let one = [open(1, Fund::Operating, 10, 0)];
        assert_eq!(code(0, &one, &[]), "amount_not_positive");
        assert_eq!(code(-5, &one, &[]), "amount_not_positive");
        assert_eq!(code(5, &[open(1, Fund::Operating, -1, 0)], &[]), "open_negative");
        assert_eq!(code(5, &[one[0], one[0]], &[]), "charge_duplicate");
        assert_eq!(code(5, &one, &[2]), "charge_unknown");
        assert_eq!(code(5, &one, &[1, 1]), "charge_named_twice");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn nothing_is_lost_and_nothing_overpaid(
            fen in 1_i64..500,
            opens in prop::collection::vec((0_i64..60, 0_i64..9), 0..8),
            policy in prop::sample::select(vec![AllocationPolicy::PrincipalFirst, AllocationPolicy::LateFeeFirst, AllocationPolicy::PrincipalFirstAcross]),
            named_count in 0_u32..3,
        ) {
            let charges: Vec<_> =
                (0_u32..).zip(&opens).map(|(id, (p, l))| open(id, Fund::Operating, *p, *l)).collect();
            let named: Vec<u32> = (0..named_count).filter(|id| charges.iter().any(|c| c.charge == *id)).collect();
            let (paid, credit) = spent(fen, policy, &charges, Named { charges: &named, only: false });
            let total: i64 = paid.iter().map(|(_, _, fen)| fen).sum();
            let owed: i64 = opens.iter().map(|(p, l)| p + l).sum();
            prop_assert_eq!(total + credit, fen);
            prop_assert_eq!(total, fen.min(owed));
            for charge in &charges {
                for (letter, limit) in [('p', charge.principal_open), ('l', charge.late_fee_open)] {
                    let of: Vec<i64> =
                        paid.iter().filter(|(id, part, _)| (*id, *part) == (charge.charge, letter)).map(|p| p.2).collect();
                    prop_assert!(of.len() <= 1 && of.iter().all(|fen| *fen > 0 && *fen <= limit.fen()));
                }
            }
        }
    }
}
