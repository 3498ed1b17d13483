//! A company with a community, staff of every role, and a few units: what most tests begin with.

use crate::client::{Client, fresh_key};
use crate::server::{PASSWORD, Server, began, sign_in, today};
use serde_json::{Value, json};
use std::time::Duration;

/// The header that names the instant on a given clock.
const GIVEN_TIME: &str = "mingzhang-given-time";

/// A server with an estate.
pub struct Estate {
    /// The running server.
    pub server: Server,
    /// The administrator, on the clock of the company.
    pub admin: Client,
    /// The company.
    pub company: String,
    /// The community.
    pub community: String,
    /// Finance of the whole company.
    pub finance: Client,
    /// Another of the same role, who may approve.
    pub second_finance: Client,
    /// Takes money.
    pub cashier: Client,
    /// Customer service.
    pub desk: Client,
    /// Does the work orders.
    pub maintenance: Client,
    /// Reads everything.
    pub auditor: Client,
}

impl Estate {
    /// Starts a server and founds the estate.
    pub async fn build() -> Self {
        Self::build_on(Server::start().await).await
    }

    /// Founds the estate on a server that was just started.
    pub async fn build_on(server: Server) -> Self {
        let admin = server.admin.clone();
        Self::found(server, admin, "system", &today()).await
    }

    /// Founds the estate on a server by a given clock, which stands at an instant of the morning in UTC for everybody.
    pub async fn build_at(server: Server, instant: &str) -> Self {
        let admin = server.admin.with(GIVEN_TIME, instant);
        let mut estate = Self::found(server, admin, "given", &instant[..10]).await;
        for client in [
            &mut estate.finance,
            &mut estate.second_finance,
            &mut estate.cashier,
            &mut estate.desk,
            &mut estate.maintenance,
            &mut estate.auditor,
        ] {
            *client = client.with(GIVEN_TIME, instant);
        }
        estate
    }

    async fn found(server: Server, admin: Client, clock: &str, today: &str) -> Self {
        let code = mingzhang_local_gateway::INVOICE_SELLER;
        let company = json!({"code": "HY", "name": "惠园物业", "clock": clock, "social_credit_code": code});
        let company = began(&server.admin.post("/api/v1/companies", company).await.good(), "company");
        let path = format!("/api/v1/companies/{company}/communities");
        let community = json!({"code": "XH", "name": "惠园小区", "clock": clock});
        let community = began(&admin.post(&path, community).await.good(), "community");
        // Finance decides up to 20.00 alone, and approves up to 5000.00 of what others ask for.
        let limit = json!({"role": "finance", "from": today, "alone": "20.00", "approves": "5000.00"});
        admin.post(&format!("/api/v1/companies/{company}/role-limits"), limit).await.good();
        let hire = |name, role, community| hire(&server.nobody, &admin, &company, (name, role, community));
        let finance = hire("finance.one", "finance", None).await;
        let second_finance = hire("finance.two", "finance", None).await;
        let cashier = hire("cashier", "cashier", Some(&community)).await;
        let desk = hire("desk", "customer_service", Some(&community)).await;
        let maintenance = hire("fixer", "maintenance", Some(&community)).await;
        let auditor = hire("auditor", "auditor", None).await;
        Self { server, admin, company, community, finance, second_finance, cashier, desk, maintenance, auditor }
    }

    /// A path in the community.
    pub fn at(&self, path: &str) -> String {
        format!("/api/v1/communities/{}{path}", self.community)
    }

    /// A path in the company.
    pub fn of_company(&self, path: &str) -> String {
        format!("/api/v1/companies/{}{path}", self.company)
    }

    /// Another community of the company, which lives by a given clock.
    pub async fn given_community(&self) -> String {
        let body = json!({"code": "GC", "name": "给定时钟小区", "clock": "given"});
        began(&self.admin.post(&self.of_company("/communities"), body).await.good(), "community")
    }

    /// Another member of staff, with a role in one community or in all.
    pub async fn hire(&self, name: &str, role: &str, community: Option<&String>) -> Client {
        hire(&self.server.nobody, &self.admin, &self.company, (name, role, community)).await
    }

    /// Charges a unit for a fee item since 2024; answers what the command did.
    pub async fn attach(&self, client: &Client, unit: &str, fee_item: &str) -> Value {
        let body = json!({"fee_item": fee_item, "from": "2024-01-01"});
        client.post(&self.at(&format!("/units/{unit}/attach-fee-item")), body).await.good()
    }

