//! The contract of every read model: a fold that takes the events of one ledger in order and changes rows.
//!
//! - A row is a function of the prefix of one ledger and of nothing else: no clock, no serial, no other ledger.
//! - Live and rebuild use [`Models::apply`]; only the sink differs (`sink`).
//! - Money read models fold postings; the others match on the events of a noun, every one by name.
//! - Each model's file has its tables, its fold and nothing of another model's; a fold may read the rows of a model
//!   that stands before it in [`Models::apply`].
//! - All models share one checkpoint per ledger, so what is read together fits together.
//!
//! May never happen here: an event that is passed over because it is not understood. That is [`FoldError`] or a body
//! that cannot be read, and it stops the ledger's projection until the code is repaired.

use crate::sink::{self, Place};
use crate::table::{Appended, Keyed, Row, TableSpec};
use crate::*;
use mingzhang_domain::account::AccountEvent;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::payment::PaymentEvent;
use mingzhang_domain::posting::Posting;
use mingzhang_domain::stream::Event;
use sqlx::postgres::PgConnection;

/// Why an event cannot be folded: it does not follow from what was folded before. Says the rule, never values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FoldError(pub &'static str);

macro_rules! models {
    (keyed { $($keyed:ident: $row:ty,)+ } appended { $($appended:ident: $line:ty,)+ }) => {
        /// The rows of one ledger while its events are folded.
        #[derive(Debug)]
        pub struct Models {
            $(#[doc = concat!("Rows of `", stringify!($keyed), "`.")] pub $keyed: Keyed<$row>,)+
            $(#[doc = concat!("Rows of `", stringify!($appended), "`.")] pub $appended: Appended<$line>,)+
        }

        /// Every table of the read models.
        pub const TABLES: &[TableSpec] = &[$(<$row as Row>::TABLE,)+ $(<$line as Row>::TABLE,)+];

        impl Models {
            /// Nothing folded yet. `complete`: no rows exist anywhere (a rebuild); otherwise rows are loaded as wanted.
            pub fn new(complete: bool) -> Self {
                Self { $($keyed: Keyed::new(complete),)+ $($appended: Appended::default(),)+ }
            }

            /// True when the fold asked for rows that are not loaded: it must be repeated.
            pub(crate) fn wants(&self) -> bool {
                $(self.$keyed.wants())||+
            }

            /// Forgets what was folded, not what was loaded.
            pub(crate) fn forget_changes(&mut self) {
                $(self.$keyed.forget_changes();)+
                $(self.$appended.clear();)+
            }

            /// What was folded is written: the next batch goes on from it.
            pub(crate) fn keep_changes(&mut self) {
                $(self.$keyed.keep_changes();)+
                $(self.$appended.clear();)+
            }

            /// Rows kept in memory.
            pub(crate) fn len(&self) -> usize {
                0 $(+ self.$keyed.len())+ $(+ self.$appended.len())+
            }

            /// Rows kept in memory of the tables that rows are only added to.
            pub(crate) fn appended_len(&self) -> usize {
                0 $(+ self.$appended.len())+
            }

            /// Loads what the folds of these ledgers want, one round trip per table.
            pub(crate) async fn load(
                conn: &mut PgConnection,
                parts: &mut [(Place, &mut Self)],
            ) -> Result<(), sqlx::Error> {
                $(sink::load(conn, parts.iter_mut().map(|(place, models)| (*place, &mut models.$keyed)).collect()).await?;)+
                Ok(())
            }

            /// Writes what was folded for these ledgers, one round trip per table.
            pub(crate) async fn write(conn: &mut PgConnection, parts: &[(Place, &Self)]) -> Result<(), sqlx::Error> {
                $(let rows = parts.iter().flat_map(|(place, models)| models.$keyed.rows().map(|row| (*place, row)));
                sink::write(conn, rows.collect(), true).await?;)+
                $(let rows = parts.iter().flat_map(|(place, models)| models.$appended.rows().map(|row| (*place, row)));
                sink::write(conn, rows.collect(), false).await?;)+
                Ok(())
            }

            /// Loads the rows of the tables that rows are only added to into a new generation, and forgets them.
            pub(crate) async fn copy_appended(&mut self, conn: &mut PgConnection, place: Place) -> Result<u64, sqlx::Error> {
                let mut rows = 0;
                $(rows += sink::copy(conn, place, self.$appended.rows()).await?;
                self.$appended.clear();)+
                Ok(rows)
            }

            /// Loads every other row into a new generation.
            pub(crate) async fn copy_keyed(&self, conn: &mut PgConnection, place: Place) -> Result<u64, sqlx::Error> {
                let mut rows = 0;
                $(rows += sink::copy(conn, place, self.$keyed.rows()).await?;)+
                Ok(rows)
            }

            /// Shows the rows of every table to a visitor.
            pub(crate) fn visit<V: VisitRows>(&self, visitor: &mut V) {
                $(visitor.rows(self.$keyed.rows());)+
                $(visitor.rows(self.$appended.rows());)+
            }
        }
    };
}

/// Sees the rows of each table, one table after another in the order of [`TABLES`].
pub(crate) trait VisitRows {
    /// The rows of one table, in no order.
    fn rows<'r, R: Row>(&mut self, rows: impl Iterator<Item = &'r R>);
}

models! {
    keyed {
        ledger: directory::Ledger,
        company: directory::Company,
        community: directory::Community,
        community_rules: directory::CommunityRules,
        attribute_definition: directory::AttributeDefinition,
        channel_account: directory::ChannelAccount,
        administrator: staff::Administrator,
        staff: staff::Staff,
        staff_role: staff::StaffRole,
        person: party::Person,
        party: party::Party,
        party_member: party::PartyMember,
        unit: unit::Unit,
        unit_fee_item: unit::UnitFeeItem,
        unit_attribute: unit::UnitAttribute,
        unit_price: unit::UnitPrice,
        discount: discount::Discount,
        campaign: campaign::Campaign,
        prepayment_offer: prepayment_offer::PrepaymentOffer,
        vacancy: vacancy::Vacancy,
        vacancy_policy: vacancy::VacancyPolicy,
        fee_item: fee_item::FeeItem,
        tariff: fee_item::Tariff,
        account: account::Account,
        account_balance: account_balance::AccountBalance,
        charge: charge::Charge,
        charge_lateness: late_fee::ChargeLateness,
        lot_taken_back: late_fee::LotTakenBack,
        allocation: allocation::Allocation,
        credit_lot: credit_lot::CreditLot,
        refund: refund::Refund,
        invoice: invoice::Invoice,
        collection: collection::Collection,
        formal_demand: formal_demand::FormalDemand,
        payment: payment::Payment,
        receipt: receipt::Receipt,
        taking: taking::Taking,
        payment_order: payment_order::PaymentOrder,
        ordered_part: payment_order::OrderedPart,
        channel_day: channel_day::ChannelDay,
        channel_day_split: channel_day::ChannelDaySplit,
        channel_difference: channel_day::ChannelDifference,
        channel_settlement: channel_settlement::ChannelSettlement,
        money_day: money_day::MoneyDay,
        shift: shift::Shift,
        cash_banking: shift::CashBanking,
        approval: approval::Approval,
        period: period::Period,
        closing: closing::Closing,
        figure_charge: figure::FigureCharge,
        figure_money: figure::FigureMoney,
        figure_credit: figure::FigureCredit,
        period_seal: period::PeriodSeal,
        bill_run: bill_run::BillRun,
        import: bill_run::Import,
        opening: opening::Opening,
        opening_total: opening::OpeningTotal,
        deposit: deposit::Deposit,
        unit_fund: fund::UnitFund,
        fund_charge: fund::FundCharge,
        top_up_rule: fund::TopUpRule,
        fund_spend: fund_spend::FundSpend,
        pool: pool::Pool,
        pool_charge: supplier_bill::PoolCharge,
        supplier_bill: supplier_bill::SupplierBill,
        utility_item: supplier_bill::UtilityItem,
        utility_sum: supplier_bill::UtilitySum,
        pass_through_sum: supplier_bill::PassThroughSum,
        work_order: work_order::WorkOrder,
        meter: meter::Meter,
        meter_reading: meter::MeterReading,
        trial_balance: trial_balance::TrialBalance,
        tax_turnover: tax_turnover::TaxTurnover,
        chart_preset: chart::PresetFrom,
        bank_balance: bank_statement::BankBalance,
        bank_item: bank_statement::BankItem,
        book_turnover: turnover::BookTurnover,
        account_turnover: turnover::AccountTurnover,
        voucher: voucher::Voucher,
        voucher_series: voucher::VoucherSeries,
        approved_command: voucher::ApprovedCommand,
    }
    appended {
        receipt_line: receipt::ReceiptLine,
        invoiced_line: invoice::InvoicedLine,
        suspense_hint: suspense::SuspenseHint,
        statement_line: statement::StatementLine,
        deposit_line: deposit::DepositLine,
        fund_line: fund::FundLine,
        payment_history: payment_history::PaymentHistory,
        reminder: reminder::Reminder,
        bill_run_skip: bill_run::BillRunSkip,
        bill_run_unit: bill_run::BillRunUnit,
        book_code: chart::BookCode,
        account_code: turnover::AccountCodeFrom,
        journal: journal::JournalLine,
    }
}

impl Models {
    /// Folds one event into every model.
    ///
    /// # Errors
    /// [`FoldError`] when it does not follow from what was folded before.
    pub fn apply(&mut self, event: &Recorded) -> Result<(), FoldError> {
        match &event.event {
            Event::Ledger(fact) => directory::fold_ledger(fact, event, self)?,
            Event::Administrator(fact) => staff::fold_administrator(fact, event, self)?,
            Event::Company(fact) => directory::fold_company(fact, self),
            Event::ChannelAccount(fact) => directory::fold_channel_account(fact, event, self)?,
            Event::Staff(fact) => staff::fold(fact, event, self)?,
            Event::Person(fact) => party::fold_person(fact, event, self)?,
            Event::Community(fact) => directory::fold_community(fact, event, self),
            Event::Unit(fact) => {
                unit::fold(fact, event, self)?;
                turnover::fold_unit(fact, event, self);
            }
            Event::Party(fact) => party::fold(fact, event, self)?,
            Event::FeeItem(fact) => fee_item::fold(fact, event, self)?,
            Event::Account(fact) => self.apply_account(fact, event)?,
            Event::Payment(fact) => self.apply_payment(fact, event)?,
            Event::Shift(fact) => shift::fold(fact, event, self)?,
            Event::Books(fact) => {
                period::fold(fact, event, self)?;
                closing::fold(fact, event, self);
                chart::fold(fact, event, self);
                bank_statement::fold(fact, event, self)?;
            }
            Event::BillRun(fact) => bill_run::fold(fact, event, self)?,
            Event::Approval(fact) => approval::fold(fact, event, self)?,
            Event::Opening(fact) => opening::fold(fact, event, self)?,
            Event::FundSpend(fact) => fund_spend::fold(fact, event, self)?,
            Event::Pool(fact) => pool::fold(fact, event, self)?,
            Event::SupplierBill(fact) => supplier_bill::fold(fact, event, self)?,
            Event::Import(fact) => bill_run::fold_import(fact, event, self)?,
            Event::PaymentOrder(fact) => payment_order::fold(fact, event, self)?,
            Event::Invoice(fact) => invoice::fold(fact, event, self)?,
            Event::ChannelRefund(fact) => refund::fold_channel(fact, event, self)?,
            Event::ChannelDay(fact) => channel_day::fold(fact, event, self)?,
            Event::ChannelSettlement(fact) => channel_settlement::fold(fact, event, self)?,
            Event::DayClose(fact) => money_day::fold(fact, event, self),
            Event::Taking(fact) => {
                taking::fold(fact, event, self)?;
                collection::fold_taking(fact, event, self);
            }
            Event::WorkOrder(fact) => work_order::fold(fact, event, self)?,
            Event::Meter(fact) => meter::fold(fact, event, self)?,
            Event::Dunning(fact) => {
                reminder::fold(fact, event, self);
                formal_demand::fold(fact, event, self)?;
            }
            // Claims: what they make unique stands in the unit, meter, payment, receipt and shift that hold them.
            Event::UnitCode(_)
            | Event::MeterCode(_)
            | Event::Reference(_)
            | Event::ReceiptSeries(_)
            | Event::ShiftClaim(_)
            | Event::OrderClaim(_)
            | Event::InvoiceClaim(_) => {}
        }
        self.apply_postings(event.postings.as_deref().unwrap_or_default(), event)?;
        voucher::fold(event, self);
        figure::fold(event, self)
    }

    fn apply_account(&mut self, fact: &AccountEvent, event: &Recorded) -> Result<(), FoldError> {
        if let AccountEvent::AccountOpened(opened) = fact {
            account::opened(opened, event, self);
        }
        charge::fold(fact, event, self)?;
        late_fee::fold(fact, event, self)?;
        allocation::fold(fact, event, self)?;
        credit_lot::fold(fact, event, self)?;
        refund::fold(fact, event, self)?;
        collection::fold(fact, event, self)?;
        bill_run::fold_charge(fact, self)?;
        deposit::fold(fact, event, self)?;
        fund::fold(fact, event, self)?;
        supplier_bill::fold_charge(fact, self);
        statement::fold(fact, event, self);
        Ok(())
    }

    fn apply_payment(&mut self, fact: &PaymentEvent, event: &Recorded) -> Result<(), FoldError> {
        payment::fold(fact, event, self)?;
        receipt::fold(fact, event, self)
    }

    fn apply_postings(&mut self, lines: &[Posting], event: &Recorded) -> Result<(), FoldError> {
        for (index, line) in lines.iter().enumerate() {
            account_balance::fold(line, self)?;
            trial_balance::fold(line, event, self);
            turnover::fold(line, event, self);
            money_day::fold_line(line, event, self);
            tax_turnover::fold_line(line, event, self);
            closing::fold_line(line, self);
            journal::fold(line, index, event, self);
        }
        Ok(())
    }
}
