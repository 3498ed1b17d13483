//! Commands of a pool, one file each.

mod discard_pool;
mod open_pool;
mod post_pool;
mod post_pool_chunk;
mod reverse_pool;
mod reverse_pool_chunk;

pub use discard_pool::DiscardPool;
pub(crate) use open_pool::areas;
pub use open_pool::{MAX_POOL_UNITS, OpenPool};
pub use post_pool::PostPool;
pub use post_pool_chunk::PostPoolChunk;
pub use reverse_pool::ReversePool;
pub use reverse_pool_chunk::ReversePoolChunk;

use super::event::PoolOpened;
use super::refusal::PoolRefusal;
use super::state::{PoolStage, PoolState};
use crate::account::{AccountState, Charge, Source};
use crate::draft::Draft;
use crate::id::PoolId;
use crate::money::Money;
use crate::refusal::Refusal;
use std::sync::Arc;

/// A pool that was opened: its fold, what was said then, and where it stands.
type Opened = (Arc<PoolState>, Arc<PoolOpened>, PoolStage);

fn opened(draft: &Draft<'_>, pool: PoolId) -> Result<Opened, Refusal> {
    let state = draft.pool(pool);
    let (Some(opened), Some(stage)) = (state.opened().cloned(), state.stage()) else {
        return Err(PoolRefusal::PoolMustExist.into());
    };
    Ok((state, opened, stage))
}

/// What of a pool is at stake, whichever its sign.
fn size(amount: Money) -> Money {
    amount.max(amount.negated())
}

/// The charge by which an account bears a pool, unless it is reversed.
fn live_charge(account: &AccountState, pool: PoolId) -> Option<&Arc<Charge>> {
    account.charges().find(|charge| charge.source == Some(Source::Pool { pool }) && !charge.reversed)
}
