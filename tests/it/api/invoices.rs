//! Invoices through the local provider: issued once for money that was paid, whatever the provider does; red-lettered before the
//! money goes elsewhere.

use crate::client::Client;
use crate::estate::{Estate, fact};
use crate::server::{Server, began, today};
use mingzhang_local_gateway::{Behaviour, Gateway, InvoiceOf, InvoiceState, InvoicesEnd};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// A community whose company has its invoices issued.
struct Office {
    estate: Estate,
    gateway: Arc<Gateway>,
    account: String,
    obligor: String,
    fee_item: String,
    bank: String,
}

impl Office {
    async fn open() -> Self {
        let (server, gateway) = Server::start_with_gateway().await;
        let estate = Estate::build_on(server).await;
        Self::of(estate, gateway).await
    }

    /// The same by a given clock.
    async fn open_at(instant: &str) -> Self {
        let (server, gateway) = Server::start_with_gateway().await;
        let estate = Estate::build_at(server, instant).await;
        Self::of(estate, gateway).await
    }

    /// Time goes by for everybody.
    fn at(mut self, instant: &str) -> Self {
        let estate = &mut self.estate;
        for client in [&mut estate.finance, &mut estate.cashier, &mut estate.desk] {
            *client = client.with("mingzhang-given-time", instant);
        }
        self
    }

    /// The tax of a month: booked, invoiced, difference, and what that is the sum of where it is not zero.
    async fn tax(&self, month: &str) -> (String, String, String, Vec<String>) {
        let shown = self.reader().await.get(&self.estate.at(&format!("/invoice-tax?month={month}"))).await.good();
        let text = |name: &str| shown[name].as_str().unwrap().to_owned();
        let because = shown["because"].as_object().unwrap().iter();
        let because = because
            .filter(|(_, amount)| *amount != "0.00")
            .map(|(name, amount)| format!("{name} {}", amount.as_str().unwrap()));
        (text("booked"), text("invoiced"), text("difference"), because.collect())
    }

    async fn of(estate: Estate, gateway: Arc<Gateway>) -> Self {
        let (unit, account) = estate.unit("3-1-1202").await;
        let fee_item = estate.fee_item().await;
        let code = json!({"from": "2026-01-01", "code": "3040801010000000000", "short_name": "企业管理服务"});
        estate.finance.post(&estate.at(&format!("/fee-items/{fee_item}/tax-codes")), code).await.good();
        let bank = estate.channel_account("bank").await;
        let mut office = Self { estate, gateway, account, obligor: String::new(), fee_item, bank };
        let shown = office.reader().await.get(&office.estate.at(&format!("/units/{unit}"))).await.good();
        office.obligor = shown["owner_party"].as_str().unwrap().to_owned();
        office
    }

    /// Finance, who sees what is in the log by now.
    async fn reader(&self) -> Client {
        let head = self.estate.server.head(&self.estate.community).await;
        self.estate.finance.with("ledger-position", format!("{}@{head}", self.estate.community))
    }

    /// Money that paid a charge of that amount; the payment.
    async fn paid(&self, reference: &str, amount: &str) -> String {
        let charge = self.estate.charge(&self.account, &self.fee_item, amount).await;
        let pay = json!({
            "channel_account": self.bank, "reference": reference, "amount": amount, "value_on": "2026-01-10",
            "spending": {"pays": [{"account": self.account, "charges": [charge]}]},
        });
        began(&self.estate.cashier.post(&self.estate.at("/payments"), pay).await.good(), "payment")
    }

    fn body(&self, payment: &str) -> Value {
        let buyer = json!({"kind": "person", "name": "张三（个人）"});
        json!({"payment": payment, "obligor": self.obligor, "kind": "ordinary", "buyer": buyer})
    }

    async fn request(&self, payment: &str) -> String {
        let asked = self.estate.desk.post(&self.estate.at("/invoices"), self.body(payment)).await.good();
        assert!(!asked.to_string().contains("张三"), "a name left the vault");
        began(&asked, "invoice")
    }

    async fn red_letter(&self, invoice: &str) {
        let path = self.estate.at(&format!("/invoices/{invoice}/red-letter"));
        self.estate.finance.post(&path, json!({"reason": "抬头有误"})).await.good();
    }

