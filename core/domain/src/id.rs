//! Ids: typed, and derived wherever a derivation exists, so that a re-decision gives the same id again.

mod day;
mod number;

use crate::book::Purse;
use crate::calendar::CivilDate;
use crate::canonical::string_array;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The plain UUID.
            pub fn uuid(self) -> Uuid { self.0 }
        }
        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Self { id.0 }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { std::fmt::Display::fmt(&self.0, f) }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { std::fmt::Display::fmt(&self.0, f) }
        }
    )+ };
}

ids! {
    /// A ledger 账套: installation, company or community. A community's id is its ledger's.
    LedgerId,
    /// A system administrator of the installation.
    AdministratorId,
    /// A member of a company's staff.
    StaffId,
    /// A natural or legal person of a company's ledger; pseudonymous.
    PersonId,
    /// A channel account 收款账户.
    ChannelAccountId,
    /// A unit 房屋/商铺/车位.
    UnitId,
    /// A party 责任方: owner group, tenancy or developer.
    PartyId,
    /// A fee item 收费项目.
    FeeItemId,
    /// A tariff version 标准.
    TariffId,
    /// A unit's fee account 户账.
    AccountId,
    /// A charge 应收.
    ChargeId,
    /// The month charges of one unit, item and cycle that were billed together.
    BillLineId,
    /// A bill run.
    BillRunId,
    /// A lot of credit 预存.
    LotId,
    /// A part of a lot spent on a charge 核销.
    AllocationId,
    /// A refund 退款.
    RefundId,
    /// A refund as its provider has it; the refund's own id.
    ChannelRefundId,
    /// A payment 收款.
    PaymentId,
    /// A payment order 支付订单.
    PaymentOrderId,
    /// The claim of payment orders on an account's charges.
    OrderClaimId,
    /// An invoice 发票.
    InvoiceId,
    /// The claim of invoices on a payment's money.
    InvoiceClaimId,
    /// A day of a channel account, as its bill and the log say it.
    ChannelDayId,
    /// What bill and log of a day differ in.
    ChannelDifferenceId,
    /// A day of a channel account whose money came to the bank.
    ChannelSettlementId,
    /// A day of a channel account that is closed.
    DayCloseId,
    /// What stands at the bank or in the books and not yet in the other.
    BankItemId,
    /// A walk-in taking: money of nobody's unit.
    TakingId,
    /// A receipt 收据.
    ReceiptId,
    /// A cashier's shift 班次.
    ShiftId,
    /// A formal demand 催告.
    FormalDemandId,
    /// An approval.
    ApprovalId,
    /// A discount 优惠.
    DiscountId,
    /// A prepayment offer 预缴优惠 of a fee item.
    OfferId,
    /// An application for a vacancy discount 空置.
    VacancyId,
    /// A pool 公摊.
    PoolId,
    /// A spend 支用 of the maintenance fund.
    FundSpendId,
    /// A supplier 供应商.
    SupplierId,
    /// A supplier's bill.
    SupplierBillId,
    /// A payment of a supplier's bill.
    SupplierPaymentId,
    /// A work order 工单.
    WorkOrderId,
    /// A meter 表.
    MeterId,
    /// A reading 读数 of a meter.
    ReadingId,
    /// An import of a file.
    ImportId,
    /// A payment of the old system 历史缴费.
    HistoryId,
    /// A batch of openings 期初.
    OpeningId,
    /// A deposit 押金 that is held.
    DepositId,
    /// What of a deposit the company keeps 押金扣除.
    ForfeitureId,
    /// A voucher 记账凭证; stands in no event.
    VoucherId,
    /// A vault item: personal data outside the log.
    VaultItemId,
    /// A command; the answer to the same key is found by it.
    CommandId,
    /// An event.
    EventId,
    /// The one stream of a ledger about itself.
    LedgerStreamId,
    /// The dunning stream of an account.
    DunningId,
    /// The stream of a ledger's books.
    BooksId,
    /// The claim on a unit code.
    UnitCodeId,
    /// The claim on a meter's number.
    MeterCodeId,
    /// The claim on a payment reference.
    ReferenceId,
    /// A receipt series of one year.
    ReceiptSeriesId,
    /// The claim of a shift on a cash box or a cashier.
    ShiftClaimId,
    /// A company's stream: its ledger's id, in the installation's ledger.
    CompanyId,
    /// A community's stream: its ledger's id, in the company's ledger and in its own.
    CommunityId,
}

