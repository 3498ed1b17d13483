//! The closed list of streams: one line per noun joins its ids, events and state to the rest.

use crate::calendar::CivilDate;
use crate::canonical::NotCanonical;
use crate::draft::{Draft, Fact};
use crate::event::EventError;
use crate::posting::Postings;
use crate::wire::words;
use serde_json::value::RawValue;
use std::sync::Arc;
use uuid::Uuid;

/// A stream: its kind and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamRef {
    /// Kind of stream.
    pub stream_type: StreamType,
    /// Id, unique in the ledger over all kinds.
    pub id: Uuid,
}

impl StreamType {
    /// True when the fold rests on the newest event alone, so that no other needs to be loaded.
    pub fn folds_newest_only(self) -> bool {
        self == Self::ReceiptSeries
    }
}

macro_rules! streams {
    ($($variant:ident, $word:literal, $noun:ident, $getter:ident($id:ty), $event:ident, $state:ident;)+) => {
        words! {
            /// Kinds of streams.
            pub enum StreamType { $(#[doc = concat!("`", $word, "`")] $variant = $word),+ }
        }

        /// Any fact.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Event { $(#[doc = concat!("Of a `", $word, "` stream.")] $variant(crate::$noun::$event)),+ }

        /// The fold of any stream.
        #[derive(Debug, Clone)]
        pub enum StreamState { $(#[doc = concat!("Of a `", $word, "` stream.")] $variant(Arc<crate::$noun::$state>)),+ }

        $(impl From<crate::$noun::$event> for Event {
            fn from(event: crate::$noun::$event) -> Self { Self::$variant(event) }
        })+

        $(impl From<$id> for StreamRef {
            fn from(id: $id) -> Self { Self { stream_type: StreamType::$variant, id: id.into() } }
        })+

        impl Event {
            /// Every event type: stream, type, newest version.
            pub fn types() -> Vec<(StreamType, &'static str, u32)> {
                let mut all = Vec::new();
                $(all.extend(crate::$noun::$event::TYPES.iter().map(|(t, v)| (StreamType::$variant, *t, *v)));)+
                all
            }

            /// Kind of stream it belongs to.
            pub fn stream_type(&self) -> StreamType {
                match self { $(Self::$variant(_) => StreamType::$variant),+ }
            }

            /// Type on the wire.
            pub fn event_type(&self) -> &'static str {
                match self { $(Self::$variant(event) => event.event_type()),+ }
            }

            /// Version of the shape.
            pub fn schema_version(&self) -> u32 {
                match self { $(Self::$variant(event) => event.schema_version()),+ }
            }

            /// Canonical bytes of the data.
            ///
            /// # Errors
            /// [`NotCanonical`].
            pub fn data_bytes(&self) -> Result<Vec<u8>, NotCanonical> {
                match self { $(Self::$variant(event) => event.data_bytes()),+ }
            }

            /// The data as JSON text, byte for byte as it stands in the log.
            ///
            /// # Errors
            /// [`NotCanonical`].
            pub fn data_json(&self) -> Result<Box<RawValue>, NotCanonical> {
                let text = String::from_utf8(self.data_bytes()?).map_err(|_| NotCanonical::NotJson)?;
                RawValue::from_string(text).map_err(|_| NotCanonical::NotJson)
            }

            /// From the wire.
            ///
            /// # Errors
            /// [`EventError`].
            pub fn decode(stream: StreamType, event_type: &str, version: u32, data: &str) -> Result<Self, EventError> {
                match stream {
                    $(StreamType::$variant => crate::$noun::$event::decode(event_type, version, data).map(Self::$variant)),+
                }
            }

            /// The lines it posts; none when it is no money event.
            pub fn postings(&self, effective_on: CivilDate) -> Option<Postings> {
                match self { $(Self::$variant(event) => crate::$noun::postings(event, effective_on)),+ }
            }
        }

        impl StreamState {
            /// Of a stream without events.
            pub fn empty(stream_type: StreamType) -> Self {
                match stream_type { $(StreamType::$variant => Self::$variant(Arc::default())),+ }
            }

            /// Folds one fact; a fact of another kind of stream changes nothing.
            pub fn evolve(&mut self, fact: &Fact<'_>) {
                match (self, fact.event) {
                    $((Self::$variant(state), Event::$variant(event)) => Arc::make_mut(state).evolve(event, fact),)+
                    // A fact never reaches a stream of another kind: the store keys both by kind and id.
                    _ => {}
                }
            }
        }

        impl Draft<'_> {
            $(#[doc = concat!("The `", $word, "` stream of that id.")]
            pub fn $getter(&self, id: $id) -> Arc<crate::$noun::$state> {
                match self.state(id.into()) {
                    StreamState::$variant(state) => state,
                    _ => Arc::default(),
                }
            })+
        }
    };
}

//       variant, word, module, getter(id), events, state
streams! {
    Ledger, "ledger", ledger, ledger(crate::id::LedgerStreamId), LedgerEvent, LedgerState;
    Administrator, "administrator", administrator, administrator(crate::id::AdministratorId), AdministratorEvent, AdministratorState;
    Company, "company", company, company(crate::id::CompanyId), CompanyEvent, CompanyState;
    ChannelAccount, "channel_account", channel_account, channel_account(crate::id::ChannelAccountId), ChannelAccountEvent, ChannelAccountState;
    Staff, "staff", staff, staff(crate::id::StaffId), StaffEvent, StaffState;
    Person, "person", person, person(crate::id::PersonId), PersonEvent, PersonState;
    Community, "community", community, community(crate::id::CommunityId), CommunityEvent, CommunityState;
    Unit, "unit", unit, unit(crate::id::UnitId), UnitEvent, UnitState;
    UnitCode, "unit_code", unit_code, unit_code(crate::id::UnitCodeId), UnitCodeEvent, UnitCodeState;
    Party, "party", party, party(crate::id::PartyId), PartyEvent, PartyState;
    FeeItem, "fee_item", fee_item, fee_item(crate::id::FeeItemId), FeeItemEvent, FeeItemState;
    Account, "account", account, account(crate::id::AccountId), AccountEvent, AccountState;
    Payment, "payment", payment, payment(crate::id::PaymentId), PaymentEvent, PaymentState;
    Reference, "reference", reference, reference(crate::id::ReferenceId), ReferenceEvent, ReferenceState;
    ReceiptSeries, "receipt_series", receipt_series, receipt_series(crate::id::ReceiptSeriesId), ReceiptSeriesEvent, ReceiptSeriesState;
    Shift, "shift", shift, shift(crate::id::ShiftId), ShiftEvent, ShiftState;
    ShiftClaim, "shift_claim", shift_claim, shift_claim(crate::id::ShiftClaimId), ShiftClaimEvent, ShiftClaimState;
    PaymentOrder, "payment_order", payment_order, payment_order(crate::id::PaymentOrderId), PaymentOrderEvent, PaymentOrderState;
    OrderClaim, "order_claim", order_claim, order_claim(crate::id::OrderClaimId), OrderClaimEvent, OrderClaimState;
    Invoice, "invoice", invoice, invoice(crate::id::InvoiceId), InvoiceEvent, InvoiceState;
    InvoiceClaim, "invoice_claim", invoice_claim, invoice_claim(crate::id::InvoiceClaimId), InvoiceClaimEvent, InvoiceClaimState;
    ChannelRefund, "channel_refund", channel_refund, channel_refund(crate::id::ChannelRefundId), ChannelRefundEvent, ChannelRefundState;
    ChannelDay, "channel_day", channel_day, channel_day(crate::id::ChannelDayId), ChannelDayEvent, ChannelDayState;
    ChannelSettlement, "channel_settlement", channel_settlement, channel_settlement(crate::id::ChannelSettlementId), ChannelSettlementEvent, ChannelSettlementState;
    DayClose, "day_close", day_close, day_close(crate::id::DayCloseId), DayCloseEvent, DayCloseState;
    BillRun, "bill_run", bill_run, bill_run(crate::id::BillRunId), BillRunEvent, BillRunState;
    Approval, "approval", approval, approval(crate::id::ApprovalId), ApprovalEvent, ApprovalState;
    Opening, "opening", opening, opening(crate::id::OpeningId), OpeningEvent, OpeningState;
    Import, "import", import, import(crate::id::ImportId), ImportEvent, ImportState;
    Pool, "pool", pool, pool(crate::id::PoolId), PoolEvent, PoolState;
    FundSpend, "fund_spend", fund_spend, fund_spend(crate::id::FundSpendId), FundSpendEvent, FundSpendState;
    SupplierBill, "supplier_bill", supplier_bill, supplier_bill(crate::id::SupplierBillId), SupplierBillEvent, SupplierBillState;
    Taking, "taking", taking, taking(crate::id::TakingId), TakingEvent, TakingState;
    WorkOrder, "work_order", work_order, work_order(crate::id::WorkOrderId), WorkOrderEvent, WorkOrderState;
    Dunning, "dunning", dunning, dunning(crate::id::DunningId), DunningEvent, DunningState;
    Meter, "meter", meter, meter(crate::id::MeterId), MeterEvent, MeterState;
    MeterCode, "meter_code", meter_code, meter_code(crate::id::MeterCodeId), MeterCodeEvent, MeterCodeState;
    Books, "books", books, books(crate::id::BooksId), BooksEvent, BooksState;
}
