//! Facts of a supplier's bill: recorded, paid, what of it the company used itself, and what of its difference is carried on.

use crate::approval::Approved;
use crate::calendar::{CivilDate, Month};
use crate::channel_account::ChannelKind;
use crate::event::{events, facts};
use crate::id::{ChannelAccountId, SupplierId, SupplierPaymentId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::value::{Code, Label};
use crate::wire::words;

words! {
    /// What a supplier supplies.
    pub enum Utility {
        /// 水
        Water = "water",
        /// 电
        Electricity = "electricity",
        /// 燃气
        Gas = "gas",
        /// 暖
        Heating = "heating",
        /// 排污
        Sewage = "sewage",
        /// Another one.
        Other = "other",
    }
}

facts! {
    /// What every fact about a bill says of it, so that postings need nothing else.
    pub struct BillOf {
        /// The supplier, by his name.
        pub supplier: SupplierId,
        /// What he supplies.
        pub utility: Utility,
        /// The month that it is for.
        pub period: Month,
    }
}

facts! {
    /// The supplier wants so much.
    pub struct SupplierBillRecorded {
        /// Whose bill, of what, for when.
        pub of: BillOf,
        /// Name of the supplier; never a person's.
        pub name: Label,
        /// The bill's number.
        pub number: Code,
        /// How much, tax included.
        pub amount: Money,
        /// The day it came.
        pub received_on: CivilDate,
    }
    /// So much of it was paid.
    pub struct SupplierBillPaid {
        /// Whose bill, of what, for when.
        pub of: BillOf,
        /// The payment.
        pub payment: SupplierPaymentId,
        /// How much.
        pub amount: Money,
        /// Out of which channel account.
        pub channel_account: ChannelAccountId,
        /// Its kind.
        pub channel: ChannelKind,
        /// The company facts that the channel account rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
        /// The bank's own number.
        pub reference: Option<Code>,
        /// The day it left.
        pub value_on: CivilDate,
    }
    /// The payment was recorded by mistake.
    pub struct SupplierPaymentReversed {
        /// Whose bill, of what, for when.
        pub of: BillOf,
        /// The payment.
        pub payment: SupplierPaymentId,
        /// How much.
        pub amount: Money,
        /// Where it was said to come from.
        pub channel_account: ChannelAccountId,
        /// Its kind.
        pub channel: ChannelKind,
        /// Why.
        pub reason: Label,
        /// On whose word.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The bill was recorded by mistake.
    pub struct SupplierBillReversed {
        /// Whose bill, of what, for when.
        pub of: BillOf,
        /// How much.
        pub amount: Money,
        /// Why.
        pub reason: Label,
        /// On whose word.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// So much of it the company used itself and bears.
    pub struct OwnUseSet {
        /// Whose bill, of what, for when.
        pub of: BillOf,
        /// How much in all.
        pub amount: Money,
        /// How much more than was said before.
        pub change: Money,
        /// Why.
        pub reason: Label,
        /// On whose word.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// So much of the difference to what units were charged is carried into another period.
    pub struct DifferenceCarried {
        /// Whose bill, of what, for when.
        pub of: BillOf,
        /// The period that it goes to.
        pub to: Month,
        /// How much; positive when more was paid than charged.
        pub amount: Money,
        /// Why.
        pub reason: Label,
        /// On whose word.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
}

events! {
    /// Facts of a `supplier_bill` stream.
    pub enum SupplierBillEvent of "supplier_bill" {
        SupplierBillRecorded = "supplier_bill_recorded", 1;
        SupplierBillPaid = "supplier_bill_paid", 1;
        SupplierPaymentReversed = "supplier_payment_reversed", 1;
        SupplierBillReversed = "supplier_bill_reversed", 1;
        OwnUseSet = "own_use_set", 1;
        DifferenceCarried = "difference_carried", 1;
    }
}
