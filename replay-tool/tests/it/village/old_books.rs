//! The village out of old books: it goes live on New Year with arrears, an agreed late fee, credit and a deposit.

use super::{ITEMS, UNIT_101, UNIT_102, Village};
use mingzhang_domain::approval::{ApprovalEvent, Authority, GrantApproval, RequestApproval, Standing};
use mingzhang_domain::calendar::{DateRange, Month};
use mingzhang_domain::community::GoLive;
use mingzhang_domain::id::{AccountId, ApprovalId, OpeningId, PartyId};
use mingzhang_domain::money::Money;
use mingzhang_domain::opening::{
    AddOpeningRecords, ControlTotal, OpeningRecord, PostOpening, PostOpeningChunk, StartOpening,
};
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::Count;
use uuid::Uuid;

const BATCH: OpeningId = OpeningId(Uuid::from_u128(0xba7c));

impl Village {
    /// What the old books said, then January.
    pub(crate) async fn from_old_books() -> Self {
        let mut village = Self::founded().await;
        village.submit(GoLive { go_live_on: "2026-01-01".parse().unwrap() }).await;
        let records = records();
        let totals = records.iter().filter_map(OpeningRecord::counts);
        let totals = totals.map(|(kind, fee_item, amount)| ControlTotal { kind, fee_item, amount }).collect();
        village.submit(StartOpening { opening: BATCH, totals, import: None }).await;
        village.submit(AddOpeningRecords { opening: BATCH, chunk: Count(1), records }).await;
        village.approved().await;
        village.submit(PostOpeningChunk { opening: BATCH, chunk: Count(1) }).await;
        village.january().await;
        village
    }

    async fn approved(&mut self) {
        let (records, amount, authority) = (Count(4), "1333.75".parse().unwrap(), Authority::default());
        let post = PostOpening { opening: BATCH, records, amount, authority };
        let asked = self.submit(RequestApproval::of(&post, "与旧账一致".parse().unwrap()).unwrap()).await;
        let digest = asked.iter().find_map(|event| match &event.event {
            Event::Approval(ApprovalEvent::ApprovalRequested(request)) => Some(request.digest),
            _ => None,
        });
        let (approval, digest) = (ApprovalId(asked[0].stream.id), digest.unwrap());
        let standing = Standing { approves: Some(Money::from_fen(1_000_000)), ..Standing::default() };
        self.submit_by(2, GrantApproval { approval, digest, standing }).await;
        let authority = Authority { approval: Some(approval), ..Authority::default() };
        self.submit(PostOpening { authority, ..post }).await;
    }
}

fn records() -> Vec<OpeningRecord> {
    let month: Month = "2025-11".parse().unwrap();
    let (service, due_on) = (DateRange::of_month(month), month.last_day());
    let (account, other) = (AccountId::of_unit(UNIT_101), AccountId::of_unit(UNIT_102));
    let (owner, neighbour) = (PartyId(Uuid::from_u128(0xa01)), PartyId(Uuid::from_u128(0xa02)));
    let [fees, water, deposits, _] = ITEMS;
    let money = |text: &str| text.parse().unwrap();
    vec![
        OpeningRecord::Charge { account, fee_item: fees, obligor: owner, service, due_on, amount: money("200.00") },
        OpeningRecord::LateFee { account, fee_item: water, obligor: owner, service, due_on, amount: money("33.75") },
        OpeningRecord::Credit { account: other, fee_item: Some(fees), holder: neighbour, amount: money("100.00") },
        OpeningRecord::Deposit {
            account: other,
            fee_item: deposits,
            payer: neighbour,
            old_receipt: "S00042".parse().unwrap(),
            amount: money("1000.00"),
        },
    ]
}
