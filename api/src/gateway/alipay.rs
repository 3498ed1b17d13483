//! Alipay's open gateway: pages for phones, and trades for its mini-programs.

use super::bill_file::{BillFile, unpacked};
use super::client::send;
use super::{Asked, GatewayError, Notice, PaymentGateway, Received, RefundAsked, Standing, TakeLine, Untrusted};
use async_trait::async_trait;
use axum::http::HeaderMap;
use encoding_rs::GB18030;
use mingzhang_domain::calendar::{CivilDate, Instant};
use mingzhang_domain::channel_day::{BillLine, Way};
use mingzhang_domain::channel_refund::RefundStanding;
use mingzhang_domain::id::PaymentOrderId;
use mingzhang_domain::payment_order::OrderMethod;
use mingzhang_gateway::alipay::{
    BillFound, Created, Merchant, OrderRequest, Outcome, Parameters, Queried, RefundQueried, RefundRequest, Refunded,
    Reply, TradeBill, TradeLine, TradeStatus, form_pairs,
};
use mingzhang_gateway::bill::BillError;
use mingzhang_gateway::time::{day_of_plain, plain};
use reqwest::{Client, Method};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::io::BufReader;
use zip::ZipArchive;

/// Files of a packed bill that are looked at.
const MEMBERS: usize = 20;

/// Alipay for one app and seller.
#[derive(Debug)]
pub(super) struct Alipay {
    pub(super) client: Client,
    /// Such as `https://openapi.alipay.com/gateway.do`.
    pub(super) gateway_url: String,
    pub(super) merchant: Merchant,
    /// 收款商户号, `2088…`.
    pub(super) seller_id: String,
}

impl Alipay {
    fn request(
        &self,
        method: &str,
        content: &Value,
        more: &[(&str, &str)],
        now: Instant,
    ) -> Result<Parameters, GatewayError> {
        self.merchant.request(method, &plain(now), content, more).map_err(|_| GatewayError::Unsigned)
    }

    /// One signed request and its verified answer.
    async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        content: &Value,
        more: &[(&str, &str)],
        now: Instant,
    ) -> Result<(Outcome, T), GatewayError> {
        let request = self.request(method, content, more, now)?;
        let headers = [("Content-Type", "application/x-www-form-urlencoded;charset=utf-8".to_owned())];
        let body = request.form().into_bytes();
        let answer = send(&self.client, (Method::POST, &self.gateway_url), &headers, body).await?;
        let reply = Reply::read(&answer.body, method, &self.merchant.alipay).map_err(|_| GatewayError::Unknown)?;
        let unknown = |_| GatewayError::Unknown;
        let outcome = serde_json::from_str(&reply.raw).map_err(unknown)?;
        Ok((outcome, serde_json::from_str(&reply.raw).map_err(unknown)?))
    }
}

/// A line of the bill as it is matched.
fn of_line(line: TradeLine) -> BillLine {
    let TradeLine { trade_no, out_trade_no, amount, refund_no, fee, .. } = line;
    let fee = -fee.decimal();
    match refund_no {
        Some(number) => {
            BillLine { way: Way::Refund, reference: trade_no, number, amount: amount.negated(), fee, stands: true }
        }
        None => BillLine { way: Way::Payment, reference: trade_no, number: out_trade_no, amount, fee, stands: true },
    }
}

/// Done, refused with a code, or nobody knows.
fn done(outcome: &Outcome) -> Result<(), GatewayError> {
    if outcome.is_done() {
        return Ok(());
    }
    if outcome.is_unknown() {
        return Err(GatewayError::Unknown);
    }
    Err(GatewayError::Refused(outcome.sub_code.clone().unwrap_or_else(|| outcome.code.clone())))
}

fn is_unheard(error: &GatewayError) -> bool {
    matches!(error, GatewayError::Refused(code) if code == "ACQ.TRADE_NOT_EXIST")
}

#[async_trait]
impl PaymentGateway for Alipay {
    fn takes(&self, method: OrderMethod) -> bool {
        matches!(method, OrderMethod::AlipayWap | OrderMethod::AlipayMini)
    }

