//! Why somebody may do something, asked from the command line beside the running server.

use crate::process::{Process, program};
use crate::server::{PASSWORD, began};
use serde_json::{Value, json};
use std::process::Command;

/// What the program says, and whether it ended well.
fn asked(process: &Process, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(program("mingzhang-api"));
    command.args(["admin", "explain-access"]).args(arguments).arg("--data").arg(process.data());
    let answer = command.env_remove("DATABASE_URL").output().unwrap();
    let said = if answer.status.success() { answer.stdout } else { answer.stderr };
    (answer.status.success(), String::from_utf8(said).unwrap())
}

#[tokio::test]
async fn why_somebody_may_is_answered_beside_the_server() {
    let mut process = Process::start("warn").await;
    let admin = &process.admin;
    let company = admin.post("/api/v1/companies", json!({"code": "HY", "name": "湖滨物业"})).await.good();
    let company = format!("/api/v1/companies/{}", began(&company, "company"));
    let community = admin.post(&format!("{company}/communities"), json!({"code": "YL", "name": "云璟花园"})).await;
    let community = began(&community.good(), "community");
    let staff = began(&admin.post(&format!("{company}/staff"), json!({"name": "余清岚"})).await.good(), "staff");
    let grant = json!({"role": "cashier", "community": community});
    admin.post(&format!("{company}/staff/{staff}/grant-role"), grant).await.good();
    let name = json!({"name": "desk.one", "password": PASSWORD});
    admin.put(&format!("{company}/staff/{staff}/sign-in"), name).await.good();

    let (good, said) = asked(&process, &["desk.one", "record_payment", "--community", "YL"]);
    assert!(good && said.contains("允许 / permitted") && said.contains("收费员"), "{said}");
    let (good, said) = asked(&process, &["desk.one", "waive_charges", "--community", "YL", "--json"]);
    let told: Value = serde_json::from_str(&said).unwrap();
    assert!(good);
    assert_eq!((&told["permitted"], &told["because"]), (&json!(false), &json!([])));
    let (good, said) = asked(&process, &["admin", "create_company"]);
    assert!(good && said.contains("administrator"), "{said}");
    for (arguments, wrong) in [
        (["nobody.here", "record_payment", "--community", "YL"], "nobody signs in"),
        (["desk.one", "money", "--community", "YL"], "no such operation"),
        (["desk.one", "record_payment", "--community", "XX"], "no community"),
    ] {
        let (good, said) = asked(&process, &arguments);
        assert!(!good && said.contains(wrong), "{said}");
    }
    process.admin.get("/api/v1/me").await.good();
    process.stop().await;
}