    async fn check(&self, invoice: &str) -> Value {
        let path = self.estate.at(&format!("/invoices/{invoice}/check"));
        self.estate.desk.post(&path, json!({})).await.good()["status"].clone()
    }

    async fn shown(&self, invoice: &str) -> Value {
        self.reader().await.get(&self.estate.at(&format!("/invoices/{invoice}"))).await.good()
    }

    /// Waits until the server has brought an invoice so far by itself.
    async fn stands(&self, invoice: &str, status: &str) -> Value {
        let mut shown = self.shown(invoice).await["invoice"].clone();
        for _ in 0..400 {
            if shown["status"] == status {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            shown = self.shown(invoice).await["invoice"].clone();
        }
        assert_eq!(shown["status"], status, "{shown}");
        shown
    }

    async fn reverse(&self, payment: &str) -> crate::client::Reply {
        let path = self.estate.at(&format!("/payments/{payment}/reverse"));
        self.estate.finance.post(&path, json!({"reason": "重复登记"})).await
    }

    /// The receipt of a payment.
    async fn receipt(&self, payment: &str) -> Value {
        let path = self.estate.at(&format!("/payments/{payment}/receipts"));
        self.reader().await.get(&path).await.good()["items"][0].clone()
    }

    /// How many the provider's own book says that it issued, red letters left out.
    fn issued(&self) -> usize {
        let issued = |entry: &&mingzhang_local_gateway::InvoiceEntry| {
            entry.state == InvoiceState::Issued && matches!(entry.of, InvoiceOf::Order(_))
        };
        self.gateway.invoices().iter().filter(issued).count()
    }

    async fn is_sound(&self) {
        assert_eq!(self.estate.server.unsound().await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_is_issued_later_and_takes_the_place_of_its_receipt() {
    let office = Office::open().await;
    let payment = office.paid("B-1", "358.00").await;
    let invoice = office.request(&payment).await;
    let shown = office.stands(&invoice, "issued").await;
    assert_eq!((&shown["amount"], &shown["net"], &shown["tax"]), (&json!("358.00"), &json!("337.74"), &json!("20.26")));
    assert_eq!((shown["number"].as_str().unwrap().len(), &shown["issued_on"]), (20, &json!(today())));
    assert_eq!(office.receipt(&payment).await["invoice"], json!(invoice));
    let line = office.shown(&invoice).await["lines"][0].clone();
    assert_eq!(
        (&line["name"], &line["tax_code"], &line["tax"]),
        (&json!("物业费"), &json!("3040801010000000000"), &json!("20.26"))
    );
    let buyer = office.estate.desk.get(&office.estate.at(&format!("/invoices/{invoice}/buyer"))).await.good();
    assert_eq!(buyer["name"], "张三（个人）");
    assert_eq!(office.estate.server.events_with("张三（个人）").await, 0);
    let xml = office.gateway.delivered(&invoice.replace('-', "")).unwrap();
    for says in [
        "<BuyerName>张三（个人）</BuyerName>",
        "*企业管理服务*物业费",
        "惠园小区 3-1-1202 2026-01",
        "<TotalTaxAm>20.26</TotalTaxAm>",
    ] {
        assert!(xml.contains(says), "{says} in {xml}");
    }
    let again = office.estate.desk.post(&office.estate.at("/invoices"), office.body(&payment)).await;
    assert_eq!(again.refused(409), "money_must_be_left_to_invoice");

    // Its money goes nowhere else before it is red-lettered.
    assert_eq!(office.reverse(&payment).await.refused(409), "payment_must_not_be_invoiced");
    office.red_letter(&invoice).await;
    let red = office.stands(&invoice, "red_lettered").await;
    assert_eq!((red["red_number"].as_str().unwrap().len(), red["red_confirmation"].as_str().unwrap().len()), (20, 20));
    assert_ne!(red["red_number"], red["number"]);
    assert!(office.receipt(&payment).await["invoice"].is_null());
    office.reverse(&payment).await.good();
    for (query, count) in [("?status=red_lettered", 1), ("?status=issued", 0), ("?month=2020-01", 0), ("", 1)] {
        let listed = office.reader().await.get(&office.estate.at(&format!("/invoices{query}"))).await.good();
        assert_eq!(listed["items"].as_array().unwrap().len(), count, "{query}");
    }
    office.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_lost_issues_nothing_twice() {
    let office = Office::open().await;
    // The provider did it, and says that it failed.
    office.gateway.behave(Behaviour { fails_after_doing: true, ..Behaviour::default() });
    let payment = office.paid("B-1", "100.00").await;
    let invoice = office.request(&payment).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    office.gateway.behave(Behaviour { invoice_delay_ms: 500, ..Behaviour::default() });
    // Many ask at once, and again.
    for _ in 0..3 {
        futures_util::future::join_all((0..5).map(|_| office.check(&invoice))).await;
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    office.stands(&invoice, "issued").await;
    assert_eq!((office.issued(), office.gateway.invoices().len()), (1, 1));
    let listed = office.reader().await.get(&office.estate.at(&format!("/payments/{payment}/invoices"))).await.good();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);

    office.gateway.behave(Behaviour { fails_after_doing: true, ..Behaviour::default() });
    office.red_letter(&invoice).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    office.gateway.behave(Behaviour::default());
    office.stands(&invoice, "red_lettered").await;
    assert_eq!(office.gateway.invoices().len(), 2);
    office.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_issued_frees_its_money_and_what_is_not_red_lettered_stands() {
    let office = Office::open().await;
    office.gateway.behave(Behaviour { invoices: InvoicesEnd::Failed, ..Behaviour::default() });
    let payment = office.paid("B-1", "100.00").await;
    let first = office.request(&payment).await;
    assert_eq!(office.stands(&first, "failed").await["failed_because"], "TITLE_REFUSED");
    office.gateway.behave(Behaviour { invoices: InvoicesEnd::Waiting, ..Behaviour::default() });
    let second = office.request(&payment).await;
    office.stands(&second, "submitted").await;
    assert_eq!(office.check(&second).await, "submitted");
    assert_eq!(office.reverse(&payment).await.refused(409), "payment_must_not_be_invoiced");
    office.gateway.behave(Behaviour::default());
    assert_eq!(office.check(&second).await, "issued");

    office.gateway.behave(Behaviour { invoices: InvoicesEnd::Failed, ..Behaviour::default() });
    office.red_letter(&second).await;
    for _ in 0..100 {
        if office.shown(&second).await["invoice"]["failed_because"] == "BUYER_DECLINED" {
            break;
        }
        office.check(&second).await;
    }
    assert_eq!(office.stands(&second, "issued").await["failed_because"], "BUYER_DECLINED");
    assert_eq!(office.reverse(&payment).await.refused(409), "payment_must_not_be_invoiced");
    office.gateway.behave(Behaviour::default());
    office.red_letter(&second).await;
    let red = office.stands(&second, "red_lettered").await;
    assert_eq!(red["red_serial"], json!(format!("{}-R2", second.replace('-', ""))));
    office.reverse(&payment).await.good();
    assert_eq!(office.issued(), 1);
    office.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_requests_that_race_for_the_same_money_are_one_invoice() {
    let office = Office::open().await;
    let payment = office.paid("B-1", "100.00").await;
    let one = async |_: usize| {
        let asked = office.estate.desk.post(&office.estate.at("/invoices"), office.body(&payment)).await;
        if asked.status.is_success() {
            return Some(began(&asked.good(), "invoice"));
        }
        assert_eq!(asked.refused(409), "money_must_be_left_to_invoice");
        None
    };
    let taken: Vec<String> = futures_util::future::join_all((0..20).map(one)).await.into_iter().flatten().collect();
    assert_eq!(taken.len(), 1);
    office.stands(&taken[0], "issued").await;
    assert_eq!(office.issued(), 1);
    office.is_sound().await;
}

#[tokio::test]
async fn without_a_provider_nobody_asks_for_invoices() {
    let estate = Estate::build().await;
    let (_, account) = estate.unit("3-1-1202").await;
    let item = estate.fee_item().await;
    let charge = estate.charge(&account, &item, "10.00").await;
    let bank = estate.channel_account("bank").await;
    let pay = json!({
        "channel_account": bank, "reference": "B-1", "amount": "10.00", "value_on": "2026-01-10",
        "spending": {"pays": [{"account": account, "charges": [charge]}]},
    });
    let paid = estate.cashier.post(&estate.at("/payments"), pay).await.good();
    let obligor = fact(&paid, "receipt_issued")["obligor"].clone();
    let buyer = json!({"kind": "person", "name": "张三"});
    let body = json!({"payment": began(&paid, "payment"), "obligor": obligor, "kind": "ordinary", "buyer": buyer});
    assert_eq!(estate.desk.post(&estate.at("/invoices"), body).await.refused(409), "invoicing_must_be_served");

    estate.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tax_of_invoices_and_of_the_books_foots_month_by_month() {
    let office = Office::open_at("2026-03-02T02:00:00Z").await;
    let told = |booked: &str, invoiced: &str, difference: &str, because: &[&str]| {
        let because = because.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        (booked.to_owned(), invoiced.to_owned(), difference.to_owned(), because)
    };
    // Three charges of January with 6.00 of tax each; one of them is invoiced at once.
    let mut payments = Vec::new();
    for nth in 1..=3 {
        payments.push(office.paid(&format!("B-{nth}"), "106.00").await);
    }
    let first = office.request(&payments[0]).await;
    office.stands(&first, "issued").await;
    assert_eq!(office.tax("2026-03").await, told("18.00", "6.00", "12.00", &["not_invoiced 12.00"]));
    assert_eq!(office.tax("2026-02").await, told("0.00", "0.00", "0.00", &[]));
    // A month later: one is invoiced that was booked before, one that is of May, and the first one is red-lettered.
    let office = office.at("2026-04-02T02:00:00Z");
    let second = office.request(&payments[1]).await;
    office.stands(&second, "issued").await;
    let body = json!({
        "fee_item": office.fee_item, "amount": "212.00", "due_on": "2099-01-31",
        "service": {"from": "2026-05-01", "until": "2026-06-01"},
    });
    let path = office.estate.at(&format!("/accounts/{}/charges", office.account));
    let posted = office.estate.finance.post(&path, body).await.good();
    let charge = fact(&posted, "charge_posted")["charge"].as_str().unwrap().to_owned();
    let pay = json!({
        "channel_account": office.bank, "reference": "B-4", "amount": "212.00", "value_on": "2026-04-02",
        "spending": {"pays": [{"account": office.account, "charges": [charge]}]},
    });
    let ahead = began(&office.estate.cashier.post(&office.estate.at("/payments"), pay).await.good(), "payment");
    let third = office.request(&ahead).await;
    office.stands(&third, "issued").await;
    office.red_letter(&first).await;
    office.stands(&first, "red_lettered").await;
    let april =
        told("0.00", "12.00", "-12.00", &["booked_earlier -6.00", "invoiced_ahead -12.00", "red_lettered 6.00"]);
    assert_eq!(office.tax("2026-04").await, april);
    assert_eq!(office.tax("2026-03").await, told("18.00", "6.00", "12.00", &["not_invoiced 12.00"]));
    // What the report calls booked is what the trial balance says.
    let trial = office.reader().await.get(&office.estate.at("/trial-balance?until=2026-04")).await.good();
    let due = trial["items"].as_array().unwrap().iter().filter(|row| row["book"] == "vat_due");
    let due: Vec<&str> = due.map(|row| row["credit"].as_str().unwrap()).collect();
    assert_eq!(due, ["18.00"]);
    // With the close of April the tax of the invoice of May is due: its day was the tax point.
    let office = office.at("2026-05-02T02:00:00Z");
    let close = json!({"period": "2026-04", "allowance_declined": true, "bank_accounts": 1});
    office.estate.finance.post(&office.estate.at("/periods:close"), close).await.good();
    let april = told("12.00", "12.00", "0.00", &["booked_earlier -6.00", "red_lettered 6.00"]);
    assert_eq!(office.tax("2026-04").await, april);
    let shown = office.reader().await.get(&office.estate.at(&format!("/charges/{charge}"))).await.good();
    assert_eq!((&shown["invoiced"], &shown["red_lettered"]), (&json!("212.00"), &json!("0.00")));
    office.is_sound().await;
}
