//! Money in: shifts, payments, receipts, suspense, reversals.

use super::work::me;
use super::{Tour, UNKNOWN, with};
use crate::client::Client;
use crate::estate::fact;
use crate::server::began;
use serde_json::{Value, json};

/// Where money lies.
struct Channels {
    bank: String,
    till: String,
    other_till: String,
    shift: String,
}

pub(super) async fn walk(tour: &Tour) {
    let channels = shifts_begin(tour).await;
    recorded(tour, &channels).await;
    receipts(tour, &channels).await;
    suspense(tour, &channels).await;
    bank_lines(tour, &channels).await;
    reversed(tour, &channels).await;
    banked_again(tour, &channels).await;
    reconciled(tour, &channels).await;
    shifts_end(tour, &channels).await;
}

async fn shifts_begin(tour: &Tour) -> Channels {
    let estate = &tour.estate;
    let bank = estate.channel_account("bank").await;
    let (till, other_till) = (estate.channel_account("cash").await, estate.channel_account("cash").await);
    let open = |channel: &str| json!({"channel_account": channel, "float": "200.00"});
    tour.refused(&estate.cashier, &[("/shifts", open(&bank), 422, "channel_must_be_cash")]).await;
    let shift = began(&tour.done(&estate.cashier, "/shifts", open(&till)).await, "shift");
    tour.refused(&estate.cashier, &[("/shifts", open(&other_till), 409, "cashier_must_have_no_open_shift")]).await;
    tour.refused(&estate.finance, &[("/shifts", open(&till), 409, "cash_box_must_have_no_open_shift")]).await;
    Channels { bank, till, other_till, shift }
}

/// Money of that reference in the bank, for an account.
fn banked(channels: &Channels, reference: &str, amount: &str, spending: Value) -> Value {
    json!({
        "channel_account": channels.bank, "reference": reference, "amount": amount, "value_on": "2026-03-01",
        "spending": spending,
    })
}

async fn recorded(tour: &Tour, channels: &Channels) {
    let estate = &tour.estate;
    let (_, account) = estate.unit("3-101").await;
    let (_, nobody_s) = tour.ownerless("3-102").await;
    let fund = tour.fee_item("维修资金", "maintenance_fund").await;
    let item = estate.fee_item().await;
    let (charge, of_fund) =
        (estate.charge(&account, &item, "250.60").await, estate.charge(&account, &fund, "9.00").await);
    let pays = |charges: Value| json!({"pays": [{"account": account, "charges": charges}]});
    let good = banked(
        channels,
        "B-1",
        "300.00",
        json!({"pays": [{"account": account, "charges": [charge], "amount": "250.60"}], "rest_to": account}),
    );
    let spending = |spending: Value| with(good.clone(), "spending", spending);
    let cash = json!({"channel_account": channels.till, "amount": "1.00", "value_on": "2026-03-01"});
    let shift = |shift: &str| with(cash.clone(), "shift", json!(shift));
    let many: Vec<Value> = (0..201).map(|n| json!({"account": format!("0190b0e0-0000-7000-8000-{n:012}")})).collect();
    let (at, twice) = ("/payments", json!({"account": account}));
    tour.refused(
        &estate.cashier,
        &[
            (at, with(good.clone(), "value_on", json!("2026-03-03")), 422, "value_date_must_not_be_in_future"),
            (at, with(good.clone(), "reference", Value::Null), 422, "reference_must_be_given"),
            (at, with(good.clone(), "shift", json!(channels.shift)), 422, "shift_must_not_be_given"),
            (at, with(good.clone(), "channel_account", json!(UNKNOWN)), 422, "channel_account_must_be_open"),
            (at, cash.clone(), 422, "shift_must_be_given"),
            (at, with(cash.clone(), "reference", json!("X")), 422, "reference_must_not_be_given"),
            (at, with(shift(&channels.shift), "method", json!("cheque")), 422, "cheque_must_be_of_bank_account"),
            (at, with(shift(&channels.shift), "tendered", json!("0.99")), 422, "tendered_must_cover_amount"),
            (at, with(good.clone(), "tendered", json!("400.00")), 422, "tendered_must_be_cash"),
            (at, shift(UNKNOWN), 404, "shift_must_exist"),
            (
                at,
                with(shift(&channels.shift), "channel_account", json!(channels.other_till)),
                409,
                "shift_must_be_of_cash_box",
            ),
            (at, spending(json!({"pays": many})), 422, "accounts_must_be_few"),
            (at, spending(json!({"pays": [twice, twice]})), 422, "account_must_be_named_once"),
            (at, spending(pays(json!([charge, charge]))), 422, "charge_must_be_named_once"),
            (at, spending(pays(json!([UNKNOWN]))), 404, "charge_must_exist"),
            (at, spending(pays(json!([of_fund]))), 409, "purses_must_not_mix"),
            (
                at,
                spending(json!({"pays": [{"account": account, "amount": "300.01"}]})),
                422,
                "parts_must_not_exceed_amount",
            ),
            (at, spending(json!({"rest_to": nobody_s})), 409, "holder_must_be_known"),
        ],
    )
    .await;
    tour.refused(&estate.finance, &[(at, shift(&channels.shift), 403, "shift_must_be_of_cashier")]).await;
    tour.done(&estate.cashier, at, good.clone()).await;
    tour.refused(&estate.cashier, &[(at, good, 409, "reference_must_be_unused")]).await;
}

