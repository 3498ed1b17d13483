//! What payment providers put on the wire: signatures, orders, notifications, bill files.
//!
//! Shapes and rules only; nothing here opens a connection or reads a clock, so that all of it is tested with the
//! providers' own examples. The server speaks it through its adapters, and the local gateway from the other side.

pub mod alipay;
pub mod bill;
pub mod invoicing;
pub mod key;
#[cfg(test)]
mod testing;
pub mod time;
pub mod wechat;
