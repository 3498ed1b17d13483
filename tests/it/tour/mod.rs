//! A walk through the whole API in one community by a given clock: every route answers its success, every rule refuses
//! once, and each first success is as it was written down. What no route can bring about stands in one table.

mod answers;
mod channel_days;
mod charges;
mod company;
mod counter;
mod credit;
mod deposits;
mod discounts;
mod dunning;
mod estate;
mod funds;
mod history;
mod invoices;
mod late_fees;
mod meters;
mod openings;
mod orders;
mod owners;
mod payments;
mod periods;
mod pools;
mod prepayments;
mod reads;
mod shapes;
mod supplier_bills;
mod takings;
mod work;

use crate::client::Client;
use crate::estate::{Estate, fact};
use crate::server::{Server, began};
use mingzhang_api::body::rules;
use mingzhang_api::problem::PROBLEMS;
use mingzhang_api::{openapi, router};
use mingzhang_domain::refusal::RULES;
use mingzhang_local_gateway::Gateway;
use mingzhang_tests::witness::{Answer, Witness};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// An id that nothing has.
const UNKNOWN: &str = "0190b0e0-0000-7000-8000-000000000001";
/// When it all happens.
const NOW: &str = "2026-03-02T02:00:00Z";

/// Why a rule's code comes out of no route of today.
const OUT_OF_REACH: &[(&str, &[&str])] = &[
    (
        "the server mints the id",
        &[
            "administrator_must_be_new",
            "bill_run_must_be_new",
            "channel_account_must_be_new",
            "fee_item_must_be_new",
            "fund_spend_must_be_new",
            "invoice_must_be_new",
            "meter_must_be_new",
            "opening_must_be_new",
            "party_must_be_new",
            "payment_order_must_be_new",
            "person_must_be_new",
            "pool_must_be_new",
            "staff_must_be_new",
            "unit_must_be_new",
        ],
    ),
    (
        "only the server itself sends the command: it opens ledgers, ends bill runs and imports, posts openings, charges pools and matches bank lines",
        &[
            "ledger_must_be_new",
            "parent_must_fit_kind",
            "bill_run_must_be_open",
            "unit_must_not_be_skipped",
            "units_must_be_few",
            "changed_since_approval",
            "import_must_not_be_completed",
            "import_must_have_rows",
            "rows_must_foot",
            "opening_chunk_must_be_open",
            "pool_chunk_must_be_open",
            "fund_spend_chunk_must_be_open",
            "history_chunk_must_be_next",
            "invoice_must_be_ongoing",
            "history_must_be_bounded",
            "bank_line_must_name_one_unit",
            "bank_line_must_be_untouched",
            "amount_must_equal_open_total",
        ],
    ),
    (
        "the API says no before, by role, shape or directory",
        &[
            "actor_must_be_administrator",
            "community_must_exist",
            "allowance_must_not_be_negative",
            "cash_must_not_be_negative",
            "limit_must_not_be_negative",
            "order_must_be_online",
            "refund_must_be_online",
            "channel_day_must_be_online",
        ],
    ),
    (
        "the commands that post charges see to it before",
        &["charge_must_not_be_negative", "discounts_must_not_exceed_gross", "tax_rate_must_fit_category"],
    ),
    ("a file's findings say so before", &["history_must_precede_go_live"]),
    ("the server alone seals months", &["period_must_be_closed"]),
    (
        "time goes by only in a story of its own (tests/it/api/periods.rs), and a bill run is posted at once",
        &["shifts_must_be_closed", "bill_runs_must_be_posted", "pools_must_be_posted", "allowance_must_be_decided"],
    ),
    ("only a company of more than 500 communities", &["communities_must_be_bounded"]),
    ("the tour's company has a provider of invoices (tests/it/api/invoices.rs)", &["invoicing_must_be_served"]),
    (
        "only a community of a thousand codes, or of fifty thousand accounts",
        &["codes_must_be_bounded", "sub_ledger_must_be_bounded"],
    ),
    ("no command that has a route can do nothing", &["command_must_change_something"]),
    (
        "owners have no app yet, and no route takes media",
        &["reporter_must_be_actor", "reporter_must_belong_to_unit", "too_many_media"],
    ),
    (
        "only when the machine, the database or the code fails; shown by the tests of the store and of faults",
        &[
            "busy",
            "document_template_failed",
            "document_too_long",
            "closing_under_way",
            "outcome_unknown",
            "ledger_halted",
            "clock_skew",
            "position_not_reached",
            "read_model_incomplete",
            "timed_out",
            "internal_error",
        ],
    ),
];

/// What a refused command is sent to, with which body, and how it is refused: status and code of the rule, which the
/// problem itself or one of its errors has.
type Refused<'a> = (&'a str, Value, u16, &'a str);

/// The walk: the estate, and who remembers every answer.
struct Tour {
    estate: Estate,
    witness: Arc<Witness>,
    gateway: Arc<Gateway>,
}

impl Tour {
    async fn begin() -> Self {
        let witness = Arc::new(Witness::default());
        let (mut server, gateway) = Server::start_with_gateway().await;
        server.nobody = server.nobody.watched(&witness);
        server.admin = server.admin.watched(&witness);
        Self { estate: Estate::build_at(server, NOW).await, witness, gateway }
    }

