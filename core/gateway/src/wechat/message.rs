//! Orders, what became of them, and refunds. Amounts are whole fen on the wire, and [`Money`] here.

use mingzhang_domain::money::Money;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Whole fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fen(pub Money);

impl Serialize for Fen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0.fen())
    }
}

impl<'de> Deserialize<'de> for Fen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer).map(|fen| Self(Money::from_fen(fen)))
    }
}

/// Who takes the money: a merchant for himself, or a service provider for one of his merchants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payee {
    /// 服务商模式
    Partner {
        /// The provider's app.
        sp_appid: String,
        /// The provider's merchant number.
        sp_mchid: String,
        /// The merchant's number.
        sub_mchid: String,
    },
    /// 直连模式
    Direct {
        /// The app.
        appid: String,
        /// The merchant number.
        mchid: String,
    },
}

impl Payee {
    /// Path of an order's own kind of address.
    pub fn base(&self) -> &'static str {
        match self {
            Self::Direct { .. } => "/v3/pay/transactions",
            Self::Partner { .. } => "/v3/pay/partner/transactions",
        }
    }

    /// The query that says whose order is asked for.
    pub fn query(&self) -> String {
        match self {
            Self::Direct { mchid, .. } => format!("mchid={mchid}"),
            Self::Partner { sp_mchid, sub_mchid, .. } => format!("sp_mchid={sp_mchid}&sub_mchid={sub_mchid}"),
        }
    }

    /// The body of a request to close an order.
    pub fn close_body(&self) -> serde_json::Value {
        match self {
            Self::Direct { mchid, .. } => serde_json::json!({"mchid": mchid}),
            Self::Partner { sp_mchid, sub_mchid, .. } => {
                serde_json::json!({"sp_mchid": sp_mchid, "sub_mchid": sub_mchid})
            }
        }
    }

    /// The service provider's merchant.
    pub fn sub_mchid(&self) -> Option<&str> {
        match self {
            Self::Direct { .. } => None,
            Self::Partner { sub_mchid, .. } => Some(sub_mchid),
        }
    }

    /// The app whose payment window opens.
    pub fn appid(&self) -> &str {
        match self {
            Self::Direct { appid, .. } | Self::Partner { sp_appid: appid, .. } => appid,
        }
    }
}

/// How much is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// How much.
    pub total: Fen,
    /// `CNY`.
    pub currency: String,
}

impl Asked {
    /// Yuan.
    pub fn cny(total: Money) -> Self {
        Self { total: Fen(total), currency: "CNY".to_owned() }
    }
}

/// Whose window opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payer {
    /// Of the merchant's own app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openid: Option<String>,
    /// Of the service provider's app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sp_openid: Option<String>,
}

/// An order: `POST <base>/jsapi` (with payer) or `<base>/native` (a code to be scanned).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRequest {
    /// The app, direct.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appid: Option<String>,
    /// The merchant number, direct.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mchid: Option<String>,
    /// The service provider's app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sp_appid: Option<String>,
    /// The service provider's merchant number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sp_mchid: Option<String>,
    /// His merchant's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_mchid: Option<String>,
    /// What the payer reads, at most 127 characters.
    pub description: String,
    /// Our number, 6–32 characters of `[0-9A-Za-z_\-*]`.
    pub out_trade_no: String,
    /// Until when it can be paid, RFC 3339.
    pub time_expire: String,
    /// Where the notification goes, https without a query.
    pub notify_url: String,
    /// How much.
    pub amount: Asked,
    /// Whose window opens; absent for a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<Payer>,
}

impl OrderRequest {
    /// The same order for a payee.
    #[must_use]
    pub fn to(self, payee: &Payee) -> Self {
        match payee.clone() {
            Payee::Direct { appid, mchid } => Self { appid: Some(appid), mchid: Some(mchid), ..self },
            Payee::Partner { sp_appid, sp_mchid, sub_mchid } => {
                Self { sp_appid: Some(sp_appid), sp_mchid: Some(sp_mchid), sub_mchid: Some(sub_mchid), ..self }
            }
        }
    }
}