/// What an id is derived for. The word is part of the hashed text and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// `[ledger, principal kind, principal id, Idempotency-Key]`
    CommandFromKey,
    /// `[ledger, operation, natural key…]` for callbacks, imports, reactors and chunks.
    CommandFromNatural,
    /// `[command_id, ordinal]`
    Event,
    /// `[command_id, kind, ordinal]`: what a decision creates.
    Entity,
    /// `[command_id]`: the ledger a company or community command opens.
    Ledger,
    /// `[unit]`
    Account,
    /// `[community, unit code]`
    UnitCode,
    /// `[channel account, reference]`
    Reference,
    /// `[community, series, year]`
    ReceiptSeries,
    /// `[community, `cash_box` or `cashier`, channel account or staff]`
    ShiftClaim,
    /// `[account]`: the claim of payment orders on its charges.
    OrderClaim,
    /// `[payment]`: the claim of invoices on its money.
    InvoiceClaim,
    /// `[channel account, day]`: its reconciliation, and in the communities its settlement.
    ChannelDay,
    /// `[channel account, day]`: its close.
    DayClose,
    /// `[account]`: the dunning stream of an account.
    Dunning,
    /// `[ledger]`: the one stream of the ledger or community itself.
    Root,
    /// `[ledger]`: the one stream of its books.
    Books,
    /// `[community, name]`
    Supplier,
    /// `[supplier, number]`
    SupplierBill,
    /// `[community, number of a meter]`
    MeterCode,
    /// `[community]`: the account of takings without a unit.
    WalkIn,
    /// `[community, `stay` or `card`, the gate's or the card's number]`
    Taking,
    /// `[command_id, purse, effective_on]`
    Voucher,
}

impl Purpose {
    /// Every purpose, for the published test vectors.
    pub const ALL: &'static [Self] = &[
        Self::CommandFromKey,
        Self::CommandFromNatural,
        Self::Event,
        Self::Entity,
        Self::Ledger,
        Self::Account,
        Self::UnitCode,
        Self::Reference,
        Self::ReceiptSeries,
        Self::ShiftClaim,
        Self::OrderClaim,
        Self::InvoiceClaim,
        Self::ChannelDay,
        Self::DayClose,
        Self::Dunning,
        Self::Root,
        Self::Books,
        Self::Supplier,
        Self::SupplierBill,
        Self::MeterCode,
        Self::WalkIn,
        Self::Taking,
        Self::Voucher,
    ];

    /// The first element of the hashed array.
    pub fn tag(self) -> &'static str {
        match self {
            Self::CommandFromKey => "mingzhang/command_from_key/1",
            Self::CommandFromNatural => "mingzhang/command_from_natural/1",
            Self::Event => "mingzhang/event/1",
            Self::Entity => "mingzhang/entity/1",
            Self::Ledger => "mingzhang/ledger/1",
            Self::Account => "mingzhang/account/1",
            Self::UnitCode => "mingzhang/unit_code/1",
            Self::Reference => "mingzhang/reference/1",
            Self::ReceiptSeries => "mingzhang/receipt_series/1",
            Self::ShiftClaim => "mingzhang/shift_claim/1",
            Self::OrderClaim => "mingzhang/order_claim/1",
            Self::InvoiceClaim => "mingzhang/invoice_claim/1",
            Self::ChannelDay => "mingzhang/channel_day/1",
            Self::DayClose => "mingzhang/day_close/1",
            Self::Dunning => "mingzhang/dunning/1",
            Self::Root => "mingzhang/root/1",
            Self::Books => "mingzhang/books/1",
            Self::Supplier => "mingzhang/supplier/1",
            Self::SupplierBill => "mingzhang/supplier_bill/1",
            Self::MeterCode => "mingzhang/meter_code/1",
            Self::WalkIn => "mingzhang/walk_in/1",
            Self::Taking => "mingzhang/taking/1",
            Self::Voucher => "mingzhang/voucher/1",
        }
    }
}