    async fn prepare(&self, asked: &Asked, now: Instant) -> Result<Value, GatewayError> {
        let is_page = asked.method == OrderMethod::AlipayWap;
        let order = OrderRequest {
            out_trade_no: asked.order.number(),
            total_amount: asked.amount,
            subject: asked.description.clone(),
            product_code: if is_page { "QUICK_WAP_WAY" } else { "JSAPI_PAY" }.to_owned(),
            time_expire: plain(asked.expires_at),
            quit_url: None,
            op_app_id: (!is_page).then(|| self.merchant.app_id.clone()),
            buyer_open_id: asked.payer.clone().filter(|_| !is_page),
        };
        let content = serde_json::to_value(&order).map_err(|_| GatewayError::Unsigned)?;
        let more = [("notify_url", asked.notify_url.as_str())];
        if is_page {
            let request = self.request("alipay.trade.wap.pay", &content, &more, now)?;
            return Ok(json!({"kind": "page", "url": format!("{}?{}", self.gateway_url, request.form())}));
        }
        let (outcome, created): (_, Created) = self.call("alipay.trade.create", &content, &more, now).await?;
        done(&outcome)?;
        let trade_no = created.trade_no.ok_or(GatewayError::Unknown)?;
        Ok(json!({"kind": "alipay_window", "tradeNO": trade_no}))
    }

    async fn query(&self, order: PaymentOrderId, now: Instant) -> Result<Standing, GatewayError> {
        let content = json!({"out_trade_no": order.number()});
        let (outcome, queried): (_, Queried) = self.call("alipay.trade.query", &content, &[], now).await?;
        match done(&outcome) {
            Err(error) if is_unheard(&error) => return Ok(Standing::Unheard),
            outcome => outcome?,
        }
        if queried.out_trade_no != Some(order.number()) {
            return Err(GatewayError::Unknown);
        }
        match queried.trade_status.ok_or(GatewayError::Unknown)? {
            TradeStatus::WaitBuyerPay => Ok(Standing::Open),
            TradeStatus::TradeSuccess | TradeStatus::TradeFinished => {
                let received = || {
                    Some(Received {
                        number: queried.out_trade_no.clone()?,
                        reference: queried.trade_no.as_deref()?.parse().ok()?,
                        amount: queried.total_amount?,
                        paid_on: day_of_plain(queried.send_pay_date.as_deref()?)?,
                    })
                };
                received().map(Standing::Paid).ok_or(GatewayError::Unknown)
            }
            TradeStatus::TradeClosed => Ok(Standing::Closed),
        }
    }

    async fn close(&self, order: PaymentOrderId, now: Instant) -> Result<(), GatewayError> {
        let content = json!({"out_trade_no": order.number()});
        let (outcome, _): (_, Value) = self.call("alipay.trade.close", &content, &[], now).await?;
        match done(&outcome) {
            // The page was never opened: there is nothing to close.
            Err(error) if is_unheard(&error) => Ok(()),
            outcome => outcome,
        }
    }

    async fn refund(&self, asked: &RefundAsked, now: Instant) -> Result<RefundStanding, GatewayError> {
        let request = RefundRequest {
            trade_no: asked.reference.to_string(),
            refund_amount: asked.amount,
            out_request_no: asked.number.clone(),
            refund_reason: None,
        };
        let content = serde_json::to_value(&request).map_err(|_| GatewayError::Unsigned)?;
        let (outcome, refunded): (_, Refunded) = self.call("alipay.trade.refund", &content, &[], now).await?;
        done(&outcome)?;
        if refunded.fund_change.as_deref() == Some("Y") {
            let value_on = CivilDate::of_instant(now).map_err(|_| GatewayError::Unknown)?;
            return Ok(RefundStanding::Settled { reference: None, value_on });
        }
        // It was asked for before, or nothing moved yet.
        let known = self.query_refund(asked, now).await?;
        Ok(known.unwrap_or(RefundStanding::Accepted { reference: None }))
    }

