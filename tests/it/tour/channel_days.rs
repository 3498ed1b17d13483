//! Days of a channel account: reconciled with its bill, explained, signed off, settled to the bank.

use super::{Tour, UNKNOWN, with};
use crate::estate::fact;
use crate::server::began;
use serde_json::{Value, json};

/// A bill of WeChat Pay with so many payments of 12.00.
fn bill(day: &str, lines: usize) -> String {
    let head = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
    let foot = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";
    let line = |n: usize| {
        format!(
            "`{day} 10:00:00,`wx0,`1900000001,`0,`,`4200{n:06},`PF{n},`o,`JSAPI,`SUCCESS,`OTHERS,`CNY,`12.00,`0.00,`0,`0,`0.00,`0.00,`,`,`物业费,`,`0.07000,`0.60%,`12.00,`0.00,`\r\n"
        )
    };
    let body: String = (0..lines).map(line).collect();
    let (cents, paid) = (lines * 7, lines * 12);
    let fee = format!("{}.{:02}000", cents / 100, cents % 100);
    format!("{head}\r\n{body}{foot}\r\n`{lines}.0,`{paid}.00,`0.00,`0.00,`{fee},`{paid}.00,`0.00\r\n")
}

/// Two days of the provider, as its bill and the log say them.
pub(super) async fn walk(tour: &Tour) {
    let channel = &tour.estate.merchant_account("wechat_pay").await;
    let (estate, finance) = (&tour.estate, &tour.estate.finance);
    let days = format!("/channel-accounts/{channel}/reconcile");
    let of = |path: &str| estate.of_company(path);
    let day = |on: &str| of(&format!("{days}?day={on}"));
    let bill = bill("2026-02-27", 1);
    let read = finance.post_raw(&day("2026-02-27"), bill.clone()).await.good();
    let id = read["channel_day"].as_str().unwrap().to_owned();
    assert_eq!(finance.post_raw(&day("2026-02-26"), bill).await.refused(422), "bill_unreadable");
    assert_eq!(finance.post_raw(&day("2099-01-01"), "").await.refused(409), "channel_day_must_be_over");
    let many = self::bill("2026-02-27", 2_001);
    assert_eq!(finance.post_raw(&day("2026-02-27"), many).await.refused(409), "differences_must_be_few");
    let head = estate.server.head(&estate.company).await;
    let auditor = estate.auditor.with("ledger-position", format!("{}@{head}", estate.company));
    for path in ["/channel-days".to_owned(), format!("/channel-days/{id}"), "/channel-differences".to_owned()] {
        auditor.get(&of(&path)).await.good();
    }
    let listed = auditor.get(&of(&format!("/channel-days/{id}/differences"))).await.good();
    let difference = listed["items"][0]["channel_difference"].as_str().unwrap().to_owned();
    let explain = |difference: &str| of(&format!("/channel-days/{id}/differences/{difference}/explain"));
    let note = json!({"note": "另一系统收取，已通知渠道"});
    let sign = of(&format!("/channel-days/{id}/sign-off"));
    let bank = estate.channel_account("bank").await;
    let settle =
        |on: &str| json!({"channel_account": channel, "day": on, "bank_account": bank, "value_on": "2026-03-02"});
    let settlements = "/channel-settlements";
    tour.refused(
        finance,
        &[
            (&sign, json!({}), 409, "differences_must_be_explained"),
            (&explain(UNKNOWN), note.clone(), 404, "difference_must_exist"),
            (&of(&format!("/channel-days/{UNKNOWN}/sign-off")), json!({}), 404, "channel_day_must_exist"),
            (settlements, settle("2026-02-27"), 409, "settlement_must_be_signed_off"),
        ],
    )
    .await;
    tour.done(finance, &explain(&difference), note.clone()).await;
    tour.refused(finance, &[(&explain(&difference), note, 409, "difference_must_be_open")]).await;
    tour.done(finance, &sign, json!({})).await;
    tour.refused(
        finance,
        &[
            (&sign, json!({}), 409, "channel_day_must_be_open"),
            (settlements, settle("2026-02-27"), 409, "settlement_must_have_trades"),
        ],
    )
    .await;
    settled(tour, channel, &settle).await;
}