async fn receipts(tour: &Tour, channels: &Channels) {
    let estate = &tour.estate;
    let (_, account) = estate.unit("3-103").await;
    let item = estate.fee_item().await;
    let (paid, open) = (estate.charge(&account, &item, "40.00").await, estate.charge(&account, &item, "60.00").await);
    let spending = json!({"pays": [{"account": account, "charges": [paid], "amount": "40.00"}], "rest_to": account});
    let received = tour.done(&estate.cashier, "/payments", banked(channels, "B-2", "50.00", spending)).await;
    let payment = began(&received, "payment");
    let print = |payment: &str, receipt: &str| format!("/payments/{payment}/receipts/{receipt}/print");
    let receipt = fact(&received, "receipt_issued")["receipt"].as_str().unwrap();
    tour.done(&estate.cashier, &print(&payment, receipt), json!({})).await;
    // What is paid out of the rest changes the lines: the receipt gives way to another.
    let allocate = json!({"lot": fact(&received, "credit_received")["lot"], "charge": open});
    let allocated = tour.done(&estate.finance, &format!("/accounts/{account}/allocations"), allocate).await;
    let allocation = fact(&allocated, "charge_paid")["allocation"].as_str().unwrap();
    let undo = |allocation: &str| format!("/accounts/{account}/allocations/{allocation}/undo");
    tour.refused(
        &estate.finance,
        &[
            (&print(&payment, receipt), json!({}), 409, "receipt_must_be_live"),
            (&print(&payment, UNKNOWN), json!({}), 404, "receipt_must_exist"),
            (&print(UNKNOWN, receipt), json!({}), 404, "payment_must_exist"),
            (&undo(UNKNOWN), json!({}), 404, "allocation_must_be_live"),
        ],
    )
    .await;
    tour.done(&estate.finance, &undo(allocation), json!({})).await;
    too_many_lines(tour, channels).await;
}

/// Forty-one fee items on one receipt, made in two batches.
async fn too_many_lines(tour: &Tour, channels: &Channels) {
    let (_, account) = tour.estate.unit("3-104").await;
    let vat = json!({"category": "not_taxable"});
    let items = (0..41).map(|n| {
        (
            "create_fee_item",
            json!({}),
            json!({"name": format!("杂费{n}"), "fund": "operating", "priority": n, "vat": vat}),
        )
    });
    let created = batch(tour, &tour.estate.finance, "item", items).await;
    let charges = created.iter().map(|answer| {
        let service = json!({"from": "2026-01-01", "until": "2026-02-01"});
        let body = json!({"fee_item": began(answer, "fee_item"), "amount": "1.00", "due_on": "2026-04-30", "service": service});
        ("post_charge", json!({"account": account}), body)
    });
    batch(tour, &tour.estate.finance, "charge", charges).await;
    let all = banked(channels, "B-3", "41.00", json!({"pays": [{"account": account}]}));
    tour.refused(&tour.estate.cashier, &[("/payments", all, 409, "lines_must_fit_receipt")]).await;
}

