//! A community that goes live in mid-month with what its old books say: arrears, credit, a deposit, an agreed late fee.

use crate::estate::{Estate, fact};
use crate::server::{Server, began};
use serde_json::{Value, json};
use std::cell::Cell;
use std::time::Duration;

/// A community that goes live on 15 January, seen on the 20th; one unit and what its old books say of it.
struct OldBooks {
    estate: Estate,
    fees: String,
    deposits: String,
    unit: String,
    account: String,
    owner: String,
    /// Up to where what was sent stands: what is read is read from there on.
    sent: Cell<u64>,
}

impl OldBooks {
    async fn open() -> Self {
        let estate = Estate::build_at(Server::start().await, "2026-01-20T02:00:00Z").await;
        let fees = estate.fee_item().await;
        let deposits =
            json!({"name": "装修押金", "fund": "deposit", "priority": 20, "vat": {"category": "not_taxable"}});
        let deposits = began(&estate.finance.post(&estate.at("/fee-items"), deposits).await.good(), "fee_item");
        let (unit, account) = estate.unit("3-1-1202").await;
        let attached = estate.attach(&estate.desk, &unit, &fees).await;
        let desk = estate.desk.with("ledger-position", format!("{}@{}", estate.community, attached["position"]));
        let owner = desk.get(&estate.at(&format!("/units/{unit}"))).await.good();
        let owner = owner["owner_party"].as_str().unwrap().to_owned();
        estate.finance.post(&estate.at("/go-live"), json!({"go_live_on": "2026-01-15"})).await.good();
        Self { estate, fees, deposits, unit, account, owner, sent: Cell::new(0) }
    }

    fn owed(&self, kind: &str, month: &str, amount: &str) -> Value {
        json!({
            "kind": kind, "account": self.account, "fee_item": self.fees, "obligor": self.owner, "amount": amount,
            "service": {"from": format!("{month}-01"), "until": format!("{month}-28")}, "due_on": format!("{month}-28"),
        })
    }

    fn records(&self) -> Vec<Value> {
        let (account, fees, owner) = (&self.account, &self.fees, &self.owner);
        vec![
            self.owed("charge", "2025-10", "250.60"),
            self.owed("charge", "2025-11", "250.60"),
            self.owed("late_fee", "2025-10", "12.53"),
            json!({"kind": "credit", "account": account, "fee_item": fees, "holder": owner, "amount": "88.88"}),
            json!({
                "kind": "deposit", "account": account, "fee_item": self.deposits, "payer": owner,
                "old_receipt": "S51821", "amount": "2000.00",
            }),
            json!({"kind": "billed_until", "account": account, "fee_item": fees, "until": "2026-02-01"}),
        ]
    }

    fn totals(&self, arrears: &str) -> Value {
        let total = |kind: &str, item: &str, amount: &str| json!({"kind": kind, "fee_item": item, "amount": amount});
        json!({"totals": [
            total("charge", &self.fees, arrears),
            total("late_fee", &self.fees, "12.53"),
            total("credit", &self.fees, "88.88"),
            total("deposit", &self.deposits, "2000.00"),
        ]})
    }

    /// A batch with these records and totals, not posted.
    async fn drafted(&self, arrears: &str) -> String {
        let opening = began(&self.done("/openings", self.totals(arrears)).await, "opening");
        let path = format!("/openings/{opening}/records");
        for (index, records) in self.records().chunks(4).enumerate() {
            self.done(&path, json!({"chunk": index + 1, "records": records})).await;
        }
        opening
    }

    /// Asks for an approval, gives it, carries the command out and waits until the batch stands so.
    async fn approved(&self, command: &str, opening: &str, body: Value, status: &str) {
        let body = self.granted(command, opening, body).await;
        self.done(&format!("/openings/{opening}/{command}"), body).await;
        self.stands(opening, status).await;
    }

    /// The body of a command with the approval of another.
    async fn granted(&self, command: &str, opening: &str, mut body: Value) -> Value {
        let (operation, estate) = (format!("{command}_opening"), &self.estate);
        let ask = json!({"operation": operation, "path": {"opening": opening}, "body": body, "reason": "已核对旧账"});
        let asked = estate.finance.post(&estate.at("/approvals"), ask).await.good();
        let (approval, digest) = (began(&asked, "approval"), &fact(&asked, "approval_requested")["digest"]);
        let grant = estate.at(&format!("/approvals/{approval}/grant"));
        let alone = estate.finance.post(&grant, json!({"digest": digest})).await;
        assert_eq!(alone.refused(403), "approval_must_be_by_another");
        estate.second_finance.post(&grant, json!({"digest": digest})).await.good();
        body["approval"] = json!(approval);
        body
    }

    /// Waits until a batch stands so.
    async fn stands(&self, opening: &str, status: &str) {
        self.becomes(opening, |batch| batch["status"] == status).await;
    }