/// A day whose trade the log has, on the bank.
async fn settled(tour: &Tour, channel: &str, settle: &impl Fn(&str) -> Value) {
    let (estate, finance) = (&tour.estate, &tour.estate.finance);
    let path = "/channel-settlements";
    let paid =
        json!({"channel_account": channel, "reference": "4200000000", "amount": "12.00", "value_on": "2026-03-01"});
    tour.done(&estate.cashier, "/payments", paid).await;
    let (close, day) = (format!("/channel-accounts/{channel}/close-day"), json!({"day": "2026-03-01"}));
    tour.refused(finance, &[(&close, day.clone(), 409, "day_must_be_signed_off")]).await;
    let read = estate.of_company(&format!("/channel-accounts/{channel}/reconcile?day=2026-03-01"));
    let read = finance.post_raw(&read, bill("2026-03-01", 1)).await.good();
    let id = read["channel_day"].as_str().unwrap();
    tour.done(finance, &estate.of_company(&format!("/channel-days/{id}/sign-off")), json!({})).await;
    tour.done(finance, &close, day).await;
    let good = settle("2026-03-01");
    tour.refused(
        finance,
        &[
            (path, with(good.clone(), "bank_account", json!(channel)), 422, "settlement_must_go_to_bank"),
            (path, with(good.clone(), "value_on", json!("2026-02-28")), 422, "settlement_must_follow_its_day"),
        ],
    )
    .await;
    let settled = began(&tour.done(finance, path, good.clone()).await, "channel_settlement");
    tour.refused(finance, &[(path, good.clone(), 409, "settlement_must_be_once")]).await;
    let reverse = format!("{path}/{settled}/reverse");
    tour.done(finance, &reverse, json!({"reason": "日期录错"})).await;
    tour.refused(finance, &[(&reverse, json!({"reason": "再来一次"}), 404, "settlement_must_exist")]).await;
    estate.auditor.get(&tour.at(path)).await.good();
    lump(tour, channel, (id, good["bank_account"].as_str().unwrap())).await;
}

/// What the bank got of the day in one sum: more than is of the community.
async fn lump(tour: &Tour, channel: &str, (id, bank): (&str, &str)) {
    let (estate, finance) = (&tour.estate, &tour.estate.finance);
    let of_day = |id: &str, action: &str| estate.of_company(&format!("/channel-days/{id}/{action}"));
    let (record, clear) = (of_day(id, "lump"), of_day(id, "clear-rest"));
    let good = json!({"bank_account": bank, "amount": "20.00", "value_on": "2026-03-02"});
    let open = estate.of_company(&format!("/channel-accounts/{channel}/reconcile?day=2026-02-26"));
    let open = finance.post_raw(&open, bill("2026-02-26", 1)).await.good();
    let open = of_day(open["channel_day"].as_str().unwrap(), "lump");
    let rest = json!({"value_on": "2026-03-02", "note": "小卖部收款，已转出"});
    tour.refused(
        finance,
        &[
            (&open, good.clone(), 409, "lump_must_follow_sign_off"),
            (&record, with(good.clone(), "bank_account", json!(channel)), 422, "lump_must_go_to_bank"),
            (&record, with(good.clone(), "value_on", json!("2026-02-28")), 422, "lump_must_follow_its_day"),
            (&clear, rest.clone(), 409, "rest_must_wait"),
        ],
    )
    .await;
    let recorded = tour.done(finance, &record, good.clone()).await;
    let said = fact(&recorded, "channel_lump_recorded");
    let net = said["parts"][0]["net"].as_str().unwrap();
    assert_eq!((said["parts"].as_array().unwrap().len(), net, &said["rest"]), (1, "11.93", &json!("8.07")));
    tour.refused(
        finance,
        &[(&record, good, 409, "lump_must_be_once"), (&clear, rest.clone(), 409, "rest_must_be_cleared_by_another")],
    )
    .await;
    // The community's part is settled by the server.
    let mut settled = json!([]);
    for _ in 0..200 {
        settled = estate.auditor.get(&tour.at("/channel-settlements?limit=1")).await.good();
        if settled["items"][0]["net"] == net && settled["items"][0]["reversed"] == false {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!((&settled["items"][0]["net"], &settled["items"][0]["reversed"]), (&json!(net), &json!(false)));
    tour.done(&estate.second_finance, &clear, rest).await;
}
