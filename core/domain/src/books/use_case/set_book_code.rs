//! Sets the customer's code of a book, or of what of it is of one fund, fee item or channel account, from an open month on:
//! what a closed month was exported with stays.

use crate::book::{Book, Fund, Purse};
use crate::books::chart::Coded;
use crate::books::{BookCodeSet, BooksRefusal, dating};
use crate::calendar::Month;
use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemRefusal;
use crate::id::{BooksId, ChannelAccountId, FeeItemId};
use crate::ledger::{LedgerKind, Seen, must_be};
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// Codes of a community at most.
const MOST: usize = 1_000;

/// A book has a code of the customer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetBookCode {
    /// First month; not a closed one.
    pub from: Month,
    /// Whose money.
    pub purse: Purse,
    /// The book.
    pub book: Book,
    /// Only of this fund.
    pub fund: Option<Fund>,
    /// Only of this fee item.
    pub fee_item: Option<FeeItemId>,
    /// Only on this channel account, which is the company's.
    pub channel_account: Option<ChannelAccountId>,
    /// Code and name; absent: none of its own any more.
    pub coded: Option<Coded>,
    /// The company facts that the channel account was read from.
    pub seen: Vec<Seen>,
}

impl Decide for SetBookCode {
    fn operation(&self) -> &'static str {
        "set_book_code"
    }

    fn needs(&self) -> Vec<StreamRef> {
        self.fee_item.map(StreamRef::from).into_iter().collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let subjects = [self.fund.is_some(), self.fee_item.is_some(), self.channel_account.is_some()];
        if subjects.into_iter().filter(|named| *named).count() > 1 {
            return Err(BooksRefusal::CodeMustHaveOneSubject.into());
        }
        if self.fee_item.is_some_and(|item| draft.fee_item(item).created().is_none()) {
            return Err(FeeItemRefusal::FeeItemMustExist.at("/fee_item"));
        }
        dating::month_must_be_open(draft, self.from)?;
        let stream = BooksId::of_ledger(draft.context.ledger_id);
        if draft.books(stream).chart().len() >= MOST {
            return Err(BooksRefusal::CodesMustBeBounded.with("most", MOST));
        }
        let set = BookCodeSet {
            from: self.from,
            purse: self.purse,
            book: self.book,
            fund: self.fund,
            fee_item: self.fee_item,
            channel_account: self.channel_account,
            coded: self.coded.clone(),
            seen: self.seen.clone(),
        };
        draft.push(stream, set);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::SetChartPreset;
    use crate::books::chart::{ChartPreset, Place};
    use crate::books::fixture::close;
    use crate::testing::{Story, uuid};

    fn set(from: &str) -> SetBookCode {
        SetBookCode {
            from: from.parse().unwrap(),
            purse: Purse::Company,
            book: Book::Revenue,
            fund: None,
            fee_item: None,
            channel_account: None,
            coded: Some(Coded { code: "600101".parse().unwrap(), name: "物业费收入".parse().unwrap() }),
            seen: Vec::new(),
        }
    }

    #[test]
    fn a_code_holds_from_an_open_month_on_and_never_in_a_closed_one() {
        let mut story = Story::new().in_ledger(LedgerKind::Community).on("2026-03-01");
        story.accepted(&close("2026-01"));
        assert_eq!(story.refused(&set("2026-01")), "period_must_be_open");
        let preset = |from: &str| SetChartPreset { from: from.parse().unwrap(), preset: ChartPreset::SmallEnterprise };
        assert_eq!(story.refused(&preset("2026-01")), "period_must_be_open");
        story.accepted(&set("2026-02"));
        story.accepted(&preset("2026-03"));
        let books = story.draft().books(BooksId::of_ledger(story.ledger_id()));
        let place = |book| Place { purse: Purse::Company, book, fund: None, fee_item: None, channel_account: None };
        let code = |book, month: &str| books.chart().code(place(book), month.parse().unwrap()).code.to_string();
        assert_eq!((code(Book::Revenue, "2026-01"), code(Book::Revenue, "2026-02")), ("6001".into(), "600101".into()));
        assert_eq!(code(Book::OtherRevenue, "2026-03"), "5051");
    }

    #[test]
    fn it_is_of_one_subject_that_exists() {
        let mut story = Story::new().in_ledger(LedgerKind::Community);
        let two = SetBookCode { fund: Some(Fund::Operating), fee_item: Some(FeeItemId(uuid(1))), ..set("2026-01") };
        assert_eq!(story.refused(&two), "code_must_have_one_subject");
        let unknown = SetBookCode { fee_item: Some(FeeItemId(uuid(1))), ..set("2026-01") };
        assert_eq!(story.refused(&unknown), "fee_item_must_exist");
        let mut company = Story::new().in_ledger(LedgerKind::Company);
        assert_eq!(company.refused(&set("2026-01")), "ledger_must_be_of_kind");
    }
}
