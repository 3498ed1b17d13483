//! Receipts on paper and on their public page: what they say, to whom, and how they say that they hold no more.

use crate::client::Client;
use crate::estate::{Estate, fact};
use crate::paper;
use crate::server::{PUBLIC_URL, began, today};
use serde_json::{Value, json};

/// An invented stamp.
const STAMP: &[u8] = include_bytes!("../../../api/documents/samples/stamp.png");

/// A payment in cash of 300.00 for a charge of 250.60; the payment, its receipt's fact, a client of now.
async fn paid(estate: &Estate) -> (String, Value, Client) {
    let (_, account) = estate.unit_of("3-1-1202", &estate.person("欧阳小三").await).await;
    let item = estate.fee_item().await;
    let charge = estate.charge(&account, &item, "250.60").await;
    let till = estate.channel_account("cash").await;
    let open = json!({"channel_account": till, "float": "200.00"});
    let shift = began(&estate.cashier.post(&estate.at("/shifts"), open).await.good(), "shift");
    let pay = json!({
        "channel_account": till, "shift": shift, "amount": "300.00", "value_on": "2026-01-10", "payer": "王小明",
        "spending": {"pays": [{"account": account, "charges": [charge]}], "rest_to": account},
    });
    let paid = estate.cashier.post(&estate.at("/payments"), pay).await.good();
    let client = estate.cashier.with("ledger-position", format!("{}@{}", estate.community, paid["position"]));
    (began(&paid, "payment"), fact(&paid, "receipt_issued").clone(), client)
}

fn document(estate: &Estate, receipt: &Value, more: &str) -> String {
    estate.at(&format!("/receipts/{}/document{more}", receipt["receipt"].as_str().unwrap()))
}

async fn print(estate: &Estate, payment: &str, receipt: &Value, client: &Client) -> Client {
    let path = format!("/payments/{payment}/receipts/{}/print", receipt["receipt"].as_str().unwrap());
    let printed = client.post(&estate.at(&path), json!({})).await.good();
    client.with("ledger-position", format!("{}@{}", estate.community, printed["position"]))
}

fn contains_all(text: &str, wanted: &[&str]) {
    for words in wanted {
        assert!(text.contains(&words.replace(' ', "")), "{words} is not in {text}");
    }
}

#[tokio::test]
async fn a_receipt_on_paper_says_what_its_facts_say() {
    let estate = Estate::build().await;
    let (payment, receipt, client) = paid(&estate).await;
    let number = receipt["number"].as_str().unwrap();
    let preview = paper::text(&client.get(&document(&estate, &receipt, "")).await);
    contains_all(&preview, &["预", "览"]);
    let client = print(&estate, &payment, &receipt, &client).await;
    let reply = client.get(&document(&estate, &receipt, "")).await;
    let text = paper::text(&reply);
    contains_all(
        &text,
        &[
            "惠园物业",
            "收款收据",
            number,
            "惠园小区",
            "欧阳小三",
            "现金",
            "2026-01-10",
            "3-1-1202",
            "250.60",
            "49.40",
            "¥300.00",
            "人民币叁佰元整",
            "预存余额 ¥49.40",
            "李四",
            "本收据不作为税务发票",
            "扫码验真",
            &today(),
        ],
    );
    assert!(!text.contains("预存余额¥-") && !text.contains("补打"));
    // A cashier may not look payers up.
    contains_all(&text, &["王*明"]);
    assert_eq!(
        reply.bytes,
        client.get(&document(&estate, &receipt, "?layout=a4")).await.bytes,
        "same facts, same bytes"
    );
    assert!(reply.header("content-disposition").contains("filename=\"receipt.pdf\""));
    assert!(reply.header("ledger-position").starts_with(&estate.community));
    let auditor = paper::text(&estate.auditor.get(&document(&estate, &receipt, "")).await);
    contains_all(&auditor, &["欧**三", "王*明"]);
    assert!(!auditor.contains("欧阳小三") && !auditor.contains("王小明"));
    let finance = paper::text(&estate.finance.get(&document(&estate, &receipt, "?layout=roll_80mm")).await);
    contains_all(&finance, &["欧阳小三", "王小明", number]);
    let client = print(&estate, &payment, &receipt, &client).await;
    let again = paper::text(&client.get(&document(&estate, &receipt, "?layout=a5_landscape")).await);
    contains_all(&again, &["补打第 1 次", "客户联", "存根联"]);
    let refused = client.get(&document(&estate, &receipt, "?layout=a3")).await;
    assert_eq!(refused.blamed(400), ("layout".to_owned(), "word_not_allowed".to_owned()));
    let unknown = json!({"receipt": "0190b0e0-0000-7000-8000-000000000001"});
    assert_eq!(client.get(&document(&estate, &unknown, "")).await.refused(404), "not_found");
    assert_eq!(estate.maintenance.get(&document(&estate, &receipt, "")).await.refused(403), "role_not_allowed");
    estate.server.stop().await;
}

