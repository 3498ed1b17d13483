//! Tax of the VAT book 应交增值税 and of invoices, side by side: by month, fee item and period of the charges. Neither is derived
//! from the other; what differs is explained, to the fen.

use crate::column::{Amount, Text};
use crate::invoice::Invoice;
use crate::projection::{FoldError, Models};
use crate::reader::{Read, ReadError, Reader};
use crate::table::table;
use mingzhang_domain::book::Book;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::invoice::InvoiceRequested;
use mingzhang_domain::money::Money;
use mingzhang_domain::posting::Posting;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What stands for no period.
const NO_PERIOD: &str = "none";

table! {
    /// Tax of a month, of a fee item's charges of a period. The nil id stands for no fee item.
    pub struct TaxTurnover of "tax_turnover" {
        key {
            /// Month of the accounting date, or of the day of the invoice.
            month: Text<Month>,
            /// The fee item.
            fee_item_id: Uuid,
            /// Accounting month of the charges; `none` where no line says it.
            period: String,
        }
        /// Became due in the VAT book.
        due: Amount,
        /// Taken back in the VAT book, positive.
        taken_back: Amount,
        /// On invoices that were issued.
        invoiced: Amount,
        /// On invoices that were red-lettered, positive.
        red: Amount,
    }
}

/// Tax of a fee item's charges of a period, on an invoice.
type Tax = (Uuid, String, i64);

/// Folds a posting.
pub(crate) fn fold_line(line: &Posting, event: &Recorded, models: &mut Models) {
    if line.book != Book::VatDue {
        return;
    }
    let fee_item = line.fee_item.map(|id| id.uuid()).unwrap_or_default();
    let period = line.period.map_or_else(|| NO_PERIOD.to_owned(), |period| period.to_string());
    let row = row((event.effective_on.month(), fee_item, period), models);
    if line.amount.is_negative() { row.due.take(line.amount) } else { row.taken_back.add(line.amount) }
}

/// The taxes of an invoice, as its row keeps them until it is issued.
pub(crate) fn taxes(requested: &InvoiceRequested) -> String {
    let mut sums: BTreeMap<(Uuid, String), Money> = BTreeMap::new();
    for line in &requested.lines {
        for part in &line.parts {
            let sum = sums.entry((line.fee_item.uuid(), part.period.to_string())).or_default();
            *sum = sum.fold(part.tax);
        }
    }
    let all: Vec<Tax> = sums.into_iter().map(|((item, period), tax)| (item, period, tax.fen())).collect();
    serde_json::to_string(&all).unwrap_or_default()
}

/// Adds what an invoice says, on the day of it or of its red letter.
pub(crate) fn fold_invoice(of: &Invoice, on: CivilDate, red: bool, models: &mut Models) -> Result<(), FoldError> {
    let all: Vec<Tax> = serde_json::from_str(&of.taxes).map_err(|_| FoldError("the taxes of an invoice are none"))?;
    for (fee_item, period, fen) in all {
        let row = row((on.month(), fee_item, period), models);
        let column = if red { &mut row.red } else { &mut row.invoiced };
        column.add(Amount::from_fen(fen));
    }
    Ok(())
}

fn row((month, fee_item_id, period): (Month, Uuid, String), models: &mut Models) -> &mut TaxTurnover {
    let key = (Text(month), fee_item_id, period);
    let zero = Amount::ZERO;
    let (month, fee_item_id, period) = key.clone();
    models.tax_turnover.get_or(&key, || TaxTurnover {
        month,
        fee_item_id,
        period,
        due: zero,
        taken_back: zero,
        invoiced: zero,
        red: zero,
    })
}

/// A fee item's charges of a period in a month, and all months before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxSums {
    /// The fee item; the nil id for none.
    pub fee_item_id: Uuid,
    /// Accounting month of the charges; `none` where no line says it.
    pub period: String,
    /// Became due.
    pub due: Amount,
    /// Taken back.
    pub taken_back: Amount,
    /// On invoices issued.
    pub invoiced: Amount,
    /// On invoices red-lettered.
    pub red: Amount,
    /// Due less taken back, before the month.
    pub booked_before: Amount,
    /// Issued less red-lettered, before the month.
    pub invoiced_before: Amount,
}

