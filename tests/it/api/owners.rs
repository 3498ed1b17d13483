//! A unit is sold in mid-month and it is known late: who owes what, whose credit it is, and who sees which of it.

use super::bill_runs;
use crate::client::Client;
use crate::estate::{Estate, fact};
use crate::server::{Server, began};
use mingzhang_api::import::workbook::read_xlsx;
use mingzhang_store::postgres::Role;
use mingzhang_store::verify;
use serde_json::{Value, json};

const CLOCK: &str = "mingzhang-given-time";

/// A unit of 89.5 m², billed 250.60 a month by the quarter, 2026-01-05 on its ledger's clock.
struct Home {
    estate: Estate,
    unit: String,
    account: String,
    seller: String,
    buyer: String,
}

impl Home {
    async fn build() -> Self {
        let estate = Estate::build_at(Server::start().await, "2026-01-05T02:00:00Z").await;
        let (unit, account) = estate.unit("3-1-1202").await;
        let created = json!({"name": "物业费", "fund": "operating", "priority": 10, "vat": {"category": "rated", "rate": "0.06"}});
        let item = began(&estate.finance.post(&estate.at("/fee-items"), created).await.good(), "fee_item");
        let tariff = json!({
            "from": "2020-01-01", "price": {"kind": "per_area", "area": "building", "unit_price": "2.8"},
            "cycle_months": 3, "basis": "calendar", "timing": "advance", "due": {"kind": "days_after", "days": 15},
        });
        estate.finance.post(&estate.at(&format!("/fee-items/{item}/tariffs")), tariff).await.good();
        let attached = estate.attach(&estate.desk, &unit, &item).await;
        let at = format!("{}@{}", estate.community, attached["position"]);
        let row = estate.desk.with("ledger-position", at).get(&estate.at(&format!("/units/{unit}"))).await.good();
        let seller = row["owner_party"].as_str().unwrap().to_owned();
        let person = estate.person("孙六").await;
        let members = json!([{"person": person, "share": "1"}]);
        let buyers = json!({"kind": "owner_group", "members": members, "contact": person});
        let buyer = began(&estate.desk.post(&estate.at("/parties"), buyers).await.good(), "party");
        Self { estate, unit, account, seller, buyer }
    }

    fn at(&self, client: &Client, day: &str) -> Client {
        client.with(CLOCK, format!("{day}T02:00:00Z"))
    }

    fn of_unit(&self, verb: &str) -> String {
        self.estate.at(&format!("/units/{}/{verb}", self.unit))
    }

    /// Bills the first quarter; answers the charges of January, February and March.
    async fn bill(&self) -> Vec<String> {
        let billed = self.estate.finance.post(&self.of_unit("bill"), json!({"from": "2026-01"})).await.good();
        posted(&billed).into_iter().map(|charge| charge["charge"].as_str().unwrap().to_owned()).collect()
    }

    /// The seller pays what he names, and a little more; answers his lot.
    async fn pay(&self, charges: &[&String], amount: &str) -> String {
        let bank = self.estate.channel_account("bank").await;
        let body = json!({
            "channel_account": bank, "reference": "B-1", "amount": amount, "value_on": "2026-01-05",
            "spending": {
                "pays": [{"account": self.account, "charges": charges}], "rest_to": self.account, "charges_only": true,
            },
        });
        let paid = self.estate.cashier.post(&self.estate.at("/payments"), body).await.good();
        fact(&paid, "credit_received")["lot"].as_str().unwrap().to_owned()
    }

    /// Closes a month in which so many bank accounts moved, none of them reconciled.
    async fn close(&self, day: &str, (period, banks): (&str, u32)) {
        let finance = self.at(&self.estate.finance, day);
        let body = json!({"period": period, "allowance_declined": true, "bank_accounts": banks});
        finance.post(&self.estate.at("/periods:close"), body).await.good();
    }

    /// A list of the account once an answer is reflected.
    async fn list(&self, after: &Value, of: &str) -> Vec<Value> {
        let at = format!("{}@{}", self.estate.community, after["position"]);
        let reader = self.estate.auditor.with("ledger-position", at);
        let list = reader.get(&self.estate.at(&format!("/accounts/{}/{of}", self.account))).await.good();
        list["items"].as_array().unwrap().clone()
    }

