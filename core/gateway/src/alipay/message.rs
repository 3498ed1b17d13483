//! Orders, what became of them, and refunds. Amounts are yuan with two decimals on the wire.

use mingzhang_domain::money::Money;
use serde::{Deserialize, Serialize};

/// An order: `alipay.trade.wap.pay` (opened by the browser) or `alipay.trade.create` (for the mini-program).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRequest {
    /// Our number, at most 64 characters.
    pub out_trade_no: String,
    /// How much.
    pub total_amount: Money,
    /// What the payer reads, at most 256 characters.
    pub subject: String,
    /// `QUICK_WAP_WAY` or `JSAPI_PAY`.
    pub product_code: String,
    /// Until when it can be paid, `yyyy-MM-dd HH:mm:ss` in Shanghai.
    pub time_expire: String,
    /// Where the browser goes when the payer gives up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quit_url: Option<String>,
    /// The mini-program that asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub op_app_id: Option<String>,
    /// Whose window opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_open_id: Option<String>,
}

/// What every answer has besides its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// `10000` when it was done.
    pub code: String,
    /// In words.
    #[serde(default)]
    pub msg: String,
    /// Why not, such as `ACQ.TRADE_NOT_EXIST`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_code: Option<String>,
}

impl Outcome {
    /// True when it was done.
    pub fn is_done(&self) -> bool {
        self.code == "10000"
    }

    /// True when nobody knows whether it was done: to be asked for, or sent again with the same number.
    pub fn is_unknown(&self) -> bool {
        self.code == "20000" || self.sub_code.as_deref().is_some_and(|code| code.ends_with("SYSTEM_ERROR"))
    }
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TradeStatus {
    /// Not paid yet.
    WaitBuyerPay,
    /// Paid.
    TradeSuccess,
    /// Paid, and no refund is possible any more.
    TradeFinished,
    /// Closed without payment, or refunded whole.
    TradeClosed,
}

/// The answer to `alipay.trade.create`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// For the payment window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_no: Option<String>,
}

/// The answer to `alipay.trade.query`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queried {
    /// The provider's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_no: Option<String>,
    /// Our number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_trade_no: Option<String>,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_status: Option<TradeStatus>,
    /// How much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_amount: Option<Money>,
    /// When it was paid, `yyyy-MM-dd HH:mm:ss` in Shanghai.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_pay_date: Option<String>,
}

/// A refund: `alipay.trade.refund`. Sent again with the same number it is the same refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRequest {
    /// The payment.
    pub trade_no: String,
    /// How much goes back.
    pub refund_amount: Money,
    /// Our number of the refund.
    pub out_request_no: String,
    /// What the payer reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_reason: Option<String>,
}

/// The answer to `alipay.trade.refund`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refunded {
    /// `Y` when money moved by this very request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fund_change: Option<String>,
}

/// The answer to `alipay.trade.fastpay.refund.query`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundQueried {
    /// `REFUND_SUCCESS` when the payer has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_status: Option<String>,
    /// How much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_amount: Option<Money>,
    /// When, `yyyy-MM-dd HH:mm:ss` in Shanghai.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gmt_refund_pay: Option<String>,
}

/// The answer to `alipay.data.dataservice.bill.downloadurl.query`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillFound {
    /// Where the packed bill is for half a minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bill_download_url: Option<String>,
}