/// Why the VAT book and the invoices of a month differ: booked less invoiced is the sum of all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxGap {
    /// Due in the month, on an invoice of an earlier one.
    pub invoiced_earlier: Amount,
    /// Due in the month, on no invoice by its end.
    pub not_invoiced: Amount,
    /// On invoices of the month, due in an earlier one; negative.
    pub booked_earlier: Amount,
    /// On invoices of the month, due in no month by its end; negative.
    pub invoiced_ahead: Amount,
    /// Taken back in the book in the month; negative.
    pub taken_back: Amount,
    /// Of invoices red-lettered in the month.
    pub red_lettered: Amount,
}

impl TaxSums {
    /// What the VAT book of the month says.
    pub fn booked(&self) -> Amount {
        Amount::from_fen(self.due.fen() - self.taken_back.fen())
    }

    /// What the invoices of the month say.
    pub fn on_invoices(&self) -> Amount {
        Amount::from_fen(self.invoiced.fen() - self.red.fen())
    }

    /// Why they differ.
    pub fn gap(&self) -> TaxGap {
        let (due, issued) = (self.due.fen(), self.invoiced.fen());
        let ahead_of_book = (self.invoiced_before.fen() - self.booked_before.fen()).max(0);
        let ahead_of_invoices = (self.booked_before.fen() - self.invoiced_before.fen()).max(0);
        let invoiced_earlier = due.min(ahead_of_book);
        let both = (due - invoiced_earlier).min(issued);
        let booked_earlier = (issued - both).min(ahead_of_invoices);
        TaxGap {
            invoiced_earlier: Amount::from_fen(invoiced_earlier),
            not_invoiced: Amount::from_fen(due - invoiced_earlier - both),
            booked_earlier: Amount::from_fen(-booked_earlier),
            invoiced_ahead: Amount::from_fen(booked_earlier + both - issued),
            taken_back: self.taken_back.negated(),
            red_lettered: self.red,
        }
    }
}

impl TaxGap {
    /// Every part under its name.
    pub fn parts(&self) -> [(&'static str, Amount); 6] {
        [
            ("not_invoiced", self.not_invoiced),
            ("invoiced_earlier", self.invoiced_earlier),
            ("booked_earlier", self.booked_earlier),
            ("invoiced_ahead", self.invoiced_ahead),
            ("taken_back", self.taken_back),
            ("red_lettered", self.red_lettered),
        ]
    }
}

impl Reader {
    /// Tax of a month by fee item and period of the charges, in the book and on invoices.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn taxes(&self, ledger: LedgerId, month: Month) -> Result<Read<Vec<TaxSums>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (ledger, generation) = (s.ledger, s.generation);
                let rows = sqlx::query_file_as!(TaxSums, "sql/taxes.sql", ledger, generation, month.to_string());
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Six digits to the base of the few amounts that make every case.
    fn sums(case: i64) -> TaxSums {
        let digit = |nth: u32| Amount::from_fen((case >> (2 * nth)) & 3);
        TaxSums {
            fee_item_id: Uuid::nil(),
            period: NO_PERIOD.to_owned(),
            due: digit(0),
            taken_back: digit(1),
            invoiced: digit(2),
            red: digit(3),
            booked_before: digit(4),
            invoiced_before: digit(5),
        }
    }

    #[test]
    fn what_is_explained_is_the_difference() {
        for case in 0..4096 {
            let sums = sums(case);
            let gap = sums.gap();
            let parts: i64 = gap.parts().iter().map(|(_, amount)| amount.fen()).sum();
            assert_eq!(sums.booked().fen() - sums.on_invoices().fen(), parts, "{sums:?}");
            assert!(gap.invoiced_earlier.fen() >= 0 && gap.not_invoiced.fen() >= 0, "{sums:?}");
            assert!(gap.booked_earlier.fen() <= 0 && gap.invoiced_ahead.fen() <= 0, "{sums:?}");
        }
    }
}
