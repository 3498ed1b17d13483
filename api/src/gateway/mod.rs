//! Payment gateways: who takes money for us from outside, behind one port.
//!
//! Nothing here decides: an adapter asks, and says what the provider signed. May never happen here: a body that is believed
//! before its signature was checked, a second number for one order, a secret or a payer's id in a log or an error.

mod alipay;
pub mod bill_file;
pub(crate) mod client;
pub mod merchants;
pub mod orders;
pub mod reconciliation;
pub mod refunds;
mod served;
mod wechat;

pub use served::{Served, clock, stream, submit};

use async_trait::async_trait;
use axum::http::HeaderMap;
use bill_file::BillFile;
use mingzhang_domain::calendar::{CivilDate, Instant};
use mingzhang_domain::channel_day::BillLine;
use mingzhang_domain::channel_refund::RefundStanding;
use mingzhang_domain::id::{ChannelAccountId, LedgerId, PaymentOrderId};
use mingzhang_domain::money::Money;
use mingzhang_domain::payment_order::OrderMethod;
use mingzhang_domain::value::Code;
use mingzhang_gateway::bill::BillError;
use serde_json::Value;

/// What an order asks a provider for; the same whenever it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The order.
    pub order: PaymentOrderId,
    /// By which door.
    pub method: OrderMethod,
    /// How much.
    pub amount: Money,
    /// Until when.
    pub expires_at: Instant,
    /// What the payer reads; names no person.
    pub description: String,
    /// The provider's id of the payer, where a window opens for him.
    pub payer: Option<String>,
    /// Where the provider tells what became of it.
    pub notify_url: String,
}

/// Money that a provider took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Our number of the order, as the provider says it.
    pub number: String,
    /// The provider's number of the payment.
    pub reference: Code,
    /// How much.
    pub amount: Money,
    /// The day of the payment in Shanghai.
    pub paid_on: CivilDate,
}

/// Where an order stands at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It can still be paid.
    Open,
    /// The provider never heard of it.
    Unheard,
    /// Paid.
    Paid(Received),
    /// It can no longer be paid.
    Closed,
}

/// What a refund asks a provider for; the same whenever it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundAsked {
    /// Our number of it.
    pub number: String,
    /// The provider's number of the payment.
    pub reference: Code,
    /// How much goes back.
    pub amount: Money,
    /// All of the payment.
    pub total: Money,
    /// Where the provider tells what became of it.
    pub notify_url: String,
}

/// What a notification says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Money came in.
    Paid(Received),
    /// Something became of the refund of that number of ours: what, or else the provider is to be asked.
    Refund(String, Option<RefundStanding>),
    /// Something else, which moves no money here.
    Other,
}

/// Why a call to a provider has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// It may have been done: ask, or send the same again.
    #[error("the provider's answer is unknown")]
    Unknown,
    /// The provider refused, with its code.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// Nothing could be signed here.
    #[error("the request could not be signed")]
    Unsigned,
}

/// Why a notification is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// Not signed by the provider, not now, or not to us.
    #[error("not signed by the provider")]
    Forged,
    /// Signed, but not what the provider sends.
    #[error("not a notification")]
    Shape,
}

/// Who takes the lines of a bill.
pub type TakeLine<'t> = dyn FnMut(BillLine) -> Result<(), BillError> + 't;

/// A provider, for one merchant number.
#[async_trait]
pub trait PaymentGateway: std::fmt::Debug + Send + Sync {
    /// True when orders can be paid by that door.
    fn takes(&self, method: OrderMethod) -> bool;

    /// Asks for money: what the payer's device needs to pay, as JSON. Asked again it is the same order.
    ///
    /// # Errors
    /// [`GatewayError`].
    async fn prepare(&self, asked: &Asked, now: Instant) -> Result<Value, GatewayError>;

    /// Asks where an order stands.
    ///
    /// # Errors
    /// [`GatewayError`].
    async fn query(&self, order: PaymentOrderId, now: Instant) -> Result<Standing, GatewayError>;

    /// Closes an order, so that it can no longer be paid. One that is paid stays so.
    ///
    /// # Errors
    /// [`GatewayError`].
    async fn close(&self, order: PaymentOrderId, now: Instant) -> Result<(), GatewayError>;

    /// Asks for a refund to be paid, and says where it stands. Asked again it is the same refund.
    ///
    /// # Errors
    /// [`GatewayError`].
    async fn refund(&self, asked: &RefundAsked, now: Instant) -> Result<RefundStanding, GatewayError>;

    /// Asks where a refund stands; none when the provider has not paid it and knows nothing else of it.
    ///
    /// # Errors
    /// [`GatewayError`].
    async fn query_refund(&self, asked: &RefundAsked, now: Instant) -> Result<Option<RefundStanding>, GatewayError>;

    /// Fetches the bill of a day; false when nothing was traded, so that there is none.
    ///
    /// # Errors
    /// [`GatewayError`].
    async fn fetch_bill(&self, day: CivilDate, into: &mut BillFile, now: Instant) -> Result<bool, GatewayError>;

    /// Reads a bill of a day line by line, checks what it says of itself, and says how many lines there were. Lines of
    /// another merchant or another day are refused.
    ///
    /// # Errors
    /// [`BillError`].
    fn read_bill(&self, bill: &BillFile, day: CivilDate, take: &mut TakeLine<'_>) -> Result<u64, BillError>;

    /// Checks a notification and reads it.
    ///
    /// # Errors
    /// [`Untrusted`].
    async fn notice(&self, headers: &HeaderMap, body: &[u8], now: Instant) -> Result<Notice, Untrusted>;

    /// What a notification that was taken is answered with.
    fn thanks(&self) -> &'static str;
}

/// Where notifications of a channel account's orders go.
pub fn notify_path(community: LedgerId, channel_account: ChannelAccountId) -> String {
    format!("/api/v1/communities/{community}/channel-accounts/{channel_account}/notifications")
}
