//! WeChat Pay 微信支付, API v3.

mod bill;
mod certificates;
mod message;
mod notification;
mod signature;

pub use bill::{Bill, FlowBill, FlowLine, RefundPart, TradeBill, TradeLine};
pub use certificates::{CertificatesError, open_certificates};
pub use message::*;
pub use notification::{Notification, NotificationError, Notified, Resource, seal};
pub use signature::{Credentials, Signed, Trust, Unverified, pay_sign, request_message, response_message};
