//! Vouchers 记账凭证: what is filed of the money facts, numbered without gaps by purse and accounting month.

use super::book_reads::present;
use crate::problem::Problem;
use crate::reads::reads;
use mingzhang_domain::book::Purse;
use mingzhang_domain::calendar::Month;
use mingzhang_projections::journal::JournalLine;
use mingzhang_projections::voucher::{FiledVoucher, VoucherSeries};

reads! {
    /// Lists the vouchers of a purse and accounting month by number.
    pub ListVouchers = "list_vouchers", page of FiledVoucher, by i64 |voucher| i64::from(voucher.number),
    takes {
        period: Month = MONTH_FORM, "The accounting month; the present one when absent.";
        purse: Purse = WORD, "Whose money; the company's when absent.";
    }
    |app, ledger, ids, ask| async {
        let period = period.map_or_else(|| present(&app), Ok)?;
        Ok::<_, Problem>(app.read_models.vouchers(ledger, (purse.unwrap_or(Purse::Company), period), ask).await?)
    };

    /// Answers a voucher.
    pub GetVoucher = "get_voucher", one of FiledVoucher,
    takes {}
    |app, ledger, ids| app.read_models.voucher(ledger, ids.get("voucher")?);

    /// Lists the lines of a voucher, in order.
    pub ListVoucherLines = "list_voucher_lines", page of JournalLine, by (i64, i32) |line| (line.position, line.line),
    takes {}
    |app, ledger, ids, ask| app.read_models.voucher_lines(ledger, ids.get("voucher")?, ask);

    /// Lists how many vouchers each purse has in each accounting month, the newest first.
    pub ListVoucherSeries = "list_voucher_series",
        page of VoucherSeries, by (String, String) |series| (series.period.to_string(), series.purse.to_string()),
    takes {}
    |app, ledger, ids, ask| app.read_models.voucher_series(ledger, ask);
}
