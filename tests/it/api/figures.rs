//! Figures over HTTP: of the community and its parts, as known at any moment, and what made two answers differ.

use crate::client::Client;
use crate::estate::Estate;
use serde_json::{Value, json};

async fn ask(client: &Client, estate: &Estate, question: &str) -> Value {
    client.get(&estate.at(&format!("/figures?period=2026-01&as_of=2099-12-31{question}"))).await.good()
}

fn short(answer: &Value) -> [&str; 4] {
    let row = &answer["items"][0];
    ["net_charges", "collected_of_period", "current_rate", "received"].map(|name| row[name].as_str().unwrap())
}

/// A charge of January, and after it 300.00 that pay it.
async fn paid() -> (Estate, Value) {
    let estate = Estate::build().await;
    let (_, account) = estate.unit("3-1-1202").await;
    let item = estate.fee_item().await;
    let charge = estate.charge(&account, &item, "250.60").await;
    let unpaid = ask(&estate.auditor, &estate, "").await;
    let bank = estate.channel_account("bank").await;
    let pay = json!({
        "channel_account": bank, "reference": "B-77", "amount": "300.00", "value_on": "2026-01-10",
        "spending": {"pays": [{"account": account, "charges": [charge]}], "rest_to": account},
    });
    estate.cashier.post(&estate.at("/payments"), pay).await.good();
    (estate, unpaid)
}

#[tokio::test]
async fn what_was_known_stays_what_it_was() {
    let (estate, unpaid) = paid().await;
    let auditor = &estate.auditor;
    assert_eq!(short(&unpaid), ["250.60", "0.00", "0.0000", "0.00"]);
    let now = ask(auditor, &estate, "").await;
    assert_eq!(short(&now), ["250.60", "250.60", "1.0000", "300.00"]);
    assert_eq!(now["items"][0]["credit"], "49.40");
    assert_eq!(now["items"][0]["identity"]["holds"], true);
    let then = ask(auditor, &estate, &format!("&known_at={}", unpaid["known_at"]["position"])).await;
    assert_eq!(then, unpaid);
    let at = unpaid["known_at"]["recorded_at"].as_str().unwrap();
    assert_eq!(ask(auditor, &estate, &format!("&known_at={at}")).await, unpaid);
    assert_eq!(ask(auditor, &estate, "&by=building").await["items"][0]["building"], "3栋");
    assert_eq!(ask(auditor, &estate, "&by=fee_item").await["items"][0]["received"], "0.00");
    assert_eq!(ask(auditor, &estate, "&fund=deposit").await["items"][0]["current_rate"], Value::Null);
    let by_cashier = estate.cashier.get(&estate.at("/figures")).await;
    assert_eq!(by_cashier.refused(403), "role_not_allowed");
    estate.server.stop().await;
}

