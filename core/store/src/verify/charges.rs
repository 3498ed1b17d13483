//! Charges, computed again out of their accounts' events by the rules that billed.
//!
//! Accounts are read a few at a time and worked on all cores. May never happen here: an amount that is believed because
//! postings and hashes fit it.

use super::{Class, Found};
use crate::error::StoreError;
use mingzhang_domain::account::{Again, computed_again};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use sqlx::PgPool;
use std::collections::VecDeque;
use uuid::Uuid;

/// Accounts per round trip: about 1 MB.
const ACCOUNTS: usize = 20;

/// Computes the charges of accounts again; how many there are, and those that come to another amount.
///
/// # Errors
/// [`StoreError`] only when the database does not answer.
pub(super) async fn check(
    pool: &PgPool,
    ledger: LedgerId,
    accounts: &[Uuid],
) -> Result<(usize, Vec<Found>), StoreError> {
    let under_way = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let (mut charges, mut found, mut checking) = (0, Vec::new(), VecDeque::new());
    let mut conn = pool.acquire().await?;
    let mut chunks = accounts.chunks(ACCOUNTS);
    loop {
        let chunk = chunks.next();
        if let Some(chunk) = chunk {
            let ledgers = vec![ledger.uuid(); chunk.len()];
            let rows = sqlx::query_file!("sql/load_streams.sql", &ledgers, chunk).fetch_all(&mut *conn).await?;
            let bodies: Vec<(Uuid, Vec<u8>)> = rows.into_iter().map(|row| (row.stream_id, row.body)).collect();
            checking.push_back(tokio::task::spawn_blocking(move || again(&bodies)));
        }
        if checking.len() > under_way || chunk.is_none() {
            let Some(next) = checking.pop_front() else { return Ok((charges, found)) };
            let again = next.await.map_err(|error| StoreError::Halted(error.to_string()))?;
            charges += again.len();
            found.extend(again.iter().filter(|again| !again.recomputed.equal).map(other_amount));
        }
    }
}

/// Of whole streams, one after another. What cannot be read is a finding of its own.
fn again(bodies: &[(Uuid, Vec<u8>)]) -> Vec<Again> {
    let of_account = |bodies: &[(Uuid, Vec<u8>)]| {
        let events: Vec<Recorded> = bodies.iter().filter_map(|(_, body)| Recorded::from_body(body).ok()).collect();
        computed_again(&events)
    };
    bodies.chunk_by(|one, next| one.0 == next.0).flat_map(of_account).collect()
}

fn other_amount(again: &Again) -> Found {
    let message = match again.recomputed.amount {
        Some(amount) if amount != again.recomputed.posted => "the charge comes to another amount when computed again",
        Some(_) => "the charge's gross amount, whole or tax comes to another amount when computed again",
        None => "what the charge rests on says no amount",
    };
    let position = i64::try_from(again.position).unwrap_or(i64::MAX);
    Found { position, class: Class::Charge, message: message.to_owned() }
}
