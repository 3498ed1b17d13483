//! On whose word any fact stands. A test holds the list against the sample of every fact.

use super::event::Approved;
use crate::account::AccountEvent;
use crate::bill_run::BillRunEvent;
use crate::books::BooksEvent;
use crate::community::CommunityEvent;
use crate::fee_item::FeeItemEvent;
use crate::fund_spend::FundSpendEvent;
use crate::opening::OpeningEvent;
use crate::payment::PaymentEvent;
use crate::pool::PoolEvent;
use crate::stream::Event;
use crate::supplier_bill::SupplierBillEvent;
use crate::taking::TakingEvent;
use crate::unit::UnitEvent;

impl Event {
    /// On whose word it stands, if it says so.
    pub fn approved(&self) -> Option<&Approved> {
        match self {
            Self::Account(fact) => of_account(fact),
            Self::Payment(fact) => of_payment(fact),
            Self::FeeItem(fact) => of_fee_item(fact),
            Self::BillRun(BillRunEvent::BillRunPostingStarted(e)) => e.approved.as_ref(),
            Self::BillRun(BillRunEvent::BillRunReversalStarted(e)) => Some(&e.approved),
            Self::Books(BooksEvent::AllowanceSet(e)) => Some(&e.approved),
            Self::Books(BooksEvent::PeriodReopened(e)) => Some(&e.approved),
            Self::Community(CommunityEvent::LateFeePolicySet(e)) => e.approved.as_ref(),
            Self::FundSpend(FundSpendEvent::FundSpendPostingStarted(e)) => Some(&e.approved),
            Self::FundSpend(FundSpendEvent::FundSpendPaymentReversed(e)) => Some(&e.approved),
            Self::FundSpend(FundSpendEvent::FundSpendReversalStarted(e)) => Some(&e.approved),
            Self::Opening(OpeningEvent::OpeningPostingStarted(e)) => Some(&e.approved),
            Self::Opening(OpeningEvent::OpeningReversalStarted(e)) => Some(&e.approved),
            Self::Pool(PoolEvent::PoolPostingStarted(e)) => Some(&e.approved),
            Self::Pool(PoolEvent::PoolReversalStarted(e)) => Some(&e.approved),
            Self::SupplierBill(SupplierBillEvent::SupplierPaymentReversed(e)) => Some(&e.approved),
            Self::SupplierBill(SupplierBillEvent::SupplierBillReversed(e)) => Some(&e.approved),
            Self::SupplierBill(SupplierBillEvent::OwnUseSet(e)) => Some(&e.approved),
            Self::SupplierBill(SupplierBillEvent::DifferenceCarried(e)) => Some(&e.approved),
            Self::Taking(TakingEvent::TakingReversed(e)) => e.approved.as_ref(),
            Self::Unit(UnitEvent::UnitTransferred(e)) => Some(&e.approved),
            Self::Unit(UnitEvent::UnitPriceSet(e)) => e.approved.as_ref(),
            Self::Unit(UnitEvent::DiscountGranted(e)) => e.approved.as_ref(),
            _ => None,
        }
    }
}

fn of_account(fact: &AccountEvent) -> Option<&Approved> {
    match fact {
        AccountEvent::ChargeReduced(e) => Some(&e.approved),
        AccountEvent::ChargeWaived(e) => Some(&e.approved),
        AccountEvent::LateFeeWaived(e) => Some(&e.approved),
        AccountEvent::LateFeeAdjudged(e) => Some(&e.approved),
        AccountEvent::ChargeReversed(e) => Some(&e.approved),
        AccountEvent::ChargeWrittenOff(e) => Some(&e.approved),
        AccountEvent::CreditMoved(e) => Some(&e.approved),
        AccountEvent::RefundApproved(e) => Some(&e.approved),
        AccountEvent::DepositReturned(e) => Some(&e.approved),
        AccountEvent::DepositForfeited(e) => Some(&e.approved),
        AccountEvent::ForfeitureReversed(e) => Some(&e.approved),
        _ => None,
    }
}

fn of_payment(fact: &PaymentEvent) -> Option<&Approved> {
    match fact {
        PaymentEvent::PaymentIdentified(e) => e.approved.as_ref(),
        PaymentEvent::PaymentUnidentified(e) => e.approved.as_ref(),
        PaymentEvent::PaymentReversed(e) => e.approved.as_ref(),
        PaymentEvent::BankMatchUndone(e) => Some(&e.approved),
        PaymentEvent::BankLineSetAside(e) => Some(&e.approved),
        PaymentEvent::SuspenseReturned(e) => Some(&e.approved),
        _ => None,
    }
}

fn of_fee_item(fact: &FeeItemEvent) -> Option<&Approved> {
    match fact {
        FeeItemEvent::VacancyPolicySet(e) => e.approved.as_ref(),
        FeeItemEvent::TopUpRuleSet(e) => e.approved.as_ref(),
        FeeItemEvent::CampaignGranted(e) => e.approved.as_ref(),
        FeeItemEvent::PrepaymentOfferSet(e) => e.approved.as_ref(),
        FeeItemEvent::TariffSet(e) => e.approved.as_ref(),
        _ => None,
    }
}