/// The one derivation: UUIDv8 of the first 16 bytes of SHA-256 over the canonical array `[tag, parts…]`.
pub fn derive(purpose: Purpose, parts: &[&str]) -> Uuid {
    first_16(&Sha256::digest(tagged(purpose, parts)))
}

/// The keyed derivation for natural keys that are personal data: HMAC-SHA-256 under the company's index key.
pub fn derive_keyed(key: &[u8; 32], purpose: Purpose, parts: &[&str]) -> Uuid {
    // HMAC takes keys of any length; the error type cannot occur for 32 bytes.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Uuid::nil() };
    mac.update(&tagged(purpose, parts));
    first_16(&mac.finalize().into_bytes())
}

/// A natural key as it enters a derivation: trimmed, NFKC, ASCII upper-cased.
pub fn natural(text: &str) -> String {
    text.trim().nfkc().collect::<String>().to_ascii_uppercase()
}

fn tagged(purpose: Purpose, parts: &[&str]) -> Vec<u8> {
    let mut all = Vec::with_capacity(parts.len() + 1);
    all.push(purpose.tag());
    all.extend_from_slice(parts);
    string_array(&all)
}

fn first_16(hash: &[u8]) -> Uuid {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash) {
        *to = *from;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

impl AccountId {
    /// The account of a unit.
    pub fn of_unit(unit: UnitId) -> Self {
        Self(derive(Purpose::Account, &[&unit.to_string()]))
    }
}

impl AccountId {
    /// The account of a community for takings without a unit.
    pub fn walk_in(community: LedgerId) -> Self {
        Self(derive(Purpose::WalkIn, &[&community.to_string()]))
    }
}

impl TakingId {
    /// The takings for the months of a card or space of a community.
    pub fn of_card(community: LedgerId, number: &str) -> Self {
        Self(derive(Purpose::Taking, &[&community.to_string(), "card", &natural(number)]))
    }

    /// The taking for a stay that a community's gate numbered.
    pub fn of_stay(community: LedgerId, number: &str) -> Self {
        Self(derive(Purpose::Taking, &[&community.to_string(), "stay", &natural(number)]))
    }
}

impl VoucherId {
    /// The voucher of what a command posted in a purse on a day.
    pub fn of(command: CommandId, purse: Purse, effective_on: CivilDate) -> Self {
        Self(derive(Purpose::Voucher, &[&command.to_string(), purse.as_str(), &effective_on.to_string()]))
    }
}

impl LedgerStreamId {
    /// The stream of a ledger about itself.
    pub fn of_ledger(ledger: LedgerId) -> Self {
        Self(derive(Purpose::Root, &[&ledger.to_string()]))
    }
}

impl BooksId {
    /// The books of a ledger.
    pub fn of_ledger(ledger: LedgerId) -> Self {
        Self(derive(Purpose::Books, &[&ledger.to_string()]))
    }
}

impl SupplierId {
    /// The supplier of a name in a community.
    pub fn of_name(community: LedgerId, name: &str) -> Self {
        Self(derive(Purpose::Supplier, &[&community.to_string(), &natural(name)]))
    }
}

impl SupplierBillId {
    /// The bill of a supplier with a number.
    pub fn of_number(supplier: SupplierId, number: &str) -> Self {
        Self(derive(Purpose::SupplierBill, &[&supplier.to_string(), &natural(number)]))
    }
}

impl DunningId {
    /// The dunning stream of an account.
    pub fn of_account(account: AccountId) -> Self {
        Self(derive(Purpose::Dunning, &[&account.to_string()]))
    }
}

impl UnitCodeId {
    /// The claim on a code in a community.
    pub fn of_code(community: LedgerId, code: &str) -> Self {
        Self(derive(Purpose::UnitCode, &[&community.to_string(), &natural(code)]))
    }
}

impl MeterCodeId {
    /// The claim on a number in a community.
    pub fn of_code(community: LedgerId, code: &str) -> Self {
        Self(derive(Purpose::MeterCode, &[&community.to_string(), &natural(code)]))
    }
}

impl ReferenceId {
    /// The claim on a reference of a channel account.
    pub fn of_reference(channel_account: ChannelAccountId, reference: &str) -> Self {
        Self(derive(Purpose::Reference, &[&channel_account.to_string(), &natural(reference)]))
    }
}

impl ReceiptSeriesId {
    /// The series of a community in one year.
    pub fn of_year(community: LedgerId, series: &str, year: i32) -> Self {
        Self(derive(Purpose::ReceiptSeries, &[&community.to_string(), series, &year.to_string()]))
    }
}

impl ShiftClaimId {
    /// The claim on a cash box in a community.
    pub fn of_cash_box(community: LedgerId, cash_box: ChannelAccountId) -> Self {
        Self(derive(Purpose::ShiftClaim, &[&community.to_string(), "cash_box", &cash_box.to_string()]))
    }

    /// The claim on a cashier in a community.
    pub fn of_cashier(community: LedgerId, cashier: StaffId) -> Self {
        Self(derive(Purpose::ShiftClaim, &[&community.to_string(), "cashier", &cashier.to_string()]))
    }
}

impl OrderClaimId {
    /// The claim on an account's charges.
    pub fn of_account(account: AccountId) -> Self {
        Self(derive(Purpose::OrderClaim, &[&account.to_string()]))
    }
}

impl InvoiceClaimId {
    /// The claim on a payment's money.
    pub fn of_payment(payment: PaymentId) -> Self {
        Self(derive(Purpose::InvoiceClaim, &[&payment.to_string()]))
    }
}

impl CommandId {
    /// From the caller's `Idempotency-Key`.
    pub fn from_key(ledger: LedgerId, principal_kind: &str, principal: Uuid, key: &str) -> Self {
        Self(derive(Purpose::CommandFromKey, &[&ledger.to_string(), principal_kind, &principal.to_string(), key]))
    }

    /// From what makes the command unique in the world: a callback's number, a run and a unit.
    pub fn from_natural(ledger: LedgerId, operation: &str, parts: &[&str]) -> Self {
        let ledger = ledger.to_string();
        let mut all = vec![ledger.as_str(), operation];
        all.extend_from_slice(parts);
        Self(derive(Purpose::CommandFromNatural, &all))
    }
}

impl EventId {
    /// The n-th event (from 0) of a command.
    pub fn of_command(command: CommandId, ordinal: usize) -> Self {
        Self(derive(Purpose::Event, &[&command.to_string(), &ordinal.to_string()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_its_own_ids() {
        let mut seen: Vec<_> = Purpose::ALL.iter().map(|p| derive(*p, &["a", "b"])).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), Purpose::ALL.len());
    }

    #[test]
    fn derived_ids_are_version_8_and_fixed() {
        let id = derive(Purpose::Account, &["0190b0e0-0000-7000-8000-000000000001"]);
        assert_eq!(id.get_version_num(), 8);
        assert_eq!(id, AccountId::of_unit(UnitId("0190b0e0-0000-7000-8000-000000000001".parse().unwrap())).uuid());
    }

    #[test]
    fn natural_keys_are_folded() {
        assert_eq!(natural(" ｗｘ-1a "), "WX-1A");
    }
}
