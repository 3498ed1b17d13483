//! What each party of each account owes and has, by fund: the fold of postings.
//!
//! Postings are sealed in every money event, so a new event reaches these balances without a line here. May never
//! happen here: a match on event types.

use crate::column::{Amount, Text};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use mingzhang_domain::book::{Book, Fund};
use mingzhang_domain::id::{AccountId, LedgerId, PartyId};
use mingzhang_domain::posting::Posting;
use uuid::Uuid;

table! {
    /// The balance of one party of an account in one fund. Debit balances of the receivable books are positive, and so
    /// are credit balances of what is owed to the party.
    pub struct AccountBalance of "account_balance" {
        key {
            /// The account.
            account_id: Uuid,
            /// What the money is for.
            fund: Text<Fund>,
            /// Obligor, holder or depositor.
            party_id: Uuid,
        }
        /// Open charges, as the books have it (deposits and fund demands stand outside).
        receivable: Amount,
        /// Credit not yet spent.
        credit: Amount,
        /// Deposits held.
        deposit_held: Amount,
        /// Refunds approved and not paid out yet.
        refunds_payable: Amount,
    }
}

/// Folds one posting.
pub(crate) fn fold(line: &Posting, models: &mut Models) -> Result<(), FoldError> {
    let amount = Amount::from(line.amount);
    match line.book {
        Book::Receivable | Book::PassThroughReceivable => row(line, models)?.receivable.add(amount),
        Book::Credit => row(line, models)?.credit.take(amount),
        Book::DepositHeld => row(line, models)?.deposit_held.take(amount),
        Book::RefundsPayable => row(line, models)?.refunds_payable.take(amount),
        Book::Cash
        | Book::CashDifference
        | Book::Bank
        | Book::Channel
        | Book::Allowance
        | Book::Suspense
        | Book::PassThroughPayable
        | Book::SupplierPayable
        | Book::OwnersIncomePayable
        | Book::Unearned
        | Book::VatPending
        | Book::VatDue
        | Book::FundBalance
        | Book::Revenue
        | Book::LateFeeIncome
        | Book::OtherRevenue
        | Book::ChannelFee
        | Book::Impairment
        | Book::BorneExpense
        | Book::PriorAdjustment
        | Book::OpeningClearing
        | Book::InterLedger
        | Book::InterPurse => {}
    }
    Ok(())
}

fn row<'m>(line: &Posting, models: &'m mut Models) -> Result<&'m mut AccountBalance, FoldError> {
    let account = line.account.ok_or(FoldError("a line on an account's book names no account"))?;
    let fund = line.fund.ok_or(FoldError("a line on an account's book names no fund"))?;
    let party = line.party.ok_or(FoldError("a line on an account's book names no party"))?;
    let key = (account.uuid(), Text(fund), party.uuid());
    Ok(models.account_balance.get_or(&key, || AccountBalance {
        account_id: key.0,
        fund: key.1,
        party_id: key.2,
        receivable: Amount::ZERO,
        credit: Amount::ZERO,
        deposit_held: Amount::ZERO,
        refunds_payable: Amount::ZERO,
    }))
}

impl Reader {
    /// The balances of one account or of all, of all parties or of one, ordered by account, fund and party; `after` is such a key.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn account_balances(
        &self,
        ledger: LedgerId,
        account: Option<AccountId>,
        party: Option<PartyId>,
        ask: Ask<(Uuid, String, Uuid)>,
    ) -> Result<Read<Page<AccountBalance>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let after = ask.after.clone().unwrap_or_default();
                let rows = sqlx::query_file_as!(
                    AccountBalance,
                    "sql/account_balances.sql",
                    s.ledger,
                    s.generation,
                    account.map(|id| id.uuid()),
                    after.0,
                    after.1,
                    after.2,
                    party.map(|id| id.uuid()),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }
}
