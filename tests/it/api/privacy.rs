//! A scan for personal data after a day's work: the built server runs at its most talkative on a data folder of its own, is
//! told names, phones and identity numbers in every way there is, and stops, which writes a checkpoint. Then nothing of it may
//! be found in the data folder, WAL and temporary files included, nor in what the server said. What is no secret is found.

use crate::client::Client;
use crate::process::Process;
use crate::server::{PASSWORD, began, sign_in};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;

const NAME: &str = "欧阳试探甲";
const STAFF: &str = "司徒试探乙";
const PAYER: &str = "皇甫试探丙";
const MOBILE: &str = "13987650412";
const NEXT_MOBILE: &str = "13987650413";
const IDENTITY: &str = "11010519491231002X";
/// Refused for its check digit: what is refused must not be kept either.
const WRONG_IDENTITY: &str = "110105194912310033";
/// A community's name is no personal data: the scan must find it.
const CONTROL: &str = "对照标记五七";

/// Everything that takes personal data, and requests that are refused with it.
async fn work(admin: &Client) {
    let company = admin.post("/api/v1/companies", json!({"code": "TS", "name": "试探物业"})).await.good();
    let company = format!("/api/v1/companies/{}", began(&company, "company"));
    let path = format!("{company}/communities");
    let community = began(&admin.post(&path, json!({"code": "DZ", "name": CONTROL})).await.good(), "community");
    let staff = began(&admin.post(&format!("{company}/staff"), json!({"name": STAFF})).await.good(), "staff");
    for role in ["customer_service", "finance"] {
        let grant = format!("{company}/staff/{staff}/grant-role");
        admin.post(&grant, json!({"role": role})).await.good();
    }
    let path = format!("{company}/staff/{staff}/sign-in");
    admin.put(&path, json!({"name": "desk", "password": PASSWORD})).await.good();
    let desk = sign_in(&Client::new(admin.address()), "desk", PASSWORD).await;

    let person = |identity: &str| json!({"name": NAME, "mobile": MOBILE, "identity": identity});
    let persons = format!("{company}/persons");
    let known = began(&desk.post(&persons, person(IDENTITY)).await.good(), "person");
    desk.post(&format!("{persons}/{known}/change-contact"), json!({"mobile": NEXT_MOBILE})).await.good();
    let refused = desk.post(&persons, person(WRONG_IDENTITY)).await;
    assert!(refused.status.is_client_error() && !refused.text.contains(NAME), "{}", refused.text);
    let odd = format!("{{\"name\": \"{NAME}\", \"mobile\": {MOBILE}, \"{PAYER}\": 1}}");
    assert!(desk.post_raw(&persons, odd).await.status.is_client_error());
    assert!(desk.post_raw(&persons, format!("not json {NAME} {IDENTITY}")).await.status.is_client_error());

    let account = json!({"kind": "bank", "purse": "company", "label": "基本户"});
    let account = began(&admin.post(&format!("{company}/channel-accounts"), account).await.good(), "channel_account");
    let payment = json!({
        "channel_account": account, "reference": "B1", "amount": "10.00", "value_on": "2026-01-10", "payer": PAYER,
    });
    desk.post(&format!("/api/v1/communities/{community}/payments"), payment).await.good();
    let staff: Value = desk.get(&format!("{company}/staff")).await.json();
    assert!(!staff.is_null());
}

/// The files under some folders that hold one of the texts, as they are or in hexadecimal digits.
fn holding(folders: &[PathBuf], texts: &[&str]) -> String {
    let mut grep = Command::new("grep");
    grep.args(["-rlaF", "--devices=skip"]);
    for text in texts {
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        grep.args(["-e", text, "-e", &hex]);
    }
    let answer = grep.env("LC_ALL", "C").arg("--").args(folders).output().unwrap();
    String::from_utf8(answer.stdout).unwrap()
}

#[tokio::test]
async fn nothing_personal_in_the_data_folder_or_the_log() {
    let mut server = Process::start("trace").await;
    work(&server.admin).await;
    server.stop().await;

    let (cluster, log) = (server.cluster(), server.said().to_path_buf());
    let folders = [server.data().to_path_buf(), cluster.clone()];
    let secrets = [NAME, STAFF, PAYER, MOBILE, NEXT_MOBILE, IDENTITY, WRONG_IDENTITY];
    assert!(cluster.join("data/pg_wal").is_dir());
    assert_eq!(holding(&folders, &secrets), "", "personal data in the data folder");
    assert_eq!(holding(std::slice::from_ref(&log), &secrets), "", "personal data in the log");
    assert_ne!(holding(&folders, &[CONTROL]), "", "the scan sees nothing");
    assert!(std::fs::read_to_string(&log).unwrap().contains("answered"), "the log says nothing");
}