    /// A path in the community, unless it begins elsewhere.
    fn at(&self, path: &str) -> String {
        if path.starts_with("/api") { path.to_owned() } else { self.estate.at(path) }
    }

    /// Sends a command that is done.
    async fn done(&self, by: &Client, path: &str, body: Value) -> Value {
        by.post(&self.at(path), body).await.good()
    }

    /// Sends commands that are refused.
    async fn refused(&self, by: &Client, cases: &[Refused<'_>]) {
        for (path, body, status, code) in cases {
            let reply = by.post(&self.at(path), body.clone()).await;
            let problem = reply.json();
            let errors = problem["errors"].as_array().into_iter().flatten();
            let named = std::iter::once(&problem).chain(errors).any(|rule| rule["code"] == *code);
            assert!(reply.status.as_u16() == *status && named, "{path} {body}: {code}, not {}", reply.text);
        }
    }

    /// The body of a command with the approval of another for exactly it.
    async fn approved(&self, operation: &str, path: Value, body: Value) -> Value {
        let (approval, digest) = self.asked(operation, path, body.clone()).await;
        let grant = json!({"digest": digest});
        self.done(&self.estate.second_finance, &format!("/approvals/{approval}/grant"), grant).await;
        with(body, "approval", json!(approval))
    }

    /// Asks for an approval; answers its id and the digest of what it is for.
    async fn asked(&self, operation: &str, path: Value, body: Value) -> (String, Value) {
        let ask = json!({"operation": operation, "path": path, "body": body, "reason": "核对无误"});
        let asked = self.done(&self.estate.finance, "/approvals", ask).await;
        (began(&asked, "approval"), fact(&asked, "approval_requested")["digest"].clone())
    }

    /// A fee item of a fund, without tax and without a tariff.
    async fn fee_item(&self, name: &str, fund: &str) -> String {
        let body = json!({"name": name, "fund": fund, "priority": 20, "vat": {"category": "not_taxable"}});
        began(&self.done(&self.estate.finance, "/fee-items", body).await, "fee_item")
    }

    /// A unit that nobody owns; answers unit and account.
    async fn ownerless(&self, code: &str) -> (String, String) {
        let unit = self.done(&self.estate.desk, "/units", json!({"code": code, "kind": "shop"})).await;
        (began(&unit, "unit"), began(&unit, "account"))
    }
}

/// An object with one more field, or another value in it.
fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_and_every_rule_refuses() {
    let tour = Tour::begin().await;
    company::walk(&tour).await;
    estate::walk(&tour).await;
    charges::walk(&tour).await;
    discounts::walk(&tour).await;
    prepayments::walk(&tour).await;
    payments::walk(&tour).await;
    counter::walk(&tour).await;
    orders::walk(&tour).await;
    channel_days::walk(&tour).await;
    invoices::walk(&tour).await;
    credit::walk(&tour).await;
    deposits::walk(&tour).await;
    funds::walk(&tour).await;
    owners::walk(&tour).await;
    work::walk(&tour).await;
    meters::walk(&tour).await;
    periods::chart(&tour).await;
    reads::walk(&tour).await;
    openings::walk(&tour).await;
    pools::walk(&tour).await;
    supplier_bills::walk(&tour).await;
    takings::walk(&tour).await;
    history::walk(&tour).await;
    periods::walk(&tour).await;
    shapes::walk(&tour).await;
    dunning::walk(&tour).await;
    late_fees::walk(&tour).await;
    tour.estate.server.stop().await;
    every_route_answered(&tour.witness.answers());
    every_rule_refused(&tour.witness.codes());
    answers::are_as_written_down(&tour.witness.answers());
}

/// Each operation of the document answered a success that the document has.
fn every_route_answered(answers: &[Answer]) {
    let document = openapi::document(&router::routes());
    for operations in document["paths"].as_object().unwrap().values().filter_map(Value::as_object) {
        for operation in operations.values() {
            let mut successes =
                answers.iter().filter(|a| operation["operationId"] == a.operation && a.status.is_success());
            let documented = |answer: &Answer| operation["responses"].get(answer.status.as_str()).is_some();
            let name = &operation["operationId"];
            assert!(successes.clone().next().is_some(), "{name} never answered a success");
            assert!(successes.all(documented), "{name} answered a success that its document does not have");
        }
    }
}

/// Each rule of the domain and of the API refused, except those out of reach, which did not.
fn every_rule_refused(seen: &BTreeSet<String>) {
    let refusals = RULES.concat();
    let known: BTreeSet<&str> = refusals
        .iter()
        .map(|(code, ..)| *code)
        .chain(PROBLEMS.iter().map(|(code, _)| *code))
        .chain(rules::ALL.iter().map(|rule| rule.code))
        .collect();
    let out_of_reach: BTreeSet<&str> = OUT_OF_REACH.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
    let unseen: BTreeSet<&str> = known.iter().filter(|code| !seen.contains(**code)).copied().collect();
    assert_eq!(unseen, out_of_reach, "rules that refused nobody, and the table of those that cannot");
}
