//! Imports, and then every read, of what the walk has left behind.

use super::Tour;
use crate::api::imports::{answers, commit, import_id, roster, upload};
use crate::client::Client;
use serde_json::{Value, json};

pub(super) async fn walk(tour: &Tour) {
    imports(tour).await;
    of_installation_and_company(tour).await;
    let reader = Reads::begin(tour).await;
    of_estate(&reader).await;
    of_account(&reader).await;
    of_books(&reader).await;
    of_figures(&reader).await;
    of_what_ifs(&reader).await;
    tour.estate.finance.follow(&tour.estate.at("/events"), 0).await.next().await;
}

async fn imports(tour: &Tour) {
    let estate = &tour.estate;
    let faulty = upload(&estate.desk, estate, roster("2,陈三,139123456789,\n")).await.good();
    let path = format!("/imports/{}", import_id(&faulty));
    tour.refused(&estate.finance, &[(&format!("{path}/commit"), answers(&faulty), 409, "import_has_findings")]).await;
    let workbook = estate.desk.get(&estate.at(&format!("{path}/error-workbook"))).await;
    assert!(workbook.status.is_success() && !workbook.bytes.is_empty());
    let preview = upload(&estate.desk, estate, roster("")).await.good();
    let import = import_id(&preview);
    let good = answers(&preview);
    let mut wrong = good.clone();
    wrong["fee_items"][0]["vat"] = json!({"category": "exempt", "rate": "0.06"});
    let mut of_no_item = good.clone();
    of_no_item["fee_items"][0]["fee_item"] = json!("9");
    let path = format!("/imports/{import}/commit");
    tour.refused(
        &estate.finance,
        &[
            (&path, json!({"fee_items": []}), 422, "answers_must_cover_fee_items"),
            (&path, of_no_item, 422, "answer_must_name_fee_item_once"),
        ],
    )
    .await;
    assert_eq!(commit(estate, &import, &wrong).await["interrupted_by"]["code"], "import_answers_refused");
    assert_eq!(commit(estate, &import, &good).await["state"], "completed");
}

async fn of_installation_and_company(tour: &Tour) {
    let estate = &tour.estate;
    for path in ["/companies", "/me"] {
        estate.server.admin.get(&format!("/api/v1{path}")).await.good();
    }
    for path in ["/communities", "/staff", "/channel-accounts", "/role-limits"] {
        estate.auditor.get(&estate.of_company(path)).await.good();
    }
}

/// Reads at the newest position.
struct Reads<'a> {
    tour: &'a Tour,
    client: Client,
}

impl<'a> Reads<'a> {
    async fn begin(tour: &'a Tour) -> Self {
        let estate = &tour.estate;
        let body = json!({"allocation_policy": "principal_first", "notice_days": 0});
        let newest = tour.done(&estate.finance, "/rules", body).await;
        let client = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, newest["position"]));
        let reads = Self { tour, client };
        reads.of(&format!("/commands/{}", newest["command_id"].as_str().unwrap())).await;
        reads
    }

    async fn of(&self, path: &str) -> Value {
        self.client.get(&self.tour.estate.at(path)).await.good()
    }

    /// Takes a file that is not empty.
    async fn file(&self, path: &str) {
        let file = self.client.get(&self.tour.estate.at(path)).await;
        assert!(file.status.is_success() && !file.bytes.is_empty(), "{path}: {}", file.text);
    }

    /// Reads a list that is not empty; answers the id of its first item.
    async fn first(&self, path: &str, id: &str) -> String {
        let list = self.of(path).await;
        let first = list["items"][0][id].as_str();
        assert!(first.is_some(), "no {id} in {path}: {list}");
        first.unwrap().to_owned()
    }

    /// Reads a list, and the first of its items by id.
    async fn first_and_one(&self, path: &str, id: &str) -> String {
        let first = self.first(path, id).await;
        self.of(&format!("{path}/{first}")).await;
        first
    }
}

