//! Alipay 支付宝: its open gateway, with RSA2 signatures.

mod bill;
mod message;
mod signature;

pub use bill::{Bill, FlowBill, FlowLine, TradeBill, TradeLine};
pub use message::*;
pub use signature::{Merchant, Parameters, Reply, ReplyError, form_pairs};
