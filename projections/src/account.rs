//! Accounts 户账: which unit each belongs to, and the running balance of its statement.

use crate::column::{Amount, Text};
use crate::projection::Models;
use crate::reader::{Read, ReadError, Reader};
use crate::table::table;
use mingzhang_domain::account::AccountOpened;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, LedgerId};
use mingzhang_domain::unit::{UnitKind, UnitRegistered};
use mingzhang_domain::value::Label;
use uuid::Uuid;

table! {
    /// One account. An account without a unit takes what no unit owes.
    pub struct Account of "account" {
        key {
            /// The account.
            account_id: Uuid,
        }
        /// Its unit.
        unit_id: Option<Uuid>,
        /// What the unit is.
        unit_kind: Option<Text<UnitKind>>,
        /// Where the unit stands.
        building: Option<Text<Label>>,
        /// Open charges of every fund less unspent credit: what the last line of its statement says.
        balance: Amount,
    }
}

/// The row of an account, made when it is met for the first time.
pub(crate) fn row(account_id: Uuid, models: &mut Models) -> &mut Account {
    models.account.get_or(&(account_id,), || Account {
        account_id,
        unit_id: None,
        unit_kind: None,
        building: None,
        balance: Amount::ZERO,
    })
}

/// A unit comes with its account.
pub(crate) fn unit_registered(unit: &UnitRegistered, event: &Recorded, models: &mut Models) {
    let account = row(unit.account.uuid(), models);
    account.unit_id = Some(event.stream.id);
    account.unit_kind = Some(Text(unit.kind));
    account.building = unit.building.clone().map(Text);
}

/// An account opens.
pub(crate) fn opened(opened: &AccountOpened, event: &Recorded, models: &mut Models) {
    row(event.stream.id, models).unit_id = Some(opened.unit.uuid());
}

impl Reader {
    /// One account.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn account(&self, ledger: LedgerId, account: AccountId) -> Result<Read<Option<Account>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(Account, "sql/account.sql", s.ledger, s.generation, account.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }
}