async fn of_estate(reads: &Reads<'_>) {
    for path in ["/rules", "/fee-items", "/tariffs", "/unit-attributes", "/reminders", "/imports"] {
        reads.of(path).await;
    }
    let billed = reads.of("/unit-by-code?code=2-103").await;
    reads.first(&format!("/units/{}/fee-items", billed["unit"].as_str().unwrap()), "fee_item").await;
    let priced = reads.of("/unit-by-code?code=1-109").await;
    for list in ["attributes", "prices"] {
        reads.first(&format!("/units/{}/{list}", priced["unit"].as_str().unwrap()), "unit").await;
    }
    let party = billed["owner_party"].as_str().unwrap();
    reads.first("/parties", "party").await;
    reads.of(&format!("/parties/{party}")).await;
    reads.first(&format!("/parties/{party}/members"), "person").await;
    reads.first_and_one("/units", "unit").await;
    reads.first_and_one("/bill-runs", "run").await;
    reads.first_and_one("/work-orders", "work_order").await;
}

async fn of_account(reads: &Reads<'_>) {
    let unit = reads.of("/unit-by-code?code=4-101").await;
    let account = format!("/accounts/{}", unit["account"].as_str().unwrap());
    reads.of(&account).await;
    for (list, id) in [
        ("balances", "party"),
        ("allocations", "allocation"),
        ("lots", "lot"),
        ("statement", "event_type"),
        ("payments", "payment"),
        ("receipts", "receipt"),
    ] {
        reads.first(&format!("{account}/{list}"), id).await;
    }
    let file = format!("{account}/statement/file");
    for (question, code) in [
        ("?to=2026-12-31", "field_required"),
        ("?from=2026-03-02&to=2026-03-01", "range_must_not_be_empty"),
        ("?from=1990-01-01&to=2026-12-31", "statement_range_must_be_bounded"),
    ] {
        let path = reads.tour.estate.at(&format!("{file}{question}"));
        assert_eq!(reads.client.get(&path).await.blamed(400).1, code, "{question}");
    }
    reads.file(&format!("{file}?from=2026-01-01&to=2026-12-31")).await;
    reads.file(&format!("{account}/statement/document?from=2026-01-01&to=2026-12-31")).await;
    let charge = reads.first(&format!("{account}/charges"), "charge").await;
    reads.of(&format!("/charges/{charge}")).await;
}

async fn of_books(reads: &Reads<'_>) {
    let payment = reads.first_and_one("/payments", "payment").await;
    reads.first(&format!("/payments/{payment}/receipts"), "receipt").await;
    let receipt = reads.first_and_one("/receipts", "receipt").await;
    reads.first(&format!("/receipts/{receipt}/lines"), "fund").await;
    reads.file(&format!("/receipts/{receipt}/document")).await;
    reads.file("/receipts:documents?month=2026-03&layout=roll_80mm").await;
    reads.of(&format!("/receipts/{receipt}/verification")).await;
    reads.first("/outbox", "kind").await;
    for (list, id) in [("/refunds", "refund"), ("/approvals", "approval")] {
        reads.first_and_one(list, id).await;
    }
    let shifts = reads.of("/shifts").await;
    let banked = shifts["items"].as_array().unwrap().iter().find(|shift| shift["banked"] == "87.50").unwrap();
    reads.of(&format!("/shifts/{}", banked["shift"].as_str().unwrap())).await;
    reads.file("/trial-balance/file?until=2026-12&format=csv").await;
    for (list, id) in [
        ("/arrears?before=2100-12-31", "account"),
        ("/collection-rates?from=2026-01&to=2026-03", "fee_item"),
        ("/trial-balance?until=2026-12", "book"),
        ("/journal?limit=200", "book"),
        ("/voucher-series", "purse"),
    ] {
        reads.first(list, id).await;
    }
    of_vouchers(reads).await;
}

