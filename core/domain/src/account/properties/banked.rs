//! Wishes of the bank: lines that name units, matched by the system only when nothing is left to choose, undone, bounced.

use super::{Books, Wish, bank_line};
use crate::account::fixture::{account, opened};
use crate::approval::fixture::limit;
use crate::money::Money;
use crate::payment::{MatchBankLine, RecordBankLine, RecordBounce, UndoBankMatch};

/// A line with up to two named units, most often of all that is open of one; or what a person or the bank says of it.
pub(super) fn wish(books: &mut Books, w: &Wish) {
    let payment = books.payment(w.b);
    let reason = "a good reason".parse().unwrap();
    if w.kind == 27 {
        let reference = format!("BACK-{}", w.b % 9).parse().unwrap();
        let booked_on = "2026-01-01".parse().unwrap();
        return match w.flag {
            true => books.judge(&UndoBankMatch { payment, reason, authority: limit("999999.00") }),
            false => books.judge(&RecordBounce { payment, reference, booked_on, reason }),
        };
    }
    let open: Money = books.state(account(w.account)).charges().map(|charge| charge.open()).sum();
    let amount = if w.flag && open.is_positive() { open } else { Money::from_fen(w.fen) };
    let named: Vec<u128> = [w.account, 3 - w.account].into_iter().take(if w.a % 5 < 4 { 1 } else { w.b % 3 }).collect();
    let named_units = named.iter().map(|n| opened(*n).unit).collect();
    let reference = format!("NAMED-{}", w.a).parse().unwrap();
    books.judge(&RecordBankLine { reference, amount, named_units, ..bank_line(w) });
    let payment = books.payments.last().copied().unwrap_or(payment);
    let Ok(events) = books.story.when(&MatchBankLine { payment }) else { return };
    books.take(&events);
    let state = books.story.draft().payment(payment);
    let received = state.received().unwrap();
    assert_eq!(received.named_units.len(), 1, "nothing is chosen between two units");
    assert_eq!(state.lots().iter().map(|(account, _)| *account).collect::<std::collections::BTreeSet<_>>().len(), 1);
    let of = state.matched().unwrap();
    let left: Money = books.state(of).charges().map(|charge| charge.open()).sum();
    assert!(left.is_zero(), "it paid all that was open");
    assert!(state.suspense().is_zero(), "it was all of the money");
    let rest: Money = state.lots().iter().map(|(of, lot)| books.state(*of).lot(*lot).unwrap().rest).sum();
    assert!(rest.is_zero(), "nothing of it is left");
    assert!(books.story.when(&MatchBankLine { payment }).is_err());
}