/// What answers an order: a number for the payment window, or the text of a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderReply {
    /// For the payment window; good for two hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prepay_id: Option<String>,
    /// To be shown as a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_url: Option<String>,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TradeState {
    /// Not paid yet.
    Notpay,
    /// The payer types his password.
    Userpaying,
    /// Paid.
    Success,
    /// Closed without payment.
    Closed,
    /// Paid, and something of it went back.
    Refund,
    /// Taken back.
    Revoked,
    /// The bank refused.
    Payerror,
}

/// An order as the provider has it: the answer to a query, and what a notification carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Who took the money, direct.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mchid: Option<String>,
    /// The service provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sp_mchid: Option<String>,
    /// His merchant, who took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_mchid: Option<String>,
    /// Our number.
    pub out_trade_no: String,
    /// The provider's number, once paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// Where it stands.
    pub trade_state: TradeState,
    /// When it was paid, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_time: Option<String>,
    /// How much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Paid>,
}

impl Transaction {
    /// True when its money is this payee's.
    pub fn is_of(&self, payee: &Payee) -> bool {
        match payee {
            Payee::Direct { mchid, .. } => self.mchid.as_ref() == Some(mchid),
            Payee::Partner { sp_mchid, sub_mchid, .. } => {
                self.sp_mchid.as_ref() == Some(sp_mchid) && self.sub_mchid.as_ref() == Some(sub_mchid)
            }
        }
    }
}

/// What was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
    /// What was asked for: this is what the merchant gets, and what is booked.
    pub total: Fen,
    /// What the payer paid himself; less with coupons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_total: Option<Fen>,
    /// `CNY`.
    #[serde(default)]
    pub currency: String,
}

/// A refund: `POST /v3/refund/domestic/refunds`. Sent again with the same number it is the same refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRequest {
    /// Whose, for service providers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_mchid: Option<String>,
    /// The payment.
    pub transaction_id: String,
    /// Our number of the refund.
    pub out_refund_no: String,
    /// What the payer reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where the notification goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_url: Option<String>,
    /// How much of how much.
    pub amount: RefundAsked,
}

/// How much goes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundAsked {
    /// How much goes back.
    pub refund: Fen,
    /// Of how much.
    pub total: Fen,
    /// `CNY`.
    pub currency: String,
}

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefundStatus {
    /// Accepted, on its way.
    Processing,
    /// The payer has it.
    Success,
    /// It will not be made.
    Closed,
    /// The payer's card does not take it: somebody has to look.
    Abnormal,
}

/// A refund as the provider has it: the reply to a request or a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The provider's number.
    pub refund_id: String,
    /// Our number.
    pub out_refund_no: String,
    /// The payment.
    pub transaction_id: String,
    /// The order.
    pub out_trade_no: String,
    /// Where it stands.
    pub status: RefundStatus,
    /// When the payer got it, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_time: Option<String>,
    /// How much.
    pub amount: RefundAmount,
}

/// Amounts of a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundAmount {
    /// Of the payment.
    pub total: Fen,
    /// Of the refund.
    pub refund: Fen,
}

/// The refund of a notification; its status has another name there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotifiedRefund {
    /// Who pays it, direct.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mchid: Option<String>,
    /// The service provider's merchant, who pays it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_mchid: Option<String>,
    /// The provider's number.
    pub refund_id: String,
    /// Our number.
    pub out_refund_no: String,
    /// The payment.
    pub transaction_id: String,
    /// The order.
    pub out_trade_no: String,
    /// Where it stands.
    pub refund_status: RefundStatus,
    /// When the payer got it, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_time: Option<String>,
    /// How much.
    pub amount: RefundAmount,
}

impl NotifiedRefund {
    /// True when its money was this payee's.
    pub fn is_of(&self, payee: &Payee) -> bool {
        match payee {
            Payee::Direct { mchid, .. } => self.mchid.as_ref() == Some(mchid),
            Payee::Partner { sub_mchid, .. } => self.sub_mchid.as_ref() == Some(sub_mchid),
        }
    }
}

/// Where a bill is, and what it hashes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillReply {
    /// `SHA1`.
    pub hash_type: String,
    /// Of the bill's bytes once unpacked, in hex.
    pub hash_value: String,
    /// Where it is for five minutes.
    pub download_url: String,
}

/// An error as the provider says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReply {
    /// Its name, such as `PARAM_ERROR`.
    pub code: String,
    /// In words.
    #[serde(default)]
    pub message: String,
}