    /// Every list that a party is shown.
    async fn seen_by(&self, after: &Value, party: &str) -> Vec<Value> {
        let mut seen = Vec::new();
        for list in
            ["charges", "lots", "statement", "allocations", "balances", "deposits", "receipts", "payments", "late-fees"]
        {
            seen.extend(self.list(after, &format!("{list}?party={party}")).await);
        }
        for list in ["refunds", "reminders", "formal-demands"] {
            let path = self.estate.at(&format!("/{list}?account={}&party={party}", self.account));
            seen.extend(self.estate.auditor.get(&path).await.good()["items"].as_array().unwrap().clone());
        }
        seen.extend(self.paper(after, party).await.into_iter().map(Value::from));
        seen
    }

    /// The lines of a party's statement as it is handed out on paper, headings first.
    async fn paper(&self, after: &Value, party: &str) -> Vec<String> {
        let at = format!("{}@{}", self.estate.community, after["position"]);
        let reader = self.estate.auditor.with("ledger-position", at);
        let file = format!("/accounts/{}/statement/file?from=2026-01-01&to=2026-12-31&party={party}", self.account);
        let [csv, xlsx] = ["csv", "xlsx"].map(|format| self.estate.at(&format!("{file}&format={format}")));
        let lines: Vec<String> = reader.get(&csv).await.text.lines().map(str::to_owned).collect();
        let book = read_xlsx(&reader.get(&xlsx).await.bytes).unwrap();
        assert_eq!(book.sheets[0].rows.len(), lines.len(), "both forms say the same");
        lines
    }
}

fn posted(answer: &Value) -> Vec<&Value> {
    let facts = answer["result"]["facts"].as_array().unwrap();
    facts.iter().filter(|fact| fact["event_type"] == "charge_posted").map(|fact| &fact["data"]).collect()
}

