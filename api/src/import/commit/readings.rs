//! From readings to commands: a meter that is new is registered first, with what it showed before.

use super::{Place, RowKind, RowSteps, entity};
use crate::import::readings::{MeterOfRow, ReadingLine};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::{CommandId, MeterId, natural};
use mingzhang_domain::meter::{Device, NewReading, OpeningReading, RecordReadings, RegisterMeter};
use mingzhang_domain::value::{Count, Exact};
use rust_decimal::Decimal;
use std::sync::Arc;

/// Most meters have five digits before the point and show what they count.
const DIGITS: Count = Count(5);

/// The commands of each row; `opened_on` is the day of the readings before, of meters that are new.
pub fn rows(place: Place, lines: &[ReadingLine], opened_on: Option<CivilDate>) -> Vec<RowSteps> {
    lines.iter().map(|line| row(place, line, opened_on)).collect()
}

fn row(place: Place, line: &ReadingLine, opened_on: Option<CivilDate>) -> RowSteps {
    let mut steps = Vec::new();
    let meter = match (&line.meter, opened_on) {
        (MeterOfRow::Known(meter), _) => Some(*meter),
        (MeterOfRow::New { unit, utility, code, before, used_this_year }, Some(on)) => {
            let said = [code.to_string(), unit.to_string(), utility.to_string(), on.to_string(), before.to_string()];
            let said: Vec<String> = said.into_iter().chain(used_this_year.map(|used| used.to_string())).collect();
            let command_id = command(place, "register_meter", &said);
            let meter: MeterId = entity(command_id, "meter");
            let multiplier = Exact::new(Decimal::ONE).unwrap_or_default();
            let register = RegisterMeter {
                meter,
                unit: Some(*unit),
                building: None,
                utility: *utility,
                code: code.clone(),
                device: Device { digits: DIGITS, multiplier, reversed: false },
                opening: OpeningReading { on, value: *before, used_this_year: *used_this_year },
            };
            steps.push(place.step(command_id, Arc::new(register)));
            Some(meter)
        }
        (MeterOfRow::New { .. }, None) => None,
    };
    if let Some(meter) = meter {
        let said = [meter.to_string(), line.on.to_string(), line.value.to_string(), line.rolled_over.to_string()];
        let reading = NewReading {
            meter,
            on: line.on,
            value: line.value,
            rolled_over: line.rolled_over,
            kind: line.kind,
            photo: None,
        };
        let record = RecordReadings { readings: vec![reading] };
        steps.push(place.step(command(place, "record_readings", &said), Arc::new(record)));
    }
    RowSteps { kind: RowKind::Reading, row: line.row, steps }
}

/// The id of a command whose natural key is what the row says, whatever the file.
fn command(place: Place, operation: &str, said: &[String]) -> CommandId {
    let key: Vec<String> = std::iter::once("IMPORT".to_owned()).chain(said.iter().map(|part| natural(part))).collect();
    let key: Vec<&str> = key.iter().map(String::as_str).collect();
    CommandId::from_natural(place.community, operation, &key)
}