/// Runs commands `(operation, path, body)` as one batch; all of them are done.
async fn batch(
    tour: &Tour,
    by: &Client,
    key: &str,
    commands: impl Iterator<Item = (&'static str, Value, Value)>,
) -> Vec<Value> {
    let items = commands.enumerate().map(|(n, (operation, path, body))| {
        json!({"operation": operation, "idempotency_key": format!("{key}-{n}"), "path": path, "body": body})
    });
    let answer = tour.done(by, "/commands:batch", json!({"items": items.collect::<Vec<_>>()})).await;
    answer["items"].as_array().unwrap().iter().map(|item| item["answer"].clone()).collect()
}

async fn bank_lines(tour: &Tour, channels: &Channels) {
    let finance = &tour.estate.finance;
    let line = |account: &str| {
        json!({
            "channel_account": account, "serial": "20260301000017", "amount": "66.60", "booked_on": "2026-03-01",
            "payer": "李四", "payer_account": "6222021234567890017", "remark": "3-105 物业费",
        })
    };
    tour.refused(finance, &[("/bank-lines", line(&channels.till), 422, "bank_line_must_be_of_bank_account")]).await;
    // The unit of the remark is looked up in the read models as they are, so they shall have it.
    finance.get(&tour.at("/units")).await.good();
    let recorded = tour.done(finance, "/bank-lines", line(&channels.bank)).await;
    tour.refused(finance, &[("/bank-lines", line(&channels.bank), 409, "reference_must_be_unused")]).await;
    let statements = |account: &str| tour.at(&format!("/channel-accounts/{account}/statements"));
    let files = finance.with("content-type", "text/csv");
    let rows = |rows: &str| format!("交易日期,收入金额,支出金额,流水号,对方户名,附言\n{rows}");
    let cases = [
        (&channels.bank, rows("2026-03-01,一元,,17,李四,\n"), "statement_has_findings"),
        (&channels.bank, rows(&"2026-03-01,1.00,,,,\n".repeat(2_001)), "statement_too_long"),
        (&channels.till, rows("2026-03-01,1.00,,,,\n"), "bank_line_must_be_of_bank_account"),
    ];
    for (account, file, code) in cases {
        assert_eq!(files.post_raw(&statements(account), file).await.refused(422), code);
    }
    let file = rows("2026-03-01,66.60,,20260301000017,李四,3-105 物业费\n2026-03-01,,8.00,,,\n2026-03-01,7.70,,,,\n");
    files.post_raw(&statements(&channels.bank), file).await.good();
    let finance = finance.with("ledger-position", format!("{}@{}", tour.estate.community, recorded["position"]));
    let of_file = |waiting: &Value| waiting["items"].as_array().unwrap().iter().any(|item| item["amount"] == "7.70");
    let mut waiting = Value::Null;
    for _ in 0..200 {
        waiting = finance.get(&tour.at("/suspense?on=2026-03-02")).await.good();
        if of_file(&waiting) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let newest = waiting["items"].as_array().unwrap().iter().find(|item| item["amount"] == "66.60").unwrap();
    assert_eq!(newest["suggestions"][0]["code"], "3-105");
    finance.get(&tour.at(&format!("/payments/{}/payer", began(&recorded, "payment")))).await.good();
}

async fn suspense(tour: &Tour, channels: &Channels) {
    let (finance, cashier) = (&tour.estate.finance, &tour.estate.cashier);
    let (_, account) = tour.estate.unit("3-105").await;
    let received = tour.done(cashier, "/payments", banked(channels, "B-4", "80.00", json!({}))).await;
    let payment = began(&received, "payment");
    let path = |verb: &str| format!("/payments/{payment}/{verb}");
    let ids = json!({"payment": payment});
    let to_account = |amount: &str| json!({"amount": amount, "spending": {"rest_to": account}});
    let many = json!({"spending": {"pays": [{"account": account, "charges": vec![UNKNOWN; 400]}]}});
    let long = json!({"operation": "identify_suspense", "path": ids, "body": many, "reason": "认领"});
    let nowhere = tour.approved("identify_suspense", ids.clone(), json!({"spending": {}})).await;
    tour.refused(
        finance,
        &[
            ("/approvals", long, 422, "payload_must_fit"),
            (&path("identify"), to_account("80.01"), 409, "amount_must_not_exceed_suspense"),
            (&path("identify"), nowhere, 422, "payment_must_reach_an_account"),
            (&path("unidentify"), json!({"account": account, "lot": UNKNOWN}), 404, "lot_must_be_of_payment"),
        ],
    )
    .await;
    let body = tour.approved("identify_suspense", ids.clone(), to_account("30.00")).await;
    let identified = tour.done(finance, &path("identify"), body).await;
    let body = json!({"account": account, "lot": fact(&identified, "credit_received")["lot"], "amount": "10.00"});
    let body = tour.approved("unidentify_suspense", ids.clone(), body).await;
    tour.done(finance, &path("unidentify"), body).await;
    let body = json!({
        "amount": "20.00", "channel_account": channels.bank, "reference": "R-1", "value_on": "2026-03-02", "reason": "错汇",
    });
    let body = tour.approved("return_suspense", ids, body).await;
    tour.done(finance, &path("return"), body).await;
    let reason = json!({"reason": "录错"});
    tour.refused(finance, &[(&path("reverse"), reason, 409, "payment_must_not_be_returned")]).await;
}

async fn reversed(tour: &Tour, channels: &Channels) {
    let cashier = &tour.estate.cashier;
    let cash = json!({"channel_account": channels.till, "shift": channels.shift, "amount": "12.00", "value_on": "2026-03-02", "payer": "张三", "tendered": "20.00"});
    let received = tour.done(cashier, "/payments", cash).await;
    assert_eq!(fact(&received, "payment_received")["change"], "8.00");
    let path = format!("/payments/{}/reverse", began(&received, "payment"));
    tour.done(cashier, &path, json!({"reason": "录错"})).await;
    tour.refused(cashier, &[(&path, json!({"reason": "录错"}), 409, "payment_must_not_be_reversed")]).await;
}

/// What bank and books say of an account, and what stands between them.
async fn reconciled(tour: &Tour, channels: &Channels) {
    let finance = &tour.estate.finance;
    let at = |account: &str, path: &str| format!("/channel-accounts/{account}/{path}");
    let balance = |period: &str| json!({"period": period, "balance": "120.00"});
    let item = |on: &str| json!({"side": "bank_paid", "amount": "15.00", "booked_on": on, "note": "账户管理费"});
    let clear = |item: &str| format!("/bank-items/{item}/clear");
    let cleared = json!({"cleared_on": "2026-03-01"});
    tour.refused(
        finance,
        &[
            (&at(&channels.till, "bank-items"), item("2026-02-28"), 422, "statement_must_be_of_bank"),
            (&at(&channels.bank, "bank-balances"), balance("2026-03"), 409, "bank_month_must_be_over"),
            (&at(&channels.bank, "bank-items"), item("2026-03-03"), 422, "bank_item_must_not_be_ahead"),
            (&clear(UNKNOWN), cleared.clone(), 409, "bank_item_must_be_open"),
        ],
    )
    .await;
    tour.done(finance, &at(&channels.bank, "bank-balances"), balance("2026-02")).await;
    let stated = tour.done(finance, &at(&channels.bank, "bank-items"), item("2026-02-28")).await;
    let reading = finance.with("ledger-position", format!("{}@{}", tour.estate.community, stated["position"]));
    let path = tour.at(&format!("{}?period=2026-02", at(&channels.bank, "bank-statement")));
    let statement = reading.get(&path).await.good();
    assert_eq!(statement["items"].as_array().unwrap().len(), 1);
    let item = fact(&stated, "bank_item_stated")["item"].as_str().unwrap();
    tour.done(finance, &clear(item), cleared).await;
}

/// A line that the system matches, and a person un-matches; money that the bank takes back.
async fn banked_again(tour: &Tour, channels: &Channels) {
    let (finance, cashier) = (&tour.estate.finance, &tour.estate.cashier);
    let (_, account) = tour.estate.unit("3-106").await;
    let item = tour.estate.fee_item().await;
    let charge = tour.estate.charge(&account, &item, "31.00").await;
    finance.get(&tour.at("/units")).await.good();
    let line = json!({
        "channel_account": channels.bank, "serial": "20260302000001", "amount": "31.00", "booked_on": "2026-03-02",
        "remark": "3-106",
    });
    let recorded = tour.done(finance, "/bank-lines", line).await;
    let payment = began(&recorded, "payment");
    let reading = finance.with("ledger-position", format!("{}@{}", tour.estate.community, recorded["position"]));
    let mut found = Value::Null;
    for _ in 0..200 {
        found = reading.get(&tour.at(&format!("/payments/{payment}"))).await.good();
        if found["match_status"] == "matched" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(found["match_status"], "matched");
    let undo = format!("/payments/{payment}/undo-match");
    let body = tour.approved("undo_bank_match", json!({"payment": payment}), json!({"reason": "代缴"})).await;
    tour.done(finance, &undo, body).await;
    let spending = json!({"pays": [{"account": account, "charges": [charge]}]});
    let cheque = with(banked(channels, "30905120", "31.00", spending), "method", json!("cheque"));
    let cheque = began(&tour.done(cashier, "/payments", cheque).await, "payment");
    let cash =
        json!({"channel_account": channels.till, "shift": channels.shift, "amount": "1.00", "value_on": "2026-03-02"});
    let cash = began(&tour.done(cashier, "/payments", cash).await, "payment");
    let bounce = |payment: &str| format!("/payments/{payment}/bounce");
    let good = json!({"reference": "BACK-1", "booked_on": "2026-03-02", "reason": "存款不足"});
    tour.refused(
        finance,
        &[
            (&undo, json!({"reason": "代缴"}), 409, "bank_line_must_be_matched"),
            (&bounce(&cash), good.clone(), 422, "bounced_money_must_be_of_bank"),
            (&bounce(&cheque), with(good.clone(), "booked_on", json!("2026-02-28")), 422, "bounce_must_follow_money"),
        ],
    )
    .await;
    tour.done(finance, &bounce(&cheque), good).await;
    tour.done(cashier, &format!("/payments/{cash}/reverse"), json!({"reason": "录错"})).await;
}

async fn shifts_end(tour: &Tour, channels: &Channels) {
    let cashier = &tour.estate.cashier;
    let close = |shift: &str| format!("/shifts/{shift}/close");
    let staff = tour.estate.of_company("/staff");
    let next = began(&tour.done(&tour.estate.admin, &staff, json!({"name": "王五"})).await, "staff");
    let grant = json!({"role": "cashier", "community": tour.estate.community});
    tour.done(&tour.estate.admin, &format!("{staff}/{next}/grant-role"), grant).await;
    let counted = json!({"counted": "199.00", "handed_over_to": next, "remark": "少一元"});
    let to = |staff: Value| with(counted.clone(), "handed_over_to", staff);
    let (own, desk) = (me(cashier).await, me(&tour.estate.desk).await);
    tour.refused(
        cashier,
        &[
            (&close(&channels.shift), to(own), 422, "successor_must_be_another"),
            (&close(&channels.shift), to(desk), 422, "successor_must_be_cashier"),
        ],
    )
    .await;
    tour.done(cashier, &close(&channels.shift), counted.clone()).await;
    tour.refused(
        cashier,
        &[
            (&close(&channels.shift), counted.clone(), 409, "shift_must_be_open"),
            (&close(UNKNOWN), counted, 404, "shift_must_exist"),
        ],
    )
    .await;
}