/// Service, amount, obligor and what is paid of each live charge, in order of time.
fn rows(charges: &[Value]) -> Vec<[String; 4]> {
    let live = charges.iter().filter(|charge| charge["status"] != "reversed");
    let mut rows: Vec<_> = live
        .map(|charge| {
            ["service_from", "amount", "obligor_party", "paid"].map(|field| charge[field].as_str().unwrap().to_owned())
        })
        .collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn a_sale_that_is_known_late_charges_each_his_days_and_leaves_the_seller_his_money() {
    let home = Home::build().await;
    let [january, _, march] = &home.bill().await[..] else { panic!("three months") };
    let lot = home.pay(&[january, march], "550.60").await;
    home.close("2026-02-02", ("2026-01", 1)).await;
    home.close("2026-03-02", ("2026-02", 0)).await;
    let (desk, finance) = (home.at(&home.estate.desk, "2026-03-05"), home.at(&home.estate.finance, "2026-03-05"));
    let set = json!({"from": "2026-02-11", "party": home.buyer});
    assert_eq!(desk.post(&home.of_unit("owners"), set).await.refused(409), "charges_must_be_transferred");
    let preview = home.of_unit(&format!("transfer?from=2026-02-11&party={}", home.buyer));
    let preview = home.estate.auditor.get(&preview).await.good();
    let amounts = |list: &str| -> Vec<Value> {
        preview[list].as_array().unwrap().iter().map(|charge| charge["amount"].clone()).collect()
    };
    assert_eq!(amounts("reversed"), ["250.60"]);
    assert_eq!(amounts("charged"), ["89.50", "161.10"]);
    assert_eq!(amounts("kept"), ["250.60"], "March is paid");
    assert_eq!((&preview["credit"][0]["lot"], &preview["credit"][0]["rest"]), (&json!(lot), &json!("49.40")));
    let mut sale = json!({
        "from": "2026-02-11", "party": home.buyer, "reason": "买卖合同备案",
        "credit": [{"lot": lot, "fate": "refunded", "amount": "49.40"}],
    });
    assert_eq!(finance.post(&home.of_unit("transfer"), sale.clone()).await.refused(403), "approval_must_be_given");
    let ask = json!({"operation": "transfer_unit", "path": {"unit": home.unit}, "body": sale, "reason": "核对无误"});
    let asked = finance.post(&home.estate.at("/approvals"), ask).await.good();
    let grant = json!({"digest": fact(&asked, "approval_requested")["digest"]});
    let grants = home.estate.at(&format!("/approvals/{}/grant", began(&asked, "approval")));
    home.at(&home.estate.second_finance, "2026-03-05").post(&grants, grant).await.good();
    sale["approval"] = json!(began(&asked, "approval"));
    let done = finance.post_as("sale", &home.of_unit("transfer"), sale.clone()).await.good();
    assert_eq!(finance.post_as("sale", &home.of_unit("transfer"), sale).await.good(), done);
    assert!(done["result"]["facts"].as_array().unwrap().iter().all(|fact| fact["effective_on"] == "2026-03-05"));
    assert!(posted(&done).iter().all(|charge| charge["booking"]["period"] == "2026-03"), "February is closed");
    assert_eq!(fact(&done, "unit_transferred")["kept"], json!([march]));
    let [seller, buyer] = [&home.seller, &home.buyer];
    assert_eq!(
        rows(&home.list(&done, "charges").await),
        [
            ["2026-01-01", "250.60", seller, "250.60"],
            ["2026-02-01", "89.50", seller, "0.00"],
            ["2026-02-11", "161.10", buyer, "0.00"],
            ["2026-03-01", "250.60", seller, "250.60"],
        ]
    );
    let figures = home.at(&home.estate.auditor, "2026-03-05");
    let figures = figures.get(&home.estate.at("/figures?period=2026-03")).await.good();
    assert!(figures["items"].as_array().unwrap().iter().all(|row| row["identity"]["holds"] == true));
    verified(&home.estate).await;
    each_sees_his_own(&home).await;
    home.estate.server.stop().await;
}

/// What one is shown names nothing of the other: no amount of his, no charge, no lot.
async fn each_sees_his_own(home: &Home) {
    let rules = json!({"stages": [1], "pause_days": 7});
    let desk = home.at(&home.estate.desk, "2026-05-05");
    let path = home.estate.at(&format!("/accounts/{}/reminders", home.account));
    let reminded = desk.post(&path, rules).await.good();
    let told = reminded["result"]["facts"].as_array().unwrap();
    let told: Vec<_> = told.iter().map(|fact| (&fact["data"]["party"], &fact["data"]["open"])).collect();
    assert!(
        told.contains(&(&json!(home.seller), &json!("89.50")))
            && told.contains(&(&json!(home.buyer), &json!("161.10")))
    );
    let finance = home.at(&home.estate.finance, "2026-05-05");
    let mut newest = reminded;
    for party in [&home.seller, &home.buyer] {
        let demand = json!({"party": party, "pay_by": "2026-06-05"});
        let path = home.estate.at(&format!("/accounts/{}/formal-demands", home.account));
        newest = finance.post(&path, demand).await.good();
    }
    let seen = json!(home.seen_by(&newest, &home.buyer).await).to_string();
    for sellers in ["250.60", "89.50", "49.40", "550.60", &home.seller] {
        assert!(!seen.contains(sellers), "the buyer sees {sellers} in {seen}");
    }
    let seen = json!(home.seen_by(&newest, &home.seller).await).to_string();
    assert!(!seen.contains("161.10") && !seen.contains(&home.buyer), "the seller sees the buyer's: {seen}");
    let balance = async |party: &str| {
        let lines = home.list(&newest, &format!("statement?party={party}")).await;
        let balance = lines.last().unwrap()["balance"].as_str().unwrap().to_owned();
        let paper = home.paper(&newest, party).await;
        assert!(paper.last().unwrap().contains(&format!("期末余额,,,,,,{balance},")), "{paper:?}");
        balance
    };
    assert_eq!([balance(&home.seller).await, balance(&home.buyer).await], ["89.50", "161.10"]);
    let demands = home.estate.at(&format!("/formal-demands?account={}&party={}", home.account, home.buyer));
    let demands = home.estate.auditor.get(&demands).await.good()["items"].clone();
    assert_eq!((demands.as_array().unwrap().len(), &demands[0]["amount"]), (1, &json!("161.10")));
    let paid = home.list(&newest, &format!("payments?party={}", home.seller)).await;
    assert_eq!((paid.len(), &paid[0]["amount"]), (1, &json!("550.60")));
    let whole = home.list(&newest, "statement").await;
    assert_eq!(whole.last().unwrap()["balance"], "250.60");
}

async fn verified(estate: &Estate) {
    let pool = estate.server.database().pool(Role::Auditor).await.unwrap();
    let ledger = estate.community.parse::<uuid::Uuid>().unwrap().into();
    let report = verify::ledger(&pool, ledger, None, &|_| {}).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
}

#[tokio::test]
async fn what_was_paid_ahead_is_freed_and_moved_and_the_buyers_month_is_billed_again() {
    let home = Home::build().await;
    let charges = home.bill().await;
    let lot = home.pay(&charges.iter().collect::<Vec<_>>(), "751.80").await;
    let evidence = "ab".repeat(32);
    let mut sale = json!({
        "from": "2026-02-11", "party": home.buyer, "reason": "买卖合同备案", "paid_ahead": "freed",
        "credit": [{"lot": lot, "fate": "moved", "amount": "411.70", "evidence": evidence}],
    });
    let ask = json!({"operation": "transfer_unit", "path": {"unit": home.unit}, "body": sale, "reason": "核对无误"});
    let (finance, second) = (&home.estate.finance, &home.estate.second_finance);
    let asked = finance.post(&home.estate.at("/approvals"), ask).await.good();
    let grant = json!({"digest": fact(&asked, "approval_requested")["digest"]});
    let grants = home.estate.at(&format!("/approvals/{}/grant", began(&asked, "approval")));
    second.post(&grants, grant).await.good();
    sale["approval"] = json!(began(&asked, "approval"));
    let done = finance.post(&home.of_unit("transfer"), sale).await.good();
    let [seller, buyer] = [&home.seller, &home.buyer];
    assert_eq!(
        rows(&home.list(&done, "charges").await),
        [
            ["2026-01-01", "250.60", seller, "250.60"],
            ["2026-02-01", "89.50", seller, "89.50"],
            ["2026-02-11", "161.10", buyer, "0.00"],
            ["2026-03-01", "250.60", buyer, "0.00"],
        ],
        "credit that was kept back stays so until it is released"
    );
    let moved = fact(&done, "credit_moved")["to_lot"].as_str().unwrap();
    let release = home.estate.at(&format!("/accounts/{}/lots/{moved}/release", home.account));
    finance.post(&release, json!({})).await.good();
    let drawn = home.estate.at(&format!("/accounts/{}/draw-down", home.account));
    let drawn = finance.post(&drawn, json!({})).await.good();
    let of_buyer = home.list(&drawn, &format!("statement?party={buyer}")).await;
    assert_eq!(of_buyer.last().unwrap()["balance"], "0.00");
    let paper = home.paper(&drawn, buyer).await;
    assert!(paper.last().unwrap().contains("期末余额,,,,,,0.00,"), "{paper:?}");
    let paid = home.list(&drawn, &format!("payments?party={buyer}")).await;
    assert_eq!(paid, [Value::Null; 0], "he got the credit; the payment stays the seller's");
    // The buyer's part of February was a mistake after all: it is billed again, and both stay visible.
    let february = posted(&done)[1]["charge"].as_str().unwrap();
    let reverse = home.estate.at(&format!("/accounts/{}/charges/{february}/reverse", home.account));
    let ask = json!({
        "operation": "reverse_charge", "path": {"account": home.account, "charge": february},
        "body": {"reason": "面积有误"}, "reason": "核对无误",
    });
    let asked = finance.post(&home.estate.at("/approvals"), ask).await.good();
    let grant = json!({"digest": fact(&asked, "approval_requested")["digest"]});
    let grants = home.estate.at(&format!("/approvals/{}/grant", began(&asked, "approval")));
    second.post(&grants, grant).await.good();
    let body = json!({"reason": "面积有误", "approval": began(&asked, "approval")});
    finance.post(&reverse, body).await.good();
    let again = finance.post(&home.of_unit("bill"), json!({"from": "2026-01"})).await.good();
    assert_eq!((posted(&again).len(), &posted(&again)[0]["amount"]), (1, &json!("161.10")));
    assert_eq!(posted(&again)[0]["booking"]["obligor"], json!(buyer));
    let all = home.list(&again, "charges").await;
    let of_days = all.iter().filter(|charge| charge["service_from"] == "2026-02-11");
    assert_eq!(of_days.count(), 2);
    verified(&home.estate).await;
    home.estate.server.stop().await;
}

impl Home {
    /// Lets a bill run of January go over the community, which bills its quarter; answers its end and its charges.
    async fn run(&self, day: &str) -> (Value, usize) {
        let finance = self.at(&self.estate.finance, day);
        let (run, mut events) = bill_runs::start(&self.estate, &finance, "2026-01").await;
        let (end, charges) = bill_runs::completed(&mut events, &run).await;
        (json!({"position": end["position"]}), charges)
    }

    /// The body of a command with the approval of another for exactly it.
    async fn approved(&self, day: &str, operation: &str, path: Value, mut body: Value) -> Value {
        let [finance, second] = [&self.estate.finance, &self.estate.second_finance].map(|who| self.at(who, day));
        let ask = json!({"operation": operation, "path": path, "body": body, "reason": "核对无误"});
        let asked = finance.post(&self.estate.at("/approvals"), ask).await.good();
        let grant = json!({"digest": fact(&asked, "approval_requested")["digest"]});
        second.post(&self.estate.at(&format!("/approvals/{}/grant", began(&asked, "approval"))), grant).await.good();
        body["approval"] = json!(began(&asked, "approval"));
        body
    }

    /// Reverses the live charge of a party that begins on a day.
    async fn reverse(&self, day: &str, (party, from): (&str, &str)) {
        let now = json!({"position": self.estate.server.head(&self.estate.community).await});
        let charges = self.list(&now, &format!("charges?party={party}")).await;
        let is_it = |charge: &&Value| charge["service_from"] == from && charge["status"] != "reversed";
        let charge = charges.iter().find(is_it).unwrap()["charge"].clone();
        let path = json!({"account": self.account, "charge": charge});
        let body = self.approved(day, "reverse_charge", path, json!({"reason": "面积有误"})).await;
        let reverse = format!("/accounts/{}/charges/{}/reverse", self.account, charge.as_str().unwrap());
        self.at(&self.estate.finance, day).post(&self.estate.at(&reverse), body).await.good();
    }

    /// Every day of the quarter is charged to one party, once.
    fn once_and_whole(charges: &[Value]) {
        let live = charges.iter().filter(|charge| charge["status"] != "reversed");
        let mut days: Vec<_> = live
            .map(|charge| ["service_from", "service_until"].map(|day| charge[day].as_str().unwrap().to_owned()))
            .collect();
        days.sort();
        assert_eq!((days[0][0].as_str(), days[days.len() - 1][1].as_str()), ("2026-01-01", "2026-04-01"));
        assert!(days.windows(2).all(|two| two[0][1] == two[1][0]), "{days:?}");
    }
}

#[tokio::test]
async fn a_bill_run_after_a_sale_bills_each_his_days_also_again() {
    let home = Home::build().await;
    let [seller, buyer] = [&home.seller, &home.buyer];
    let sale = json!({"from": "2026-02-11", "party": buyer, "reason": "买卖合同备案"});
    home.estate.desk.post(&home.of_unit("transfer"), sale).await.good();
    let (end, charges) = home.run("2026-03-05").await;
    assert_eq!(charges, 4);
    let each_his = [
        ["2026-01-01", "250.60", seller, "0.00"],
        ["2026-02-01", "89.50", seller, "0.00"],
        ["2026-02-11", "161.10", buyer, "0.00"],
        ["2026-03-01", "250.60", buyer, "0.00"],
    ];
    let all = home.list(&end, "charges").await;
    assert_eq!(rows(&all), each_his);
    Home::once_and_whole(&all);
    assert_eq!(home.run("2026-03-05").await.1, 0, "it is all charged already");
    // What is reversed is billed again, to whoever owes those days.
    home.reverse("2026-03-05", (seller, "2026-02-01")).await;
    home.reverse("2026-03-05", (buyer, "2026-03-01")).await;
    let (end, charges) = home.run("2026-03-06").await;
    assert_eq!(charges, 2);
    let all = home.list(&end, "charges").await;
    assert_eq!((rows(&all), all.len()), (each_his.map(|row| row.map(str::to_owned)).to_vec(), 6));
    Home::once_and_whole(&all);
    debts_of_each(&home).await;
    verified(&home.estate).await;
    home.estate.server.stop().await;
}

/// The buyer pays his part of February; the seller keeps his debts.
async fn debts_of_each(home: &Home) {
    let [seller, buyer] = [&home.seller, &home.buyer];
    let now = json!({"position": home.estate.server.head(&home.estate.community).await});
    let of_buyer = home.list(&now, &format!("charges?party={buyer}")).await;
    let february = of_buyer.iter().find(|charge| charge["service_from"] == "2026-02-11").unwrap()["charge"].clone();
    let bank = home.estate.channel_account("bank").await;
    let pay = json!({
        "channel_account": bank, "reference": "B-2", "amount": "200.00", "value_on": "2026-03-07",
        "spending": {
            "pays": [{"account": home.account, "charges": [february]}], "rest_to": home.account, "charges_only": true,
        },
    });
    let cashier = home.at(&home.estate.cashier, "2026-03-07");
    let paid = cashier.post(&home.estate.at("/payments"), pay).await.good();
    let balances = home.list(&paid, "balances").await;
    let of = |party: &str| {
        let row = balances.iter().find(|row| row["fund"] == "operating" && row["party"] == party).unwrap();
        ["receivable", "credit"].map(|book| row[book].as_str().unwrap().to_owned())
    };
    assert_eq!([of(seller), of(buyer)], [["340.10", "0.00"], ["250.60", "38.90"]]);
    let at = format!("{}@{}", home.estate.community, paid["position"]);
    let reader = home.at(&home.estate.auditor, "2026-03-07").with("ledger-position", at);
    let arrears = reader.get(&home.estate.at("/arrears?before=2026-12-31")).await.good();
    let arrears = &arrears["items"][0];
    assert_eq!((&arrears["open"], &arrears["charges"]), (&json!("590.70"), &json!(3)));
    for by in ["building", "fee_item"] {
        let figures = format!("/figures?period=2026-01&to=2026-03&as_of=2026-12-31&by={by}");
        let figures = reader.get(&home.estate.at(&figures)).await.good();
        let items = figures["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{figures}");
        let row = &items[0];
        assert_eq!((&row["net_charges"], &row["collected_of_period"]), (&json!("751.80"), &json!("161.10")), "{by}");
        assert_eq!((&row["current_rate"], &row["identity"]["holds"]), (&json!("0.2143"), &json!(true)), "{by}");
        assert_eq!((&row["households_charged"], &row["households_paid"]), (&json!(1), &json!(0)), "{by}");
    }
}

#[tokio::test]
async fn months_that_were_reversed_before_a_sale_or_kept_by_it_are_billed_again_to_whoever_owes_their_days() {
    let home = Home::build().await;
    let [seller, buyer] = [&home.seller, &home.buyer];
    assert_eq!(home.run("2026-01-05").await.1, 3);
    home.reverse("2026-02-20", (seller, "2026-03-01")).await;
    let now = json!({"position": home.estate.server.head(&home.estate.community).await});
    let charges = home.list(&now, "charges").await;
    let february = charges.iter().find(|charge| charge["service_from"] == "2026-02-01").unwrap()["charge"].clone();
    home.pay(&[&february.as_str().unwrap().to_owned()], "250.60").await;
    let sale = json!({"from": "2026-02-11", "party": buyer, "reason": "买卖合同备案"});
    let done = home.at(&home.estate.desk, "2026-02-20").post(&home.of_unit("transfer"), sale).await.good();
    assert_eq!(fact(&done, "unit_transferred")["kept"], json!([february]));
    let (end, charges) = home.run("2026-02-20").await;
    assert_eq!(charges, 1, "March, which nobody was charged for any more");
    let all = home.list(&end, "charges").await;
    assert_eq!(
        rows(&all),
        [
            ["2026-01-01", "250.60", seller, "0.00"],
            ["2026-02-01", "250.60", seller, "250.60"],
            ["2026-03-01", "250.60", buyer, "0.00"],
        ]
    );
    Home::once_and_whole(&all);
    // What the seller had paid ahead was a mistake after all: each is billed his days, and the seller's money is his.
    home.reverse("2026-02-21", (seller, "2026-02-01")).await;
    let (end, charges) = home.run("2026-02-21").await;
    assert_eq!(charges, 2);
    let all = home.list(&end, "charges").await;
    Home::once_and_whole(&all);
    let of_february: Vec<_> = rows(&all).into_iter().filter(|row| row[0].starts_with("2026-02")).collect();
    assert_eq!(
        of_february.iter().map(|row| [&row[1], &row[2]]).collect::<Vec<_>>(),
        [[&"89.50".to_owned(), seller], [&"161.10".to_owned(), buyer]]
    );
    let lots = home.list(&end, &format!("lots?party={buyer}")).await;
    assert_eq!(lots, [Value::Null; 0], "nothing of it is the buyer's");
    verified(&home.estate).await;
    home.estate.server.stop().await;
}
