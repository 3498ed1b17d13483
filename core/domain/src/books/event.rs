//! Facts of the books of a ledger as a whole: its periods 账期 and its allowance.

use super::allowance::AgeingRates;
use super::chart::{ChartPreset, Coded};
use crate::approval::Approved;
use crate::book::{Book, Fund, Purse, VatCategory};
use crate::calendar::{CivilDate, Month};
use crate::event::{events, facts};
use crate::fee_item::{TaxPoint, Vat};
use crate::id::{AccountId, BankItemId, ChannelAccountId, ChargeId, FeeItemId};
use crate::ledger::{Position, Seen};
use crate::money::Money;
use crate::value::{Count, Digest, Label};
use crate::wire::words;

facts! {
    /// An amount of the charges of one fee item.
    pub struct ItemAmount {
        /// The fee item.
        pub fee_item: FeeItemId,
        /// Its fund.
        pub fund: Fund,
        /// How tax applies.
        pub vat_category: VatCategory,
        /// How much.
        pub amount: Money,
    }
}

facts! {
    /// Charges of one fee item were posted at another tax treatment than that of their tax point.
    pub struct RateDifference {
        /// The fee item.
        pub fee_item: FeeItemId,
        /// Its fund.
        pub fund: Fund,
        /// The treatment of the tax point, which holds for what these charges are lowered by later.
        pub vat: Vat,
        /// Tax beyond what was expected, out of what was earned; negative: less.
        pub amount: Money,
    }
}

facts! {
    /// Tax that reached its point at another treatment than it was posted with.
    pub struct ChangedRate {
        /// The treatment of the tax point's day.
        pub vat: Vat,
        /// Tax beyond what was expected, out of what was earned; negative: less.
        pub amount: Money,
    }
}

facts! {
    /// Tax of one charge that has reached its tax point since the close before.
    pub struct MovedTax {
        /// The charge.
        pub charge: ChargeId,
        /// Its fee item.
        pub fee_item: FeeItemId,
        /// Its fund.
        pub fund: Fund,
        /// Its accounting month.
        pub period: Month,
        /// How tax applies, as it was posted.
        pub vat_category: VatCategory,
        /// When its tax is due.
        pub tax_point: TaxPoint,
        /// As it was posted; negative when what was received or invoiced was taken back.
        pub amount: Money,
        /// Where the treatment of the tax point's day is another than was posted.
        #[serde(default)]
        pub differences: Vec<ChangedRate>,
    }
}

words! {
    /// What was decided about the allowance 坏账准备 before a close.
    pub enum AllowanceDecision {
        /// It was set in the month or after it.
        Set = "set",
        /// It stays as it is.
        Declined = "declined",
    }
}

words! {
    /// Which of bank and books has what the other has not yet 未达账项.
    pub enum BankItemSide {
        /// 银行已收、企业未收
        BankReceived = "bank_received",
        /// 银行已付、企业未付
        BankPaid = "bank_paid",
        /// 企业已收、银行未收
        BookReceived = "book_received",
        /// 企业已付、银行未付
        BookPaid = "book_paid",
    }
}

facts! {
    /// What was posted to one book of one purse.
    pub struct BookTotal {
        /// Whose money.
        pub purse: Purse,
        /// The book.
        pub book: Book,
        /// Sum of the debits.
        pub debit: Money,
        /// Sum of the credits, positive.
        pub credit: Money,
    }
}

