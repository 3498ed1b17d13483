//! Two years of life with a seal for every month: late fees since the first May, months that were reopened, a month that is
//! sealed long after it was closed, money that the bank tells late, a debt that is written off and paid back.

use super::{UNIT_101, UNIT_102, Village, alone};
use mingzhang_domain::account::{AccountEvent, WriteOffCharge};
use mingzhang_domain::approval::{ApprovalEvent, Authority, GrantApproval, RequestApproval, Standing};
use mingzhang_domain::book::{Purse, VatCategory};
use mingzhang_domain::books::{ReopenPeriod, SetAllowance};
use mingzhang_domain::community::SetLateFeePolicy;
use mingzhang_domain::fee_item::Vat;
use mingzhang_domain::figures::LATE_FEES_FORM;
use mingzhang_domain::id::{AccountId, ApprovalId, ChargeId};
use mingzhang_domain::money::{Money, RoundTo};
use mingzhang_domain::rule::late_fee::GraceMode;
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::Count;

impl Village {
    /// Twenty-four months, twenty-seven closes, twenty-six seals.
    pub(crate) async fn sealed_for_two_years() -> Self {
        let mut village = Self::founded().await;
        let months: Vec<String> = (0..25).map(|month| format!("20{}-{:02}", 26 + month / 12, 1 + month % 12)).collect();
        let mut waits = None;
        for (n, (month, next)) in months.iter().zip(months.iter().skip(1)).enumerate() {
            village.lives(n, month, next).await;
            if let Some((month, closed)) = waits.take() {
                village.seal_closed(month, 1, closed).await;
            }
            match n {
                7 | 15 => {
                    village.seal(month, 1).await;
                    village.reopen(month).await;
                    village.pay_on(&format!("R{n}"), "12.34", village.day).await;
                    village.seal(month, 2).await;
                }
                // Reopened before anybody sealed it.
                11 => {
                    village.close(month).await;
                    village.reopen(month).await;
                    village.seal(month, 2).await;
                }
                18 => waits = Some((month, village.close(month).await)),
                _ => village.seal(month, 1).await,
            }
        }
        village
    }

    async fn lives(&mut self, n: usize, month: &str, next: &str) {
        self.day = day(month, 5);
        if n == 4 {
            self.agree(month).await;
        }
        self.charge(UNIT_101, 0, month, &format!("{}.00", 200 + n)).await;
        let charge = self.charge(UNIT_102, 0, month, "150.00").await;
        if n.is_multiple_of(2) {
            self.charge(UNIT_101, 1, month, "35.50").await;
        }
        self.day = day(month, 20);
        self.pay_on(&format!("B{n}"), &format!("{}.00", 120 + 11 * n), self.day).await;
        match n {
            3 => self.waive(charge, "50.00").await,
            9 => self.write_off(charge).await,
            14 => {
                let account = AccountId::of_unit(UNIT_102);
                let pays = Some((UNIT_102, vec![self.written_off(account).await]));
                self.pay("W1", Purse::Company, "60.00", self.day, pays).await;
            }
            _ => {}
        }
        let told = self.day;
        self.day = day(next, 2);
        self.pay_on(&format!("L{n}"), "30.00", told).await;
    }

    async fn pay_on(&mut self, reference: &str, amount: &str, value_on: &str) {
        self.pay(reference, Purse::Company, amount, value_on, Some((UNIT_101, vec![]))).await;
    }

    async fn agree(&mut self, month: &str) {
        self.form = LATE_FEES_FORM;
        self.submit(SetLateFeePolicy {
            fee_item: None,
            from: format!("{month}-01").parse().unwrap(),
            daily_rate: "0.0005".parse().unwrap(),
            grace_days: Count(3),
            grace_mode: GraceMode::Skip,
            cap_ratio: None,
            round_to: RoundTo::Fen,
            vat: Vat::of(VatCategory::NotTaxable, None),
            authority: alone(),
        })
        .await;
    }

    async fn write_off(&mut self, charge: ChargeId) {
        let (account, amount) = (AccountId::of_unit(UNIT_102), "60.00".parse().unwrap());
        let reason: mingzhang_domain::value::Label = "无法联系".parse().unwrap();
        let provided = "100.00".parse().unwrap();
        self.submit(SetAllowance { provided, reason: reason.clone(), authority: alone() }).await;
        self.submit(WriteOffCharge { account, charge, amount, reason, authority: alone() }).await;
    }

    async fn written_off(&self, account: AccountId) -> ChargeId {
        let auditor = self.database.pool(mingzhang_store::postgres::Role::Auditor).await.unwrap();
        let mut conn = auditor.acquire().await.unwrap();
        let events = mingzhang_store::log::read_after(&mut conn, super::LEDGER, 0, 100_000).await.unwrap();
        let recorded = |body: &[u8]| mingzhang_domain::envelope::Recorded::from_body(body).unwrap();
        let charge = events.iter().find_map(|stored| match recorded(&stored.body) {
            event if event.stream.id == account.uuid() => match event.event {
                Event::Account(AccountEvent::ChargeWrittenOff(fact)) => Some(fact.charge),
                _ => None,
            },
            _ => None,
        });
        charge.unwrap()
    }

    /// Asked for by one, granted by another.
    async fn reopen(&mut self, month: &str) {
        let (period, authority) = (month.parse().unwrap(), Authority::default());
        let reopen = ReopenPeriod { period, reason: "补记".parse().unwrap(), authority };
        let asked = self.submit(RequestApproval::of(&reopen, "补记".parse().unwrap()).unwrap()).await;
        let digest = asked.iter().find_map(|event| match &event.event {
            Event::Approval(ApprovalEvent::ApprovalRequested(request)) => Some(request.digest),
            _ => None,
        });
        let (approval, digest) = (ApprovalId(asked[0].stream.id), digest.unwrap());
        let standing = Standing { approves: Some(Money::from_fen(1_000_000)), ..Standing::default() };
        self.submit_by(2, GrantApproval { approval, digest, standing }).await;
        let authority = Authority { approval: Some(approval), ..Authority::default() };
        self.submit(ReopenPeriod { authority, ..reopen }).await;
    }
}

fn day(month: &str, day: u32) -> &'static str {
    format!("{month}-{day:02}").leak()
}