    /// A channel account.
    pub async fn channel_account(&self, kind: &str) -> String {
        let body = json!({"kind": kind, "purse": "company", "label": format!("{kind} 一号")});
        let answer = self.admin.post(&self.of_company("/channel-accounts"), body).await.good();
        began(&answer, "channel_account")
    }

    /// An online channel account with the local gateway's merchant number at a provider.
    pub async fn merchant_account(&self, provider: &str) -> String {
        let merchant = match provider {
            "alipay" => json!({"provider": "alipay", "number": "2088000000000001"}),
            // A service provider's merchant.
            "wechat_partner" => {
                json!({"provider": "wechat_pay", "number": "1900000109", "sub_number": "1900000201"})
            }
            _ => json!({"provider": "wechat_pay", "number": "1900000001"}),
        };
        let body = json!({"kind": "online", "purse": "company", "label": provider, "merchant": merchant});
        let answer = self.admin.post(&self.of_company("/channel-accounts"), body).await.good();
        began(&answer, "channel_account")
    }

    /// A registered person.
    pub async fn person(&self, name: &str) -> String {
        let body = json!({"name": name, "mobile": "13800005678"});
        began(&self.desk.post(&self.of_company("/persons"), body).await.good(), "person")
    }

    /// A unit with an owner since 2020; answers unit and account.
    pub async fn unit(&self, code: &str) -> (String, String) {
        self.unit_by(&self.desk, code).await
    }

    /// The same, registered by somebody.
    pub async fn unit_by(&self, client: &Client, code: &str) -> (String, String) {
        let person = self.person("张三").await;
        self.register(client, code, &person).await
    }

    /// A unit that a person owns since 2020; answers unit and account.
    pub async fn unit_of(&self, code: &str, person: &str) -> (String, String) {
        self.register(&self.desk, code, person).await
    }

    async fn register(&self, client: &Client, code: &str, person: &str) -> (String, String) {
        let party = self.owners(client, person).await;
        let unit = client.post(&self.at("/units"), owned(code, &party)).await.good();
        (began(&unit, "unit"), began(&unit, "account"))
    }

    /// The party of a sole owner.
    async fn owners(&self, client: &Client, person: &str) -> String {
        let members = json!([{"person": person, "share": "1"}]);
        let party = json!({"kind": "owner_group", "members": members, "contact": person});
        began(&client.post(&self.at("/parties"), party).await.good(), "party")
    }

    /// Units of one owner, each charged for some fee items since 2024; answers their accounts.
    pub async fn attached_units(&self, units: usize, fee_items: &[String]) -> Vec<String> {
        let owner = self.owners(&self.desk, &self.person("张三").await).await;
        let registered = self.registered(units, &owner).await;
        let attach = |unit: &String, fee_item: &String| {
            json!({
                "operation": "attach_fee_item", "path": {"unit": unit},
                "body": {"fee_item": fee_item, "from": "2024-01-01"},
            })
        };
        let units: Vec<String> = registered.iter().map(|answer| began(answer, "unit")).collect();
        let attached = units.iter().flat_map(|unit| fee_items.iter().map(move |item| attach(unit, item)));
        self.all(&self.finance, attached.collect()).await;
        registered.iter().map(|answer| began(answer, "account")).collect()
    }

    /// Registers units of one owner.
    async fn registered(&self, units: usize, owner: &str) -> Vec<Value> {
        let register = |n| json!({"operation": "register_unit", "body": owned(&format!("5-1-{n:04}"), owner)});
        self.all(&self.desk, (0..units).map(register).collect()).await
    }

    /// Units of one owner, each with a charge of 106.00 per fee item for February 2026; answers their accounts.
    pub async fn charged_for_february(&self, units: usize, fee_items: &[String]) -> Vec<String> {
        let owner = self.owners(&self.desk, &self.person("张三").await).await;
        let registered = self.registered(units, &owner).await;
        let accounts: Vec<String> = registered.iter().map(|answer| began(answer, "account")).collect();
        let charge = |account: &String, fee_item: &String| {
            let body = json!({
                "fee_item": fee_item, "amount": "106.00", "due_on": "2026-02-28",
                "service": {"from": "2026-02-01", "until": "2026-03-01"},
            });
            json!({"operation": "post_charge", "path": {"account": account}, "body": body})
        };
        let charges = accounts.iter().flat_map(|account| fee_items.iter().map(move |item| charge(account, item)));
        self.all(&self.finance, charges.collect()).await;
        accounts
    }

