//! Formal demands, promises and disputes: what they stop, and what they do to limitation.

use crate::client::Client;
use crate::estate::{Estate, fact};
use serde_json::{Value, json};

/// An account with a charge that was due on 2024-02-01, in a community by a given clock.
struct Debt {
    estate: Estate,
    account: String,
    charge: String,
    party: String,
}

impl Debt {
    async fn build() -> Self {
        let mut estate = Estate::build().await;
        estate.community = estate.given_community().await;
        let january = estate.finance.with("mingzhang-given-time", "2024-01-05T02:00:00Z");
        let (_, account) = estate.unit_by(&january, "3-1-1202").await;
        let item = estate.fee_item_by(&january).await;
        let body = json!({
            "fee_item": item, "amount": "100.00", "due_on": "2024-02-01",
            "service": {"from": "2024-01-01", "until": "2024-02-01"},
        });
        let charged = january.post(&estate.at(&format!("/accounts/{account}/charges")), body).await.good();
        let posted = fact(&charged, "charge_posted");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (charge, party) = (text(&posted["charge"]), text(&posted["booking"]["obligor"]));
        Self { estate, account, charge, party }
    }

    fn on(&self, day: &str) -> Client {
        self.estate.finance.with("mingzhang-given-time", format!("{day}T02:00:00Z"))
    }

    fn at(&self, path: &str) -> String {
        self.estate.at(&format!("/accounts/{}{path}", self.account))
    }

    /// The account's arrears once an answer is reflected.
    async fn arrears(&self, answer: &Value, before: &str) -> Value {
        let at = format!("{}@{}", self.estate.community, answer["position"]);
        let reader = self.estate.auditor.with("ledger-position", at);
        let list = reader.get(&self.estate.at(&format!("/arrears?before={before}"))).await.good();
        list["items"][0].clone()
    }
}

#[tokio::test]
async fn a_delivered_demand_a_promise_and_a_part_payment_interrupt_limitation() {
    let debt = Debt::build().await;
    let (estate, party) = (&debt.estate, &debt.party);
    let demand = json!({"party": party, "pay_by": "2024-03-20"});
    let early = debt.on("2024-01-20").post(&debt.at("/formal-demands"), demand.clone()).await;
    assert_eq!(early.refused(409), "party_must_be_in_arrears");
    let sent = debt.on("2024-03-05").post(&debt.at("/formal-demands"), demand).await.good();
    let sent_fact = fact(&sent, "formal_demand_sent");
    assert_eq!((&sent_fact["amount"], &sent_fact["claims"][0]["charge"]), (&json!("100.00"), &json!(debt.charge)));
    let letter = format!("/formal-demands/{}/document", sent_fact["demand"].as_str().unwrap());
    let at = format!("{}@{}", estate.community, sent["position"]);
    let letter = crate::paper::text(&estate.finance.with("ledger-position", at).get(&estate.at(&letter)).await);
    for words in [
        "催告函",
        "张三：",
        "3-1-1202",
        "2024-01-01至2024-01-31",
        "2024-02-01",
        "100.00",
        "人民币壹佰元整",
        "2024年3月20日前",
    ] {
        assert!(letter.contains(words), "{words} is not in {letter}");
    }
    let arrears = debt.arrears(&sent, "2024-03-05").await;
    assert_eq!((&arrears["limitation_on"], &arrears["time_barred"]), (&json!("2027-02-01"), &json!("0.00")));
    let deliver = debt.at(&format!("/formal-demands/{}/deliver", sent_fact["demand"].as_str().unwrap()));
    let evidence = json!({"delivered_on": "2024-03-07", "evidence": "ab".repeat(32)});
    let delivered = debt.on("2024-03-09").post(&deliver, evidence).await.good();
    let arrears = debt.arrears(&delivered, "2027-03-07").await;
    assert_eq!((&arrears["limitation_on"], &arrears["time_barred"]), (&json!("2027-03-07"), &json!("0.00")));
    assert_eq!(debt.arrears(&delivered, "2027-03-08").await["time_barred"], "100.00");
    let promise = json!({"party": party, "pay_by": "2024-04-30"});
    let promised = debt.on("2024-04-02").post(&debt.at("/promises"), promise).await.good();
    assert_eq!(debt.arrears(&promised, "2024-05-01").await["limitation_on"], "2027-04-02");
    let body = json!({
        "channel_account": estate.channel_account("bank").await, "reference": "B1", "amount": "40.00",
        "value_on": "2024-06-03", "spending": {"rest_to": debt.account, "pays": [{"account": debt.account}]},
    });
    let paid = debt.on("2024-06-03").post(&estate.at("/payments"), body).await.good();
    let arrears = debt.arrears(&paid, "2024-07-01").await;
    assert_eq!((&arrears["open"], &arrears["limitation_on"]), (&json!("60.00"), &json!("2027-06-03")));
    let allocation = fact(&paid, "charge_paid")["allocation"].as_str().unwrap();
    let undo = debt.at(&format!("/allocations/{allocation}/undo"));
    let undone = debt.on("2024-06-04").post(&undo, json!({})).await.good();
    assert_eq!(debt.arrears(&undone, "2024-07-01").await["limitation_on"], "2027-04-02");
    let reader = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, undone["position"]));
    let demands = reader.get(&estate.at(&format!("/formal-demands?account={}", debt.account))).await.good();
    let item = &demands["items"][0];
    assert_eq!((&item["sent_on"], &item["delivered_on"]), (&json!("2024-03-05"), &json!("2024-03-07")));
    debt.estate.server.stop().await;
}