    /// Waits until a batch is so.
    async fn becomes(&self, opening: &str, is: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..400 {
            let batch = self.read(&format!("/openings/{opening}")).await;
            if is(&batch) {
                return batch;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let batch = self.read(&format!("/openings/{opening}")).await;
        assert!(is(&batch), "{batch}");
        batch
    }

    /// Sends a command of finance that is done.
    async fn done(&self, path: &str, body: Value) -> Value {
        let answer = self.estate.finance.post(&self.estate.at(path), body).await.good();
        self.sent.set(answer["position"].as_u64().unwrap());
        answer
    }

    async fn read(&self, path: &str) -> Value {
        let at = format!("{}@{}", self.estate.community, self.sent.get());
        self.estate.auditor.with("ledger-position", at).get(&self.estate.at(path)).await.good()
    }

    /// `book debit credit` of the trial balance, all months together.
    async fn books(&self) -> Vec<String> {
        let balance = self.read("/trial-balance").await;
        let text = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();
        let row = |row: &Value| format!("{} {} {}", text(row, "book"), text(row, "debit"), text(row, "credit"));
        balance["items"].as_array().unwrap().iter().map(row).collect()
    }
}

fn seen() -> Value {
    json!({"records": 6, "amount": "2602.61"})
}

#[tokio::test]
async fn a_community_goes_live_in_mid_month_with_what_its_old_books_say() {
    let old = OldBooks::open().await;
    let opening = old.drafted("501.20").await;
    assert_eq!(old.books().await, [""; 0], "a draft posts nothing");
    old.approved("post", &opening, seen(), "posted").await;
    let batch = old.read(&format!("/openings/{opening}")).await;
    assert_eq!((&batch["chunks"], &batch["standing"]), (&json!(2), &json!(2)));
    assert!(batch["totals"].as_array().unwrap().iter().all(|total| total["control_total"] == total["amount"]));
    // No revenue, no tax, no receipt: receivable, credit and deposit against the clearing.
    assert_eq!(
        old.books().await,
        ["credit 0.00 88.88", "deposit_held 0.00 2000.00", "opening_clearing 2088.88 513.73", "receivable 513.73 0.00"]
    );
    assert_eq!(old.read("/receipts").await["items"], json!([]));
    let charges = old.read(&format!("/accounts/{}/charges", old.account)).await;
    let charges = charges["items"].as_array().unwrap();
    assert!(
        charges.iter().all(|c| c["period"] == "2025-12" && c["effective_on"] == "2026-01-14" && c["tax"] == "0.00")
    );
    assert_eq!(charges.iter().filter(|charge| charge["is_late_fee"] == true).count(), 1);
    let deposits = old.read(&format!("/accounts/{}/deposits", old.account)).await;
    assert_eq!(
        (&deposits["items"][0]["old_receipt"], &deposits["items"][0]["held"]),
        (&json!("S51821"), &json!("2000.00"))
    );
    let lots = old.read(&format!("/accounts/{}/lots", old.account)).await;
    assert_eq!((&lots["items"][0]["opening"], lots["items"][0].get("payment")), (&json!(opening), None));
    arrears_and_figures(&old).await;
    billed(&old).await;
    old.estate.server.stop().await;
}

/// What was owed before counts in the arrears and figures of the month before going live.
async fn arrears_and_figures(old: &OldBooks) {
    let arrears = old.read("/arrears?before=2026-01-20").await;
    assert_eq!((&arrears["items"][0]["open"], &arrears["items"][0]["charges"]), (&json!("513.73"), &json!(3)));
    let figures = old.read("/figures?period=2026-01&as_of=2026-01-31").await;
    let row = &figures["items"][0];
    assert_eq!((&row["opening_open"], &row["received"]), (&json!("513.73"), &json!("0.00")), "{figures}");
}

/// Bills begin where the old books ended; credit of before pays what is charged now.
async fn billed(old: &OldBooks) {
    let (finance, estate) = (&old.estate.finance, &old.estate);
    let bill = estate.at(&format!("/units/{}/bill", old.unit));
    let january = finance.post(&bill, json!({"from": "2026-01"})).await;
    assert_eq!(january.refused(409), "nothing_to_bill");
    assert!(january.text.contains("already_charged"), "{}", january.text);
    let december = finance.post(&bill, json!({"from": "2025-12"})).await;
    assert!(december.text.contains("before_go_live"), "{}", december.text);
    let february = old.done(&format!("/units/{}/bill", old.unit), json!({"from": "2026-02"})).await;
    assert_eq!(fact(&february, "charge_posted")["service"]["from"], "2026-02-01");
    // The oldest debt first, and no receipt for it.
    assert_eq!(fact(&february, "charge_paid")["amount"], "88.88");
    assert_eq!(old.read("/receipts").await["items"], json!([]));
}

#[tokio::test]
async fn openings_that_do_not_agree_leave_nothing_half_done() {
    let old = OldBooks::open().await;
    let (finance, estate) = (&old.estate.finance, &old.estate);
    let twice = finance.post(&estate.at("/go-live"), json!({"go_live_on": "2026-02-01"})).await;
    assert_eq!(twice.refused(409), "go_live_must_stand");
    let opening = old.drafted("501.21").await;
    let events = estate.server.events().await;
    let post = estate.at(&format!("/openings/{opening}/post"));
    let refused = finance.post(&post, seen()).await;
    assert_eq!(refused.refused(409), "opening_totals_must_agree");
    assert!(refused.text.contains("501.21") && refused.text.contains("501.20"), "{}", refused.text);
    assert_eq!(estate.server.events().await, events);
    assert_eq!(old.read(&format!("/openings/{opening}")).await["status"], "draft");
    assert_eq!(old.books().await, [""; 0]);
    old.estate.server.stop().await;
}

#[tokio::test]
async fn a_wrong_batch_is_taken_back_and_the_right_one_posted() {
    let old = OldBooks::open().await;
    let opening = old.drafted("501.20").await;
    old.approved("post", &opening, seen(), "posted").await;
    let reason = json!({"reason": "导错账套"});
    old.approved("reverse", &opening, reason, "reversed").await;
    let books = old.books().await;
    assert!(
        books.iter().all(|row| row.split(' ').skip(1).collect::<std::collections::BTreeSet<_>>().len() == 1),
        "{books:?}"
    );
    let balance = old.read(&format!("/accounts/{}", old.account)).await;
    assert_eq!(balance["balance"], "0.00");
    let again = old.drafted("501.20").await;
    old.approved("post", &again, seen(), "posted").await;
    assert_eq!(old.read(&format!("/accounts/{}", old.account)).await["balance"], "424.85");
    old.estate.server.stop().await;
}

#[tokio::test]
async fn a_batch_that_is_refused_midway_says_why_and_goes_on_once_that_is_mended() {
    let old = OldBooks::open().await;
    // Two batches say the same, and nothing of either stands when both are let go.
    let (first, second) = (old.drafted("501.20").await, old.drafted("501.20").await);
    let mut items = Vec::new();
    for opening in [&first, &second] {
        let body = old.granted("post", opening, seen()).await;
        items.push(json!({
            "operation": "post_opening", "idempotency_key": opening, "path": {"opening": opening}, "body": body,
        }));
    }
    let estate = &old.estate;
    let sent = estate.finance.post(&estate.at("/commands:batch"), json!({"items": items})).await.good();
    let statuses: Vec<_> = sent["items"].as_array().unwrap().iter().map(|item| item["status"].clone()).collect();
    assert_eq!(statuses, [200, 200], "{sent}");
    let mut open = [first, second];
    let settled = |batch: &Value| batch["status"] == "posted" || batch["refused_by"].is_string();
    if old.becomes(&open[0], settled).await["status"] == "posted" {
        open.swap(0, 1);
    }
    let [stopped, posted] = open;
    old.stands(&posted, "posted").await;
    let batch = old.becomes(&stopped, settled).await;
    assert_eq!(
        (&batch["status"], &batch["refused_by"]),
        (&json!("posting"), &json!("charge_must_not_overlap_live_charge"))
    );
    assert_eq!((&batch["refused_chunk"], &batch["refused_record"]), (&json!(1), &json!(1)));
    assert_eq!((&batch["refused_account"], &batch["standing"]), (&json!(old.account), &json!(0)));
    assert!(batch["refused_because"]["message_zh"].is_string() && batch["refused_because"]["message_en"].is_string());
    // It may be let go on too early, and stops again.
    let resume = format!("/openings/{stopped}/resume");
    old.done(&resume, json!({})).await;
    old.becomes(&stopped, |batch| batch["resumed"] == 1 && batch["refused_by"].is_string()).await;
    old.approved("reverse", &posted, json!({"reason": "重复的期初批次"}), "reversed").await;
    old.done(&resume, json!({})).await;
    old.stands(&stopped, "posted").await;
    let again = estate.finance.post(&estate.at(&resume), json!({})).await;
    assert_eq!(again.refused(409), "opening_must_be_stopped");
    assert_eq!(old.read(&format!("/accounts/{}", old.account)).await["balance"], "424.85");
    old.estate.server.stop().await;
}

#[tokio::test]
async fn only_finance_has_openings_and_a_batch_goes_on_after_a_restart() {
    let mut old = OldBooks::open().await;
    for client in [&old.estate.desk, &old.estate.cashier, &old.estate.auditor] {
        let reply = client.post(&old.estate.at("/openings"), old.totals("501.20")).await;
        assert_eq!(reply.status, 403, "{}", reply.text);
    }
    let opening = old.drafted("501.20").await;
    let ask = json!({"operation": "post_opening", "path": {"opening": opening}, "body": seen(), "reason": "已核对"});
    let asked = old.estate.finance.post(&old.estate.at("/approvals"), ask).await.good();
    let (approval, digest) = (began(&asked, "approval"), &fact(&asked, "approval_requested")["digest"]);
    let grant = old.estate.at(&format!("/approvals/{approval}/grant"));
    old.estate.second_finance.post(&grant, json!({"digest": digest})).await.good();
    let mut body = seen();
    body["approval"] = json!(approval);
    old.done(&format!("/openings/{opening}/post"), body).await;
    old.estate.server = old.estate.server.restart().await;
    old.stands(&opening, "posted").await;
    assert_eq!(old.read(&format!("/accounts/{}", old.account)).await["balance"], "424.85");
    old.estate.server.stop().await;
}
