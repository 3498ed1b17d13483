//! Alipay 支付宝: its open gateway, with RSA2 signatures.

mod message;
mod signature;

pub use message::*;
pub use signature::{Merchant, Parameters, Reply, ReplyError, form_pairs};
