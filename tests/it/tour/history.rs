//! What the old system recorded of payments: imported, searched, shown, withdrawn.

use super::{Tour, UNKNOWN};
use crate::api::imports::{commit, import_id, upload, zipped};
use serde_json::json;
use zip::CompressionMethod;

pub(super) async fn walk(tour: &Tour) {
    let estate = &tour.estate;
    let (unit, account) = estate.unit("9-1-0902").await;
    let rows = "房屋,收费项目,开始时间,结束时间,缴费时间,应缴金额,实缴金额,收银员,收据号\n\
        9-1-0902,旧账物业费,2024-01-01,2025-01-01,2024-03-05,2700.35,1350.18,前台,S51821\n";
    let file = zipped(&[("房屋缴费历史.csv", rows.as_bytes())], CompressionMethod::Stored);
    let import = import_id(&upload(&estate.desk, estate, file).await.good());
    assert_eq!(commit(estate, &import, &json!({})).await["state"], "completed");
    let at = format!("{}@{}", estate.community, estate.server.head(&estate.community).await);
    let auditor = estate.auditor.with("ledger-position", at);
    let found = auditor.get(&tour.at(&format!("/payment-history?unit={unit}"))).await.good();
    let history = found["items"][0]["history"].as_str().unwrap();
    estate.finance.get(&tour.at(&format!("/imports/{import}/history/{history}/note"))).await.good();
    auditor.get(&tour.at(&format!("/accounts/{account}/statement"))).await.good();
    let reason = json!({"reason": "导错文件"});
    let withdraw = format!("/imports/{import}/withdraw");
    tour.done(&estate.finance, &withdraw, reason.clone()).await;
    tour.refused(
        &estate.finance,
        &[
            (&withdraw, reason.clone(), 409, "history_must_stand"),
            (&format!("/imports/{UNKNOWN}/withdraw"), reason, 404, "import_must_exist"),
        ],
    )
    .await;
}