#[tokio::test]
async fn a_stamp_is_laid_over_the_signature_of_what_is_printed_from_then_on() {
    let estate = Estate::build().await;
    let (_, receipt, client) = paid(&estate).await;
    let bare = client.get(&document(&estate, &receipt, "")).await;
    let path = estate.of_company("/stamp");
    for bad in ["", "no base64!", "R0lGODlhAQABAAAAACw="] {
        let reply = estate.admin.post(&path, json!({"picture": bad})).await;
        assert_eq!(reply.blamed(422), ("/picture".to_owned(), "stamp_must_be_small_png".to_owned()), "{bad}");
    }
    assert_eq!(estate.cashier.post(&path, json!({})).await.refused(403), "role_not_allowed");
    let set = estate.admin.post(&path, json!({"picture": base64(STAMP)})).await.good();
    assert!(fact(&set, "stamp_set")["picture"].is_string());
    let stamped = client.get(&document(&estate, &receipt, "")).await;
    assert_eq!(paper::text(&stamped), paper::text(&bare));
    assert!(stamped.bytes.len() > bare.bytes.len() + STAMP.len() / 4, "a picture more");
    estate.admin.post(&path, json!({})).await.good();
    assert_eq!(client.get(&document(&estate, &receipt, "")).await.bytes, bare.bytes);
    estate.server.stop().await;
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let mut bits = [0_u8; 3];
        bits[..three.len()].copy_from_slice(three);
        let [a, b, c] = bits;
        for (at, index) in [a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63].into_iter().enumerate() {
            text.push(if at <= three.len() { char::from(LETTERS[usize::from(index)]) } else { '=' });
        }
    }
    text
}

/// Where the code on a receipt leads to; the address is in the picture alone, so that it is made here as the server makes it.
async fn address(estate: &Estate, receipt: &Value, client: &Client) -> String {
    let path = estate.at(&format!("/receipts/{}/verification", receipt["receipt"].as_str().unwrap()));
    let shown = client.get(&path).await.good();
    let url = shown["url"].as_str().unwrap().to_owned();
    url.strip_prefix(PUBLIC_URL).unwrap().to_owned()
}

#[tokio::test]
async fn anybody_who_holds_a_receipt_sees_how_it_stands_and_nothing_of_whose_it_is() {
    let estate = Estate::build().await;
    let (payment, receipt, client) = paid(&estate).await;
    let number = receipt["number"].as_str().unwrap();
    let path = address(&estate, &receipt, &client).await;
    let nobody = &estate.server.nobody;
    let page = nobody.get(&path).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
    contains_all(&page.text, &["有效", number, "¥300.00", "人民币叁佰元整", "惠园物业", "惠园小区", &today()]);
    for personal in ["欧阳", "小三", "王小明", "3-1-1202", "250.60", "物业服务费", "13800005678"] {
        assert!(!page.text.contains(personal), "{personal} on a public page");
    }
    let event = verified(&page.text);
    assert_eq!(event.len(), 64, "the hash of the fact");
    // Another letter in the address, another length, an address of the same shape that nobody gave out.
    let (head, last) = path.split_at(path.len() - 1);
    let other = if last == "A" { "B" } else { "A" };
    for wrong in [
        format!("{head}{other}"),
        head.to_owned(),
        format!("/v/{}", "A".repeat(64)),
        format!("{path}A"),
        format!("/v/{number}"),
    ] {
        let page = nobody.get(&wrong).await;
        assert_eq!(page.status, 404, "{wrong}");
        assert!(page.text.contains("查无此据") && !page.text.contains(number), "{}", page.text);
    }
    let reverse = json!({"reason": "录错"});
    let reversed = estate.cashier.post(&estate.at(&format!("/payments/{payment}/reverse")), reverse).await.good();
    let client = client.with("ledger-position", format!("{}@{}", estate.community, reversed["position"]));
    let text = paper::text(&client.get(&document(&estate, &receipt, "")).await);
    contains_all(&text, &["已红冲，作废", number]);
    let page = nobody.get(&path).await;
    contains_all(&page.text, &["已红冲", "不再有效", number]);
    assert!(!page.text.contains("有效</p>"), "{}", page.text);
    for _ in 0..130 {
        let page = nobody.get("/v/x").await;
        if page.status == 429 {
            assert_eq!(page.refused(429), "too_many_attempts");
            estate.server.stop().await;
            return;
        }
    }
    panic!("nobody was told to wait");
}