#[tokio::test]
async fn whoever_promised_disputes_or_is_in_court_is_not_reminded() {
    let debt = Debt::build().await;
    let remind = async |day: &str| {
        let body = json!({"stages": [1, 15], "pause_days": 0});
        debt.on(day).post(&debt.at("/reminders"), body).await.good()
    };
    let promise = json!({"party": debt.party, "pay_by": "2024-02-10"});
    debt.on("2024-02-05").post(&debt.at("/promises"), promise).await.good();
    assert_eq!(fact(&remind("2024-02-10").await, "reminder_skipped")["reason"], "promised");
    let reason = json!({"reason": "电梯停运"});
    let of_charge = |verb: &str| debt.at(&format!("/charges/{}/{verb}", debt.charge));
    let disputed = debt.on("2024-02-11").post(&of_charge("dispute"), reason.clone()).await.good();
    assert_eq!(fact(&remind("2024-02-11").await, "reminder_skipped")["reason"], "disputed");
    let reader =
        debt.estate.auditor.with("ledger-position", format!("{}@{}", debt.estate.community, disputed["position"]));
    assert_eq!(reader.get(&debt.estate.at(&format!("/charges/{}", debt.charge))).await.good()["disputed"], true);
    debt.on("2024-02-12").post(&of_charge("settle-dispute"), reason).await.good();
    let of_party = |verb: &str| debt.at(&format!("/parties/{}/{verb}", debt.party));
    debt.on("2024-02-12").post(&of_party("stop-dunning"), json!({"because": "in_court"})).await.good();
    assert_eq!(fact(&remind("2024-02-12").await, "reminder_skipped")["reason"], "in_court");
    let demand = json!({"party": debt.party, "pay_by": "2024-03-20"});
    let pressed = debt.on("2024-02-12").post(&debt.at("/formal-demands"), demand).await;
    assert_eq!(pressed.refused(409), "dunning_must_not_be_stopped");
    debt.on("2024-02-13").post(&of_party("resume-dunning"), json!({})).await.good();
    assert_eq!(fact(&remind("2024-02-13").await, "reminder_sent")["stage"], "1");
    debt.estate.server.stop().await;
}
