//! The chart of accounts 科目表 as data: which code and name of the customer's books each semantic book has in a month.
//!
//! A preset gives every book a code; what a customer calls otherwise is set over it, for a book or for one fund, fee item or
//! channel account of it, from a month on. May never happen here: a code that depends on anything but these facts.

mod preset;

use crate::book::{Book, Fund, Purse};
use crate::calendar::Month;
use crate::event::facts;
use crate::id::{ChannelAccountId, FeeItemId};
use crate::value::{AccountCode, Label};
use crate::wire::words;
pub use preset::coded as preset_code;
use std::collections::BTreeMap;

words! {
    /// A chart that comes with the product.
    pub enum ChartPreset {
        /// 企业会计准则
        Enterprise = "enterprise",
        /// 小企业会计准则
        SmallEnterprise = "small_enterprise",
    }
}

facts! {
    /// How a customer's books call an account.
    pub struct Coded {
        /// The code.
        pub code: AccountCode,
        /// The name.
        pub name: Label,
    }
}

/// What of a book has a code of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// All of it.
    Book,
    /// What is of a fund.
    Fund(Fund),
    /// What is of a fee item.
    FeeItem(FeeItemId),
    /// What lies on a channel account.
    ChannelAccount(ChannelAccountId),
}

/// What a posting says of where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Whose money.
    pub purse: Purse,
    /// The book.
    pub book: Book,
    /// What the money is for.
    pub fund: Option<Fund>,
    /// The fee item.
    pub fee_item: Option<FeeItemId>,
    /// Where the money lies.
    pub channel_account: Option<ChannelAccountId>,
}

type Codes = BTreeMap<Month, Option<Coded>>;

/// Every code of a ledger, by month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chart {
    presets: BTreeMap<Month, ChartPreset>,
    codes: BTreeMap<(Purse, Book, Subject), Codes>,
}

impl Chart {
    /// A preset holds from a month on.
    pub fn set_preset(&mut self, from: Month, preset: ChartPreset) {
        self.presets.insert(from, preset);
    }

    /// A subject of a book has a code of its own from a month on, or none any more.
    pub fn set_code(&mut self, of: (Purse, Book, Subject), from: Month, coded: Option<Coded>) {
        self.codes.entry(of).or_default().insert(from, coded);
    }

    /// How many codes were ever set.
    pub fn len(&self) -> usize {
        self.codes.values().map(BTreeMap::len).sum()
    }

    /// True when no code was ever set.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The preset of a month: the enterprise standard's until one is chosen.
    pub fn preset(&self, month: Month) -> ChartPreset {
        self.presets.range(..=month).next_back().map_or(ChartPreset::Enterprise, |(_, preset)| *preset)
    }

    /// The code of a posting in a month: of its channel account, else its fee item, its fund, its book, else the preset's.
    pub fn code(&self, place: Place, month: Month) -> Coded {
        let subjects = [
            place.channel_account.map(Subject::ChannelAccount),
            place.fee_item.map(Subject::FeeItem),
            place.fund.map(Subject::Fund),
            Some(Subject::Book),
        ];
        let own =
            subjects.into_iter().flatten().find_map(|subject| self.own((place.purse, place.book, subject), month));
        own.cloned().unwrap_or_else(|| preset_code(self.preset(month), place.purse, place.book))
    }

    fn own(&self, of: (Purse, Book, Subject), month: Month) -> Option<&Coded> {
        self.codes.get(&of)?.range(..=month).next_back()?.1.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::uuid;

    fn coded(code: &str) -> Option<Coded> {
        Some(Coded { code: code.parse().unwrap(), name: "应收".parse().unwrap() })
    }

    #[test]
    fn the_narrowest_code_of_the_month_holds_and_the_preset_is_below_all() {
        let month = |text: &str| text.parse::<Month>().unwrap();
        let item = FeeItemId(uuid(1));
        let mut chart = Chart::default();
        let book = (Purse::Company, Book::Receivable);
        chart.set_code((book.0, book.1, Subject::Book), month("2026-02"), coded("112201"));
        chart.set_code((book.0, book.1, Subject::FeeItem(item)), month("2026-03"), coded("1122.01.01"));
        chart.set_code((book.0, book.1, Subject::FeeItem(item)), month("2026-04"), None);
        chart.set_preset(month("2026-05"), ChartPreset::SmallEnterprise);
        let place = Place {
            purse: Purse::Company,
            book: Book::Receivable,
            fund: Some(Fund::Operating),
            fee_item: Some(item),
            channel_account: None,
        };
        let code = |place: Place, at: &str| chart.code(place, month(at)).code.to_string();
        assert_eq!(code(place, "2026-01"), "1122");
        assert_eq!(code(place, "2026-02"), "112201");
        assert_eq!(code(place, "2026-03"), "1122.01.01");
        assert_eq!(code(Place { fee_item: None, ..place }, "2026-03"), "112201");
        assert_eq!(code(place, "2026-04"), "112201", "none of its own any more");
        let revenue = Place { book: Book::Revenue, ..place };
        assert_eq!((code(revenue, "2026-04"), code(revenue, "2026-05")), ("6001".to_owned(), "5001".to_owned()));
    }

    #[test]
    fn every_book_of_every_purse_has_a_code_in_every_preset() {
        for preset in ChartPreset::ALL {
            for purse in Purse::ALL {
                let mut names: BTreeMap<String, String> = BTreeMap::new();
                for book in Book::ALL {
                    let Coded { code, name } = preset_code(*preset, *purse, *book);
                    let name = name.to_string();
                    let known = names.entry(code.to_string()).or_insert_with(|| name.clone());
                    assert_eq!(*known, name, "{code} has two names");
                }
            }
        }
    }
}