async fn of_vouchers(reads: &Reads<'_>) {
    let series = reads.of("/voucher-series").await;
    for purse in ["company", "maintenance_fund"] {
        let of = series["items"].as_array().unwrap().iter().find(|series| series["purse"] == purse).unwrap();
        let period = of["period"].as_str().unwrap();
        let voucher = reads.first(&format!("/vouchers?period={period}&purse={purse}"), "voucher").await;
        let one = reads.of(&format!("/vouchers/{voucher}")).await;
        assert_eq!((&one["number"], &one["purse"]), (&json!(1), &json!(purse)));
        reads.first(&format!("/vouchers/{voucher}/lines"), "book").await;
    }
    reads.of("/vouchers").await;
    let period = series["items"][0]["period"].as_str().unwrap();
    let chart = reads.of(&format!("/chart?period={period}")).await;
    let own: Vec<&Value> = chart["items"].as_array().unwrap().iter().filter(|code| code["own"] == true).collect();
    assert_eq!((own.len(), &own[0]["code"]), (1, &json!("5001.01")));
    for format in
        ["ufida_v800", "kingdee_kis", "hledger", "beancount", "gbt24589", "trial_balance_csv", "receivable_xlsx"]
    {
        for purse in ["company", "maintenance_fund"] {
            reads.file(&format!("/books/file?period={period}&format={format}&purse={purse}")).await;
        }
    }
    for (question, code) in [
        ("?format=hledger", "field_required"),
        ("?period=2026-01", "field_required"),
        ("?period=2026-01&format=sap", "word_not_allowed"),
    ] {
        let reply = reads.client.get(&reads.tour.estate.at(&format!("/books/file{question}"))).await;
        assert_eq!(reply.blamed(400).1, code, "{question}");
    }
}

/// Of what the run billed: another price, and whatever makes no sense.
async fn of_what_ifs(reads: &Reads<'_>) {
    let billed = reads.of("/unit-by-code?code=2-103").await;
    let unit = billed["unit"].as_str().unwrap();
    let item = reads.first(&format!("/units/{unit}/fee-items"), "fee_item").await;
    let path = |item: &str, more: &str| format!("/what-if?period=2026-03&as_of=2026-12-31&fee_item={item}{more}");
    reads.first(&path(&item, "&percent=90"), "unit").await;
    let items = reads.of("/fee-items").await;
    let items = items["items"].as_array().unwrap();
    let bare = items.iter().find(|item| item["name"] == "装修管理费").unwrap()["fee_item"].as_str().unwrap();
    for (question, status, code) in [
        (path(&item, ""), 400, "exactly_one_change"),
        (path(&item, "&price=1&percent=90"), 400, "exactly_one_change"),
        (path(&item, "&percent=90&to=2028-03"), 422, "months_must_be_in_range"),
        (path(&item, "&percent=90&from=2026-03-01&until=2026-03-01"), 422, "days_must_be_in_order"),
        (path(&item, "&percent=1000.5"), 422, "percent_must_be_in_range"),
        (path(&item, "&percent=90&from=2027-01-01"), 422, "day_must_lie_in_ledger"),
        (path(bare, "&price=1"), 409, "price_must_be_one_number"),
    ] {
        let reply = reads.client.get(&reads.tour.estate.at(&question)).await;
        assert_eq!(reply.blamed(status).1, code, "{question}");
    }
}

async fn of_figures(reads: &Reads<'_>) {
    let period = "period=2026-03&to=2026-12&as_of=2100-12-31";
    reads.first(&format!("/figures?{period}&by=fee_item"), "fee_item").await;
    reads.first(&format!("/figures/restatement?{period}&before=1"), "event_type").await;
    let of_company = reads.tour.estate.of_company(&format!("/figures?{period}"));
    reads.tour.estate.auditor.get(&of_company).await.good();
    for (question, code) in [
        ("/figures?period=2026-02&to=2026-01", "period_must_not_be_reversed"),
        ("/figures?period=2026-02&as_of=2026-01-31", "as_of_must_not_precede_period"),
        ("/figures?period=1999-01", "as_of_must_not_precede_ledger"),
        ("/figures?known_at=0", "known_at_must_not_precede_ledger"),
        ("/figures?known_at=2100-12-31", "known_at_must_not_be_in_future"),
        ("/figures?known_at=soon", "known_at_malformed"),
        ("/figures/restatement?before=2&known_at=1", "known_times_must_be_in_order"),
    ] {
        assert_eq!(reads.client.get(&reads.tour.estate.at(question)).await.blamed(400).1, code, "{question}");
    }
}
