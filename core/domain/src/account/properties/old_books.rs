//! What old books say, drawn at random: batches that are posted on another's word, and taken back when nothing was touched.

use super::{Books, FUNDS, Wish};
use crate::account::fixture::{account, day, item, month, party};
use crate::approval::Authority;
use crate::approval::fixture::approved;
use crate::book::VatCategory;
use crate::community::CommunityWentLive;
use crate::fee_item::{FeeItemCreated, Vat};
use crate::id::{CommunityId, OpeningId};
use crate::money::Money;
use crate::opening::{
    AddOpeningRecords, ControlTotal, OpeningRecord, PostOpening, PostOpeningChunk, ReverseOpening, ReverseOpeningChunk,
    StartOpening,
};
use crate::testing::{Story, uuid};
use crate::value::Count;

/// A community that went live a month ago, with a fee item of each fund.
pub(super) fn going_live(mut story: Story) -> Story {
    for (number, fund) in (0..).zip(FUNDS) {
        let vat = Vat::of(VatCategory::NotTaxable, None);
        let created = FeeItemCreated { name: "fee".parse().unwrap(), fund, priority: Count(1), vat };
        story = story.given(item(number), created);
    }
    let community = CommunityId(story.ledger_id().uuid());
    story.given(community, CommunityWentLive { go_live_on: day("2025-12-01") })
}

impl Books {
    /// A batch of one chunk; what may not stand refuses it whole.
    pub(super) fn open_books(&mut self, w: &Wish) {
        let opening = OpeningId(uuid(0x9000 + u128::try_from(self.events.len()).unwrap()));
        let records = records(w);
        let totals = records.iter().filter_map(OpeningRecord::counts);
        let totals = totals.map(|(kind, fee_item, amount)| ControlTotal { kind, fee_item, amount }).collect();
        self.judge(&StartOpening { opening, totals, import: None });
        let amount = records.iter().filter_map(OpeningRecord::counts).map(|(_, _, amount)| amount).sum();
        let count = Count(u32::try_from(records.len()).unwrap());
        self.judge(&AddOpeningRecords { opening, chunk: Count(1), records });
        if self.story.draft().opening(opening).chunks() == 0 {
            return;
        }
        let post = PostOpening { opening, records: count, amount, authority: Authority::default() };
        let authority = approved(&mut self.story, &post);
        self.judge(&PostOpening { authority, ..post });
        self.judge(&PostOpeningChunk { opening, chunk: Count(1) });
        if w.a.is_multiple_of(3) {
            let reason = "the wrong books".parse().unwrap();
            let reverse = ReverseOpening { opening, reason, authority: Authority::default() };
            let authority = approved(&mut self.story, &reverse);
            self.judge(&ReverseOpening { authority, ..reverse });
            self.judge(&ReverseOpeningChunk { opening, chunk: Count(1) });
        }
    }
}

fn records(w: &Wish) -> Vec<OpeningRecord> {
    let (account, owner, amount) = (account(w.account), party(w.account), Money::from_fen(w.fen));
    let time = month(&format!("2025-{:02}", 1 + w.a % 12), "1.00");
    let (service, due_on) = (time.service, time.due_on);
    let (operating, deposits) = (item(0), item(2));
    let debt = OpeningRecord::Charge { account, fee_item: operating, obligor: owner, service, due_on, amount };
    let late = OpeningRecord::LateFee { account, fee_item: operating, obligor: owner, service, due_on, amount };
    let earmark = w.flag.then_some(operating);
    let credit = OpeningRecord::Credit { account, fee_item: earmark, holder: owner, amount };
    let old_receipt = "S00042".parse().unwrap();
    let held = OpeningRecord::Deposit { account, fee_item: deposits, payer: owner, old_receipt, amount };
    let mut all = vec![debt, late, credit, held];
    all.rotate_left(w.b % 4);
    all.truncate(1 + w.b % 3);
    all
}