    async fn query_refund(&self, asked: &RefundAsked, now: Instant) -> Result<Option<RefundStanding>, GatewayError> {
        let content = json!({
            "trade_no": asked.reference.as_str(), "out_request_no": asked.number,
            "query_options": ["gmt_refund_pay"],
        });
        let method = "alipay.trade.fastpay.refund.query";
        let (outcome, queried): (_, RefundQueried) = self.call(method, &content, &[], now).await?;
        match done(&outcome) {
            Err(error) if is_unheard(&error) => return Ok(None),
            outcome => outcome?,
        }
        if queried.refund_status.as_deref() != Some("REFUND_SUCCESS") {
            return Ok(None);
        }
        if queried.refund_amount.is_some_and(|amount| amount != asked.amount) {
            return Err(GatewayError::Unknown);
        }
        let paid_on = queried.gmt_refund_pay.as_deref().and_then(day_of_plain);
        let value_on = paid_on.or_else(|| CivilDate::of_instant(now).ok()).ok_or(GatewayError::Unknown)?;
        Ok(Some(RefundStanding::Settled { reference: None, value_on }))
    }

    async fn fetch_bill(&self, day: CivilDate, into: &mut BillFile, now: Instant) -> Result<bool, GatewayError> {
        let content = json!({"bill_type": "trade", "bill_date": day.to_string()});
        let method = "alipay.data.dataservice.bill.downloadurl.query";
        let (outcome, found): (_, BillFound) = self.call(method, &content, &[], now).await?;
        match done(&outcome) {
            Err(GatewayError::Refused(code)) if code.to_ascii_uppercase().contains("BILL_NOT_EXIST") => {
                return Ok(false);
            }
            outcome => outcome?,
        }
        let url = found.bill_download_url.ok_or(GatewayError::Unknown)?;
        let home = self.gateway_url.trim_end_matches("gateway.do");
        if !url.starts_with("https://") && !url.starts_with(home) {
            return Err(GatewayError::Unknown);
        }
        into.fetch(&self.client, &url, &[]).await?;
        Ok(true)
    }

    fn read_bill(&self, bill: &BillFile, day: CivilDate, take: &mut TakeLine<'_>) -> Result<u64, BillError> {
        let mut packed = ZipArchive::new(bill.open()?).map_err(|_| BillError::Packed)?;
        let is_detail = |name: &[u8]| {
            let (name, _, _) = GB18030.decode(name);
            name.contains("业务明细") && !name.contains("汇总") && name.ends_with(".csv")
        };
        let count = packed.len().min(MEMBERS);
        let detail = (0..count).find(|at| packed.by_index_raw(*at).is_ok_and(|part| is_detail(part.name_raw())));
        let part = detail.and_then(|at| packed.by_index(at).ok()).ok_or(BillError::Packed)?;
        let mut lines = TradeBill::open(BufReader::new(unpacked(part)))?;
        let mut at = 0;
        while let Some(line) = lines.next_line()? {
            at += 1;
            if day_of_plain(&line.at) != Some(day) {
                return Err(BillError::Foreign(at));
            }
            take(of_line(line))?;
        }
        lines.finish()
    }

    async fn notice(&self, _headers: &HeaderMap, body: &[u8], _now: Instant) -> Result<Notice, Untrusted> {
        let said = form_pairs(body).ok_or(Untrusted::Shape)?;
        said.verify_notification(&self.merchant.alipay).map_err(|_| Untrusted::Forged)?;
        let ours = said.get("app_id") == Some(&self.merchant.app_id) && said.get("seller_id") == Some(&self.seller_id);
        if !ours {
            return Err(Untrusted::Forged);
        }
        // A refund is told with the same trade: it is never a second payment. What of it was paid, the provider is asked.
        if ["refund_fee", "gmt_refund", "out_biz_no"].iter().any(|name| said.get(name).is_some()) {
            let number = said.get("out_biz_no").map(str::to_owned);
            return Ok(number.map_or(Notice::Other, |number| Notice::Refund(number, None)));
        }
        if !matches!(said.get("trade_status"), Some("TRADE_SUCCESS" | "TRADE_FINISHED")) {
            return Ok(Notice::Other);
        }
        let received = || {
            Some(Received {
                number: said.get("out_trade_no")?.to_owned(),
                reference: said.get("trade_no")?.parse().ok()?,
                amount: said.get("total_amount")?.parse().ok()?,
                paid_on: day_of_plain(said.get("gmt_payment")?)?,
            })
        };
        received().map(Notice::Paid).ok_or(Untrusted::Shape)
    }

    fn thanks(&self) -> &'static str {
        "success"
    }
}
