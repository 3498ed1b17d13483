//! Prints what the domain computes for each `{"input": …}` of a file of worked cases, as a JSON list.
//!
//! Usage: `cases KIND FILE`. Ends with 2 when the kind is unknown or the file is no list of cases.

use mingzhang_domain::rule::cases::{compute, kinds};
use serde_json::{Value, json};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let answer = match arguments.as_slice() {
        [kind, file] => answers(kind, file),
        _ => Err("usage: cases KIND FILE".into()),
    };
    match answer {
        Ok(list) => {
            println!("{list:#}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

fn answers(kind: &str, file: &str) -> Result<Value, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let cases: Vec<Value> = serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
    let unknown = || format!("unknown kind {kind}; known: {}", kinds().collect::<Vec<_>>().join(", "));
    let answer = |case: &Value| match case.get("input") {
        Some(input) => compute(kind, input).map_err(|_| unknown()),
        None => Ok(json!({ "error": "input_missing" })),
    };
    compute(kind, &Value::Null).map_err(|_| unknown())?;
    Ok(Value::Array(cases.iter().map(answer).collect::<Result<_, _>>()?))
}
