//! What the server does by itself, always through the lane and always resumable: nothing here is the only place.

pub mod bank_match;
pub mod bill_run;
pub mod bill_run_progress;
pub mod chain;
pub mod channel_day;
pub mod channel_lump;
pub mod channel_refund;
pub mod closing;
pub mod erasure;
pub mod fund_spend;
pub mod invoice;
pub mod opening;
pub mod payment_order;
pub mod pool;
pub mod read_models;
pub mod rounds;
pub mod seal;