facts! {
    /// The allowance 坏账准备 for operating receivables is raised or lowered; what is written off goes against it.
    pub struct AllowanceSet {
        /// By how much; negative when less will be lost than was expected.
        pub change: Money,
        /// What was ever provided for, this included, before what was written off against it.
        pub provided: Money,
        /// Why.
        pub reason: Label,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// What is proposed as allowance follows these shares of what is owed, from a month on.
    pub struct AllowanceRatesSet {
        /// First month.
        pub from: Month,
        /// By age.
        pub rates: AgeingRates,
    }
    /// What charges of a month that is over had unearned is revenue: of some accounts, once each.
    pub struct RevenueReleased {
        /// The month.
        pub period: Month,
        /// The accounts; with the first fact of their command alone.
        #[serde(default)]
        pub accounts: Vec<AccountId>,
        /// By fee item.
        #[serde(default)]
        pub amounts: Vec<ItemAmount>,
    }
    /// The tax point of the charges of a month has passed: their tax is due. Of some accounts, once each.
    pub struct TaxPointReached {
        /// The month.
        pub period: Month,
        /// The accounts; with the first fact of their command alone.
        #[serde(default)]
        pub accounts: Vec<AccountId>,
        /// By fee item, as it was posted with the charges.
        #[serde(default)]
        pub amounts: Vec<ItemAmount>,
        /// Where the treatment of the tax point is another than was posted.
        #[serde(default)]
        pub differences: Vec<RateDifference>,
    }
    /// Tax of charges whose tax point is not their service month alone: what was received or invoiced of them by the end of a
    /// month is due, whichever month they are of.
    pub struct TaxPointsMoved {
        /// The month at whose end.
        pub period: Month,
        /// The account.
        pub account: AccountId,
        /// By charge.
        pub charges: Vec<MovedTax>,
    }
    /// Somebody looked at what is open before the month is closed: what nobody can be named for, what is on its way out, and
    /// whether losses are provided for. Stands right before the close, in its command.
    pub struct PeriodReviewed {
        /// The month.
        pub period: Month,
        /// The version of its figures that is closed.
        pub version: Count,
        /// Up to where the log was looked at.
        pub seen_until: Position,
        /// Money of the month, or of one before, whose owner is not known.
        pub suspense: Money,
        /// Payments that it is of.
        pub payments: Count,
        /// Refunds approved and neither settled nor failed.
        pub refunds_in_flight: Money,
        /// How many.
        pub refunds: Count,
        /// What was decided about the allowance.
        pub allowance: AllowanceDecision,
        /// Days of online channel accounts with money of the community, by the end of the month, that finance had not signed off;
        /// absent when nobody serves such an account.
        pub channel_days: Option<Count>,
        /// Bank accounts on which something moved in the month and whose reconciliation statement did not foot, or was never made; absent when nobody looked.
        pub bank_accounts: Option<Count>,
        /// Meters in use that nobody had read in the month or after it; absent when nobody looked.
        pub meters: Option<Count>,
        /// Up to where the company's log said so.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The month is barred: nothing that posts is dated in it from here on.
    pub struct PeriodClosed {
        /// The month.
        pub period: Month,
        /// Version of its figures: 1, and one more after each reopening.
        pub version: Count,
    }
    /// What the log said about a closed month when it was closed: whoever has the log can compute it again.
    pub struct PeriodSealed {
        /// The month.
        pub period: Month,
        /// The version of its figures that is sealed.
        pub version: Count,
        /// Events that are sealed: the position of the month's `period_closed`.
        pub size: Position,
        /// Root over their leaves.
        pub root: Digest,
        /// Every book as of the last day of the month, by purse and book, from facts effective by then.
        #[serde(default)]
        pub trial_balance: Vec<BookTotal>,
        /// How the digest of the figures is made: 1, or 2 with late fees, once a policy for them stands.
        pub figures_form: Count,
        /// Digest of the month's figures as of its last day: of the community, its buildings, fee items and funds.
        pub figures: Digest,
    }
    /// Books that have no code of their own take it from a preset 科目预设, from a month on.
    pub struct ChartPresetSet {
        /// First month.
        pub from: Month,
        /// Which.
        pub preset: ChartPreset,
    }
    /// The customer's code 科目代码 of a book, or of what of it is of one fund, fee item or channel account, from a month on.
    pub struct BookCodeSet {
        /// First month.
        pub from: Month,
        /// Whose money.
        pub purse: Purse,
        /// The book.
        pub book: Book,
        /// Only of this fund.
        pub fund: Option<Fund>,
        /// Only of this fee item.
        pub fee_item: Option<FeeItemId>,
        /// Only on this channel account.
        pub channel_account: Option<ChannelAccountId>,
        /// Code and name; absent: none of its own any more.
        pub coded: Option<Coded>,
        /// The company facts that the channel account was read from.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// What the bank says stood on an account at the end of a month; a later one of the same month stands in its place.
    pub struct BankBalanceStated {
        /// The bank account.
        pub channel_account: ChannelAccountId,
        /// The month.
        pub period: Month,
        /// What stood on it; negative when overdrawn.
        pub balance: Money,
        /// The company facts that the channel account was read from.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Bank or books have what the other has not yet.
    pub struct BankItemStated {
        /// The item.
        pub item: BankItemId,
        /// The bank account.
        pub channel_account: ChannelAccountId,
        /// Which of them has it.
        pub side: BankItemSide,
        /// How much.
        pub amount: Money,
        /// Its day there.
        pub booked_on: CivilDate,
        /// What it is.
        pub note: Label,
        /// The company facts that the channel account was read from.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The other has it too.
    pub struct BankItemCleared {
        /// The item.
        pub item: BankItemId,
        /// Since when.
        pub cleared_on: CivilDate,
    }
    /// The month that was closed last is open again; its figures get a new version when it is closed again.
    pub struct PeriodReopened {
        /// The month.
        pub period: Month,
        /// The version of its figures that no longer holds.
        pub version: Count,
        /// Why.
        pub reason: Label,
        /// Requested by one, approved by another.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
}

events! {
    /// Facts of a `books` stream.
    pub enum BooksEvent of "books" {
        AllowanceRatesSet = "allowance_rates_set", 1;
        AllowanceSet = "allowance_set", 1;
        BankBalanceStated = "bank_balance_stated", 1;
        BankItemCleared = "bank_item_cleared", 1;
        BankItemStated = "bank_item_stated", 1;
        BookCodeSet = "book_code_set", 1;
        ChartPresetSet = "chart_preset_set", 1;
        PeriodClosed = "period_closed", 1;
        PeriodReopened = "period_reopened", 1;
        PeriodReviewed = "period_reviewed", 1;
        PeriodSealed = "period_sealed", 1;
        RevenueReleased = "revenue_released", 1;
        TaxPointReached = "tax_point_reached", 1;
        TaxPointsMoved = "tax_points_moved", 1;
    }
}
