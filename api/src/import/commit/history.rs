//! From payments of the old system to commands: what is personal in a row is sealed under a subject of its own, as no person is
//! known by it.

use super::{ChunkStep, Place, RowKind, entity};
use crate::import::history::HistoryLine;
use mingzhang_domain::id::{CommandId, HistoryId, VaultItemId, natural};
use mingzhang_domain::import::{HistoryRow, MAX_HISTORY_ROWS, RecordHistory};
use mingzhang_domain::value::Count;
use mingzhang_store::vault::{ItemKind, Plain};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// The commands that record the rows, in order.
pub fn chunks(place: Place, lines: &[HistoryLine]) -> Vec<ChunkStep> {
    let chunk = |(number, lines): (u32, &[HistoryLine])| {
        let mut personal = Vec::new();
        let rows = lines.iter().map(|line| row(place, line, &mut personal)).collect();
        let record = RecordHistory { import: place.import(), chunk: Count(number), rows };
        let mut step = place.step(place.command("record_history", &number.to_string()), Arc::new(record));
        step.personal = personal;
        ChunkStep { kind: RowKind::History, rows: lines.iter().map(|line| line.row).collect(), step }
    };
    (1_u32..).zip(lines.chunks(MAX_HISTORY_ROWS)).map(chunk).collect()
}

fn row(place: Place, line: &HistoryLine, personal: &mut Vec<Plain>) -> HistoryRow {
    let note = note(line).map(|text| {
        let (item_id, subject_id): (VaultItemId, Uuid) = (crate::ids::mint(), crate::ids::mint());
        personal.push(Plain { item_id, subject_id, kind: ItemKind::Text, text: text.into() });
        item_id
    });
    HistoryRow {
        history: history(place, line),
        account: line.account,
        item: line.item.clone(),
        fee_item: line.fee_item,
        service: line.service,
        paid_on: line.paid_on,
        due: line.due,
        paid: line.paid,
        reference: line.reference.clone(),
        note,
    }
}

/// The id of a payment: what it says, and which it is of those alike, whatever the file.
fn history(place: Place, line: &HistoryLine) -> HistoryId {
    let said = line.says().map(|part| natural(&part));
    let occurrence = line.occurrence.0.to_string();
    let key: Vec<&str> = said.iter().map(String::as_str).chain([occurrence.as_str()]).collect();
    entity(CommandId::from_natural(place.community, "history", &key), "history")
}

/// Who paid, who took it and what was noted, as one text of the vault.
fn note(line: &HistoryLine) -> Option<String> {
    let parts = [("payer", &line.payer), ("cashier", &line.cashier), ("remark", &line.remark)];
    let said = parts.iter().filter_map(|(name, part)| Some(((*name).to_owned(), json!(part.as_ref()?.expose()))));
    let said: Map<String, Value> = said.collect();
    (!said.is_empty()).then(|| Value::Object(said).to_string())
}