#[tokio::test]
async fn a_restatement_names_the_events_that_made_it() {
    let (estate, unpaid) = paid().await;
    let before = &unpaid["known_at"]["position"];
    let path =
        |more: &str| estate.at(&format!("/figures/restatement?period=2026-01&as_of=2099-12-31&before={before}{more}"));
    let answer = estate.finance.get(&path("")).await.good();
    assert_eq!(answer["before"]["rows"], unpaid["items"]);
    assert_eq!(answer["after"]["rows"][0]["current_rate"], "1.0000");
    let difference = &answer["difference"][0];
    assert_eq!((&difference["collected_of_period"], &difference["current_rate"]), (&json!("250.60"), &json!("1.0000")));
    assert_eq!((&difference["net_charges"], &difference["households_paid"]), (&json!("0.00"), &json!(1)));
    let types = |answer: &Value| -> Vec<String> {
        answer["items"].as_array().unwrap().iter().map(|e| e["event_type"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(types(&answer), ["payment_received", "credit_received", "charge_paid"]);
    let first = estate.finance.get(&path("&limit=2")).await.good();
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = estate.finance.get(&path(&format!("&limit=2&cursor={cursor}"))).await.good();
    assert_eq!([types(&first), types(&rest)].concat(), types(&answer));
    assert_eq!(rest.get("next_cursor"), None);
    estate.server.stop().await;
}

#[tokio::test]
async fn questions_that_make_no_sense_are_refused_by_name() {
    let estate = Estate::build().await;
    estate.fee_item().await;
    for (question, parameter, code) in [
        ("/figures?period=2026-02&to=2026-01", "to", "period_must_not_be_reversed"),
        ("/figures?period=2026-02&as_of=2026-01-31", "as_of", "as_of_must_not_precede_period"),
        ("/figures?period=1999-01", "as_of", "as_of_must_not_precede_ledger"),
        ("/figures?known_at=1999-01-01", "known_at", "known_at_must_not_precede_ledger"),
        ("/figures?known_at=2100-12-31", "known_at", "known_at_must_not_be_in_future"),
        ("/figures?known_at=2100-12-31T00:00:00Z", "known_at", "known_at_must_not_be_in_future"),
        ("/figures?known_at=soon", "known_at", "known_at_malformed"),
        ("/figures?period=2026-13", "period", "month_malformed"),
        ("/figures?by=floor", "by", "word_not_allowed"),
        ("/figures?colour=red", "colour", "query_parameter_unknown"),
        ("/figures/restatement", "before", "field_required"),
        ("/figures/restatement?before=2&known_at=1", "before", "known_times_must_be_in_order"),
    ] {
        let reply = estate.auditor.get(&estate.at(question)).await;
        assert_eq!(reply.blamed(400), (parameter.to_owned(), code.to_owned()), "{question}");
    }
    let beyond = estate.auditor.get(&estate.at("/figures?known_at=999999")).await;
    assert_eq!(beyond.refused(409), "position_beyond_head");
    estate.server.stop().await;
}

#[tokio::test]
async fn a_company_is_the_sum_of_its_communities() {
    let (estate, _) = paid().await;
    let other = estate.given_community().await;
    let question = "/figures?period=2026-01&as_of=2099-12-31";
    let answer = estate.auditor.get(&estate.of_company(question)).await.good();
    let items = answer["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{answer}");
    let line = |community: &str| items.iter().find(|item| item["community"] == community).unwrap();
    let own = ask(&estate.auditor, &estate, "").await;
    for name in ["net_charges", "collected_of_period", "current_rate", "received", "credit", "identity", "ageing"] {
        assert_eq!(line(&estate.community)[name], own["items"][0][name], "{name}");
        assert_eq!(answer["total"][name], own["items"][0][name], "{name}");
    }
    assert_eq!(line(&estate.community)["known_at"], own["known_at"]);
    assert_eq!((&line(&other)["net_charges"], &line(&other)["current_rate"]), (&json!("0.00"), &Value::Null));
    assert_eq!((&answer["total"]["households_paid"], &answer["as_of"]), (&json!(1), &json!("2099-12-31")));
    assert_eq!(answer["period"], json!({"from": "2026-01", "to": "2026-01"}));
    let by_cashier = estate.cashier.get(&estate.of_company(question)).await;
    assert_eq!(by_cashier.refused(403), "role_not_allowed");
    for (more, parameter) in [("&by=building", "by"), ("&known_at=1", "known_at"), ("&late_fees=true", "late_fees")] {
        let reply = estate.auditor.get(&estate.of_company(&format!("{question}{more}"))).await;
        assert_eq!(reply.blamed(400), (parameter.to_owned(), "query_parameter_unknown".to_owned()));
    }
    estate.server.stop().await;
}

#[tokio::test]
async fn who_sees_some_communities_is_answered_these_and_their_total() {
    let (estate, _) = paid().await;
    let other = estate.given_community().await;
    let question = estate.of_company("/figures?period=2026-01&as_of=2099-12-31");
    let whole = estate.auditor.get(&question).await.good();
    assert_eq!(whole["items"].as_array().unwrap().len(), 2);
    for (name, community, net) in [("one", &estate.community, "250.60"), ("two", &other, "0.00")] {
        let some = estate.hire(&format!("finance.of.{name}"), "finance", Some(community)).await;
        let answer = some.get(&question).await.good();
        let items = answer["items"].as_array().unwrap();
        assert_eq!((items.len(), &items[0]["community"]), (1, &json!(community)), "{answer}");
        assert_eq!((&items[0]["net_charges"], &answer["total"]["net_charges"]), (&json!(net), &json!(net)));
        let text = answer.to_string();
        let hidden = if *community == other { &estate.community } else { &other };
        assert!(!text.contains(hidden.as_str()), "{text}");
        let path = |of: &str| format!("/api/v1/communities/{of}/figures?period=2026-01&as_of=2099-12-31");
        assert_eq!(some.get(&path(hidden)).await.refused(403), "role_not_allowed");
        some.get(&path(community)).await.good();
    }
    // Who has a role in the company that sees no figures is not let in by another's community.
    let cashier = estate.hire("cashier.of.all", "cashier", None).await;
    assert_eq!(cashier.get(&question).await.refused(403), "role_not_allowed");
    estate.server.stop().await;
}
