//! Money in suspense 待认领款, the oldest first, with what may help to find whose it is.
//!
//! May never happen here: a suggestion that is more than one. Nothing rests on it; whoever identifies the money decides.

use crate::column::{Text, day};
use crate::payment::Payment;
use crate::projection::Models;
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::{LedgerId, UnitId};
use mingzhang_domain::value::Code;
use std::collections::HashMap;
use uuid::Uuid;

table! {
    /// A unit whose code the remark of a payment names.
    pub struct SuspenseHint of "suspense_hint" {
        key {
            /// The payment.
            payment_id: Uuid,
            /// The unit.
            unit_id: Uuid,
        }
    }
}

/// Notes the units that the remark of a payment names.
pub(crate) fn hint(payment_id: Uuid, units: &[UnitId], models: &mut Models) {
    for unit in units {
        models.suspense_hint.push(SuspenseHint { payment_id, unit_id: unit.uuid() });
    }
}

/// Why a unit is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The remark names its code.
    CodeInRemark,
    /// Its open total is exactly the money, and no other unit's is.
    AmountEqualsOpen,
}

/// A unit whose money it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The payment.
    pub payment_id: Uuid,
    /// The unit.
    pub unit_id: Uuid,
    /// Its account.
    pub account_id: Uuid,
    /// Its code now.
    pub code: Text<Code>,
    /// Why.
    pub because: Because,
}

/// Money in suspense, with suggestions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The payment.
    pub payment: Payment,
    /// Whose it may be.
    pub suggestions: Vec<Suggestion>,
}

/// A row of either statement that suggests.
struct Suggested {
    payment_id: Uuid,
    unit_id: Uuid,
    account_id: Uuid,
    code: Text<Code>,
}

impl Suggested {
    fn because(self, because: Because) -> Suggestion {
        let Self { payment_id, unit_id, account_id, code } = self;
        Suggestion { payment_id, unit_id, account_id, code, because }
    }
}

impl Reader {
    /// Money in suspense, the oldest first; `after` is a value date and a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn suspense(
        &self,
        ledger: LedgerId,
        ask: Ask<(NaiveDate, i64)>,
    ) -> Result<Read<Page<Waiting>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (on, position) = ask.after.unwrap_or((day(CivilDate::MIN), 0));
                let rows = sqlx::query_file_as!(
                    Payment,
                    "sql/suspense.sql",
                    s.ledger,
                    s.generation,
                    on,
                    position,
                    ask.fetch()
                );
                let page = ask.page(rows.fetch_all(s.conn()).await?);
                let ids: Vec<Uuid> = page.items.iter().map(|payment| payment.payment_id).collect();
                let named = sqlx::query_file_as!(Suggested, "sql/suspense_named.sql", s.ledger, s.generation, &ids[..]);
                let named = named.fetch_all(s.conn()).await?;
                let equal = sqlx::query_file_as!(Suggested, "sql/suspense_equal.sql", s.ledger, s.generation, &ids[..]);
                let equal = equal.fetch_all(s.conn()).await?;
                let named = named.into_iter().map(|row| row.because(Because::CodeInRemark));
                let equal = equal.into_iter().map(|row| row.because(Because::AmountEqualsOpen));
                let mut found: HashMap<Uuid, Vec<Suggestion>> = HashMap::new();
                for suggestion in named.chain(equal) {
                    found.entry(suggestion.payment_id).or_default().push(suggestion);
                }
                let waiting = |payment: Payment| {
                    let suggestions = found.remove(&payment.payment_id).unwrap_or_default();
                    Waiting { payment, suggestions }
                };
                Ok(Page { items: page.items.into_iter().map(waiting).collect(), more: page.more })
            })
        })
        .await
    }
}