fn verified(page: &str) -> &str {
    let hex = |text: &&str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    page.split(['<', '>']).find(hex).unwrap_or_default()
}

#[tokio::test]
async fn a_statement_on_paper_is_the_statement_and_names_its_party() {
    let estate = Estate::build().await;
    let (_, receipt, client) = paid(&estate).await;
    let lines =
        client.get(&estate.at(&format!("/receipts/{}/lines", receipt["receipt"].as_str().unwrap()))).await.good();
    let account = lines.as_array().or_else(|| lines["items"].as_array()).unwrap()[0]["account"].as_str().unwrap();
    let path =
        |more: &str| estate.at(&format!("/accounts/{account}/statement/document?from=2020-01-01&to=2029-12-31{more}"));
    let text = paper::text(&client.get(&path("")).await);
    contains_all(
        &text,
        &[
            "惠园物业",
            "对账单",
            "惠园小区",
            "3-1-1202",
            "2020-01-01 至 2029-12-31",
            "全部",
            "应收",
            "250.60",
            "收款",
            "300.00",
            "核销应收",
            "-49.40",
            "第 1 页，共 1 页",
        ],
    );
    let party = receipt["obligor"].as_str().unwrap();
    contains_all(&paper::text(&client.get(&path(&format!("&party={party}"))).await), &["欧阳小三", "-49.40"]);
    let auditor = paper::text(&estate.auditor.get(&path(&format!("&party={party}"))).await);
    contains_all(&auditor, &["欧**三"]);
    let backwards = estate.at(&format!("/accounts/{account}/statement/document?from=2026-02-01&to=2026-01-01"));
    let reversed = client.get(&backwards);
    assert_eq!(reversed.await.blamed(400), ("to".to_owned(), "range_must_not_be_empty".to_owned()));
    estate.server.stop().await;
}

#[tokio::test]
async fn the_receipts_of_a_month_are_one_archive() {
    let estate = Estate::build().await;
    let (payment, receipt, client) = paid(&estate).await;
    let client = print(&estate, &payment, &receipt, &client).await;
    let month = &today()[..7];
    let path = estate.at(&format!("/receipts:documents?month={month}"));
    let reply = client.get(&path).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/zip"), "{}", reply.text);
    assert_eq!(reply.header("receipts-total"), "1");
    assert!(reply.header("content-disposition").contains("filename=\"receipts.zip\""));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(reply.bytes.to_vec())).unwrap();
    assert_eq!(archive.len(), 1);
    let mut pdf = Vec::new();
    let mut part = archive.by_index(0).unwrap();
    assert_eq!(part.name().unwrap(), format!("收据-{month}-001.pdf"));
    std::io::Read::read_to_end(&mut part, &mut pdf).unwrap();
    contains_all(&paper::text_of(&pdf), &[receipt["number"].as_str().unwrap(), "¥300.00", "欧阳小三"]);
    assert_eq!(client.get(&path).await.bytes, reply.bytes, "same facts, same bytes");
    assert_eq!(client.get(&estate.at("/receipts:documents?month=2020-01")).await.refused(404), "not_found");
    let missing = client.get(&estate.at("/receipts:documents")).await;
    assert_eq!(missing.blamed(400), ("month".to_owned(), "field_required".to_owned()));
    assert_eq!(estate.maintenance.get(&path).await.refused(403), "role_not_allowed");
    assert_eq!(estate.server.nobody.get(&path).await.refused(401), "sign_in_required");
    estate.server.stop().await;
}
