//! What becomes of deposits, at random: they go back, are kept, and are held again.

use super::{Books, Wish};
use crate::account::fixture::account;
use crate::account::{AccountState, ForfeitDeposit, ForfeitureGround, ReturnDeposit, ReverseForfeiture};
use crate::approval::fixture::limit;
use crate::book::Book;
use crate::id::AccountId;
use crate::money::Money;
use crate::value::Digest;

/// A deposit that was asked for, paid, and goes back, is kept, or is held again.
pub(super) fn wish(books: &mut Books, w: &Wish) {
    let (on, amount) = (account(w.account), Money::from_fen(w.fen));
    let (reason, authority) = ("a good reason".parse().unwrap(), limit("999999.00"));
    let state = books.state(on);
    let Some(deposit) = state.deposits().nth(w.a % state.deposits().count().max(1)).cloned() else { return };
    let (payer, deposit) = (deposit.payer, deposit.deposit);
    let standing = state.forfeitures().nth(w.b % 3).map(|(forfeiture, _)| *forfeiture);
    match (w.kind, w.flag, standing) {
        (24, ..) => {
            let (payee, evidence) = (None, None);
            books.judge(&ReturnDeposit { account: on, deposit, payer, amount, payee, evidence, reason, authority });
        }
        (_, true, Some(forfeiture)) => books.judge(&ReverseForfeiture { account: on, forfeiture, reason, authority }),
        _ => {
            let (ground, evidence) = (ForfeitureGround::Consent, Digest([7; 32]));
            books.judge(&ForfeitDeposit { account: on, deposit, payer, amount, ground, evidence, reason, authority });
        }
    }
}

impl Books {
    /// The deposit book is what is held, payer by payer; answers the tax in what is kept.
    pub(super) fn check_deposits(&self, id: AccountId, state: &AccountState) -> Money {
        for deposit in state.deposits() {
            assert!(!deposit.held.is_negative() && deposit.held <= deposit.taken);
            let book = self.sum(|line| {
                let of = (line.deposit, line.party) == (Some(deposit.deposit.uuid()), Some(deposit.payer));
                line.book == Book::DepositHeld && of
            });
            assert_eq!(book.negated(), deposit.held, "the deposit book is what is held for each payer");
        }
        let held: Money = state.deposits().map(|deposit| deposit.held).sum();
        let book = self.sum(|line| line.book == Book::DepositHeld && line.account == Some(id));
        assert_eq!(book.negated(), held, "nothing else is in the deposit book");
        state.forfeitures().map(|(_, forfeiture)| forfeiture.vat.tax).sum()
    }
}
