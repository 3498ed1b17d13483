//! From openings to commands: a batch with its control totals, then its records, 25 to a command.

use super::{ChunkStep, Place, RowKind, Step, entity};
use mingzhang_domain::id::{CommandId, OpeningId};
use mingzhang_domain::opening::{AddOpeningRecords, ControlTotal, MAX_OPENING_RECORDS, OpeningRecord, StartOpening};
use mingzhang_domain::value::Count;
use std::sync::Arc;

/// A file of openings on its way into a batch.
#[derive(Debug)]
pub struct Batch {
    /// The good rows.
    pub records: Vec<(u32, OpeningRecord)>,
    /// As the old books have them.
    pub totals: Vec<ControlTotal>,
}

impl Place {
    /// The batch that a file of openings fills.
    pub fn opening(&self) -> OpeningId {
        entity(self.start_opening(), "opening")
    }

    fn start_opening(&self) -> CommandId {
        self.command("start_opening", "0")
    }
}

impl Batch {
    /// The command that starts the batch.
    pub fn start(&self, place: Place) -> Step {
        let (opening, import) = (place.opening(), Some(place.import()));
        let start = StartOpening { opening, totals: self.totals.clone(), import };
        place.step(place.start_opening(), Arc::new(start))
    }

    /// The commands that fill it, in order.
    pub fn chunks(&self, place: Place) -> Vec<ChunkStep> {
        let chunk = |(number, rows): (u32, &[(u32, OpeningRecord)])| {
            let records = rows.iter().map(|(_, record)| record.clone()).collect();
            let add = AddOpeningRecords { opening: place.opening(), chunk: Count(number), records };
            let step = place.step(place.command("add_opening_records", &number.to_string()), Arc::new(add));
            ChunkStep { kind: RowKind::Opening, rows: rows.iter().map(|(row, _)| *row).collect(), step }
        };
        (1_u32..).zip(self.records.chunks(MAX_OPENING_RECORDS)).map(chunk).collect()
    }
}
