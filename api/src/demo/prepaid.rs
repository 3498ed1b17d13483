//! Two households pay eleven months of the service fee in advance and get twelve, in the community that came out of old books.

use super::DemoError;
use super::months::Story;
use super::plan::Means;
use mingzhang_domain::approval::Authority;
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::draft::Draft;
use mingzhang_domain::fee_item::{FeeItemEvent, SetPrepaymentOffer};
use mingzhang_domain::id::{AccountId, FeeItemId, OfferId, UnitId};
use mingzhang_domain::money::Money;
use mingzhang_domain::payment::{RecordPayment, Spending};
use mingzhang_domain::stream::Event;
use mingzhang_domain::unit::{AcceptPrepaymentOffer, quote_prepayment};
use mingzhang_domain::value::Count;
use mingzhang_store::lane::SubmitError;
use std::sync::Arc;

/// Which of the households that show no other habit take it.
pub(super) const PREPAY: [usize; 2] = [4, 5];
/// Months in all, and of them free.
const MONTHS: (u32, u32) = (12, 1);
/// How long it is offered.
const OFFERED_DAYS: u32 = 60;

impl Story<'_> {
    /// It is offered, and two households pay by transfer and take it from the next month on.
    pub(super) async fn prepay(&mut self, day: CivilDate) -> Result<(), DemoError> {
        let fee_item = self.service_fee()?;
        let set = SetPrepaymentOffer {
            fee_item,
            months: Count(MONTHS.0),
            free_months: Count(MONTHS.1),
            days: DateRange::new(day, day.plus_days(OFFERED_DAYS))?,
            authority: Authority::default(),
        };
        let authority = self.approved(day, "prepayment", &set, "公司年度预缴优惠方案").await?;
        let set = SetPrepaymentOffer { authority, ..set };
        let done = self.done(self.order(day, 15, "prepayment", "finance", Arc::new(set))).await?;
        let offer: Option<OfferId> = done.events.iter().find_map(|event| match &event.event {
            Event::FeeItem(FeeItemEvent::PrepaymentOfferSet(set)) => Some(set.offer),
            _ => None,
        });
        let offer = offer.ok_or(DemoError::Story("an offer was set without a fact that says so"))?;
        let from = day.month().next().first_day();
        for household in PREPAY {
            let (owner, unit) = self.estate.household(household)?;
            let (account, key) = (AccountId::of_unit(unit), format!("prepay-{owner}"));
            let amount = self.quoted(unit, (fee_item, offer), from).await?;
            let payment = RecordPayment {
                channel: self.channel(Means::Bank),
                reference: Some(key.parse()?),
                shift: None,
                amount,
                value_on: day,
                payer: None,
                method: None,
                tendered: None,
                rounding: None,
                spending: Spending { rest_to: Some(account), earmark: Some(fee_item), ..Spending::default() },
            };
            self.done(self.order(day, 17, &key, "cashier", Arc::new(payment))).await?;
            let accept = AcceptPrepaymentOffer { unit, fee_item, offer, from };
            self.done(self.order(day, 18, &key, "cashier", Arc::new(accept))).await?;
        }
        Ok(())
    }

    /// What the office says that it comes to. Once it was taken nobody can say so any more, and what was paid is known.
    async fn quoted(&self, unit: UnitId, offer: (FeeItemId, OfferId), from: CivilDate) -> Result<Money, DemoError> {
        let rule = |draft: &mut Draft<'_>| quote_prepayment(draft, unit, offer, Some(from));
        let (ledger, actor) = (self.community.ledger, self.company.actor("cashier"));
        match self.desk.app.lanes.rehearse(ledger, actor, rule).await {
            Ok((quote, _)) => Ok(quote.total.net),
            Err(SubmitError::Refused { .. }) => Ok(Money::from_fen(1)),
            Err(error) => Err(DemoError::Submit { operation: "get_prepayment_quote", error }),
        }
    }
}
