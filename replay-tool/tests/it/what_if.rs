//! What-ifs out of the log, by a role that can only read: nothing is written.

use crate::audit;
use crate::village::{LEDGER, Village};
use serde_json::json;

#[tokio::test]
async fn another_price_is_answered_by_who_can_only_read() {
    let village = Village::billed().await;
    let ledger = LEDGER.to_string();
    let head = || audit(&village.database, &["head", "--ledger", &ledger]).out;
    let before = head();
    let ask = |more: &[&str]| {
        let own = ["what-if", "--ledger", &ledger, "--periods", "2026-01..2026-03"];
        audit(&village.database, &[&own, more].concat())
    };
    // 89.76 × (14/31 + 2) months: at 2.38 they are 523.74, at 2.58 they are 567.75.
    let dearer = ask(&["--item", "物业服务费", "--price", "2.580", "--json"]);
    assert_eq!(dearer.code, Some(0), "{}", dearer.err);
    let answer = dearer.json();
    assert_eq!(answer["total"], json!({"charges": 3, "before": "523.74", "after": "567.75", "difference": "44.01"}));
    assert_eq!((&answer["items"][0]["code"], &answer["items"][0]["difference"]), (&json!("1-101"), &json!("44.01")));
    assert_eq!(answer["collection_total"]["before"]["rate"], "0.0000");
    let words = ask(&["--item", "物业服务费", "--unit", "1-101", "--percent", "90", "--from", "2026-02-01"]);
    assert_eq!(words.code, Some(0), "{}", words.err);
    assert!(words.out.contains("欠费 arrears") && words.out.contains("1 units differ"), "{}", words.out);
    assert_eq!(ask(&["--daily-rate", "0.0005"]).code, Some(0));
    for wrong in [
        &["--item", "电梯费", "--price", "1"][..],
        &["--item", "物业服务费", "--price", "-1"],
        &["--item", "物业服务费", "--price", "1e3"],
        &["--item", "物业服务费", "--price", "1", "--percent", "90"],
        &["--item", "物业服务费", "--unit", "9-999", "--price", "1"],
        &["--item", "物业服务费", "--price", "1", "--on", "2020-01-01"],
        &["--daily-rate", "0.01"],
        &["--price", "1"],
        &[],
    ] {
        assert_eq!(ask(wrong).code, Some(2), "{wrong:?}");
    }
    assert_eq!(head(), before);
}