    /// Sends commands to the community by the hundred, each under a key of its own; answers what each did. What a busy lane
    /// did not take is sent again under the same key, as callers are told to.
    async fn all(&self, client: &Client, mut items: Vec<Value>) -> Vec<Value> {
        items.iter_mut().for_each(|item| item["idempotency_key"] = json!(fresh_key()));
        let mut answers = Vec::with_capacity(items.len());
        for some in items.chunks(100) {
            let mut sent = self.batch(client, some).await;
            while sent.iter().any(|item| item["problem"]["code"] == "busy") {
                tokio::time::sleep(Duration::from_millis(100)).await;
                sent = self.batch(client, some).await;
            }
            for item in sent {
                assert!(item["answer"].is_object(), "{item}");
                answers.push(item["answer"].clone());
            }
        }
        answers
    }

    async fn batch(&self, client: &Client, items: &[Value]) -> Vec<Value> {
        let sent = client.post(&self.at("/commands:batch"), json!({"items": items})).await.good();
        sent["items"].as_array().unwrap().clone()
    }

    /// A fee item with a tariff per area and month.
    pub async fn fee_item(&self) -> String {
        self.fee_item_by(&self.finance).await
    }

    /// The same, created by somebody.
    pub async fn fee_item_by(&self, client: &Client) -> String {
        let body = json!({"name": "物业费", "fund": "operating", "priority": 10, "vat": {"category": "rated", "rate": "0.06"}});
        let item = began(&client.post(&self.at("/fee-items"), body).await.good(), "fee_item");
        let tariff = json!({
            "from": "2020-01-01",
            "price": {"kind": "per_area", "area": "building", "unit_price": "2.8"},
            "cycle_months": 1, "basis": "calendar", "timing": "advance",
            "due": {"kind": "days_after", "days": 30},
        });
        client.post(&self.at(&format!("/fee-items/{item}/tariffs")), tariff).await.good();
        item
    }

    /// The body of a command of finance, with the approval of another for exactly it.
    pub async fn approved(&self, operation: &str, path: Value, mut body: Value) -> Value {
        let ask = json!({"operation": operation, "path": path, "body": body, "reason": "已核对"});
        let asked = self.finance.post(&self.at("/approvals"), ask).await.good();
        let approval = began(&asked, "approval");
        let grant = json!({"digest": fact(&asked, "approval_requested")["digest"]});
        self.second_finance.post(&self.at(&format!("/approvals/{approval}/grant")), grant).await.good();
        body["approval"] = json!(approval);
        body
    }

    /// A one-off charge on an account; answers its id.
    pub async fn charge(&self, account: &str, fee_item: &str, amount: &str) -> String {
        let body = json!({
            "fee_item": fee_item, "amount": amount, "due_on": "2099-01-31",
            "service": {"from": "2026-01-01", "until": "2026-02-01"},
        });
        let path = self.at(&format!("/accounts/{account}/charges"));
        fact(&self.finance.post(&path, body).await.good(), "charge_posted")["charge"].as_str().unwrap().to_owned()
    }
}

/// What registers a residence that a party owns since 2020.
fn owned(code: &str, party: &str) -> Value {
    json!({
        "code": code, "kind": "residence", "building": "3栋",
        "area": {"from": "2020-01-01", "building_area_sqm": "89.5"},
        "status": {"from": "2020-01-01", "status": "handed_over"},
        "owner": {"from": "2020-01-01", "party": party},
    })
}

/// Another member of staff, signed in.
pub async fn hire(
    nobody: &Client,
    admin: &Client,
    company: &str,
    (name, role, community): (&str, &str, Option<&String>),
) -> Client {
    let path = format!("/api/v1/companies/{company}/staff");
    let staff = began(&admin.post(&path, json!({"name": "李四"})).await.good(), "staff");
    let mut grant = json!({"role": role});
    if let Some(community) = community {
        grant["community"] = json!(community);
    }
    admin.post(&format!("{path}/{staff}/grant-role"), grant).await.good();
    admin.put(&format!("{path}/{staff}/sign-in"), json!({"name": name, "password": PASSWORD})).await.good();
    sign_in(nobody, name, PASSWORD).await
}

/// The data of the first fact of a type in a command's answer.
#[track_caller]
pub fn fact<'a>(answer: &'a Value, event_type: &str) -> &'a Value {
    let facts = answer["result"]["facts"].as_array();
    let found = facts.and_then(|facts| facts.iter().find(|fact| fact["event_type"] == event_type));
    assert!(found.is_some(), "no {event_type} in {answer}");
    &found.unwrap()["data"]
}
