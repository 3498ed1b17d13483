//! `docs/EVENTS.md`: every event type with its stream, version, fields and an example, from the sources and the samples.

use crate::records::{all, samples, type_and_version};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::stream::{Event, StreamType};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A struct or enum of the sources: what its comment says, and its fields or words.
#[derive(Default)]
struct Shape {
    doc: String,
    fields: Vec<(String, String, String)>,
    words: Vec<(String, String)>,
}

/// What the sources declare.
#[derive(Default)]
struct Sources {
    shapes: BTreeMap<String, Shape>,
    /// Wire name of an event → name of its struct.
    events: BTreeMap<String, String>,
}

fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Sources {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut folders = vec![crate_folder().join("src")];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut texts: Vec<String> = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    // Where facts are declared comes first: a rule may have a type of the same name.
    texts.sort_by_key(|text| !text.contains("facts! {"));
    let mut sources = Sources::default();
    texts.iter().for_each(|text| sources.read(text));
    sources
}

impl Sources {
    /// Reads the declarations of one file: comments, `pub struct`, `pub enum`, fields, words, event names.
    fn read(&mut self, text: &str) {
        let (mut doc, mut current) = (String::new(), None::<String>);
        for line in text.lines().map(str::trim) {
            if let Some(comment) = line.strip_prefix("///") {
                if !doc.is_empty() {
                    doc.push(' ');
                }
                doc.push_str(comment.trim());
                continue;
            }
            if line.starts_with("#[") {
                continue;
            }
            let declared = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "));
            if let Some(name) = declared.and_then(|rest| rest.split([' ', '(', ';', '<']).next()) {
                let known = self.shapes.contains_key(name);
                current = (!known).then(|| name.to_owned());
                if !known {
                    self.shapes.insert(name.to_owned(), Shape { doc: doc.clone(), ..Shape::default() });
                }
            } else if let Some(shape) = current.as_ref().and_then(|name| self.shapes.get_mut(name)) {
                shape.read(line, &doc);
                if let Some((name, wire)) = event_name(line) {
                    self.events.insert(wire, name);
                }
            }
            doc.clear();
        }
    }
}

impl Shape {
    fn read(&mut self, line: &str, doc: &str) {
        let field = line.strip_prefix("pub ").unwrap_or(line).strip_suffix(',').and_then(|rest| rest.split_once(": "));
        let named = |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        if let Some((name, kind)) = field.filter(|(name, _)| named(name) && !doc.is_empty()) {
            self.fields.push((name.to_owned(), kind.to_owned(), doc.to_owned()));
        }
        let variant = |end| line.strip_suffix(end).filter(|name| name.chars().all(|c| c.is_ascii_alphabetic()));
        if let Some(name) = variant(" {").filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase())) {
            self.fields.push(("kind".to_owned(), format!("`{}`", snake(name)), doc.to_owned()));
        }
        if let Some(name) = variant(",").filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase())) {
            self.words.push((snake(name), doc.to_owned()));
        }
        if let Some((_, word)) = line.strip_suffix("\",").and_then(|rest| rest.split_once(" = \"")) {
            self.words.push((word.to_owned(), doc.to_owned()));
        }
    }
}

/// `ChargePosted = "charge_posted", 1;`
fn event_name(line: &str) -> Option<(String, String)> {
    let (name, rest) = line.split_once(" = \"")?;
    let (wire, version) = rest.split_once("\", ")?;
    version.strip_suffix(';')?.parse::<u32>().ok()?;
    Some((name.to_owned(), wire.to_owned()))
}

/// A field's type in the words of LOG_FORMAT.md; what has a shape of its own is named and collected.
fn wire_type(kind: &str, sources: &Sources, used: &mut Vec<String>) -> String {
    let inside = |prefix: &str| kind.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('>'));
    if let Some(inner) = inside("Option<") {
        return format!("{}, optional", wire_type(inner, sources, used));
    }
    // Where it lies in memory is nothing of the wire's.
    if let Some(inner) = inside("Box<") {
        return wire_type(inner, sources, used);
    }
    if let Some(inner) = inside("Vec<") {
        return format!("list of {}", wire_type(inner, sources, used));
    }
    let name = kind.rsplit("::").next().unwrap_or(kind);
    match name {
        "Money" => "amount".into(),
        "CivilDate" => "date".into(),
        "Month" => "month".into(),
        "Exact" => "decimal".into(),
        "Count" => "whole number".into(),
        "Digest" => "digest".into(),
        "Seen" => "`{ledger_id, position}`".into(),
        "LedgerPosition" => "`ledger@position`".into(),
        word if word.starts_with('`') => word.to_owned(),
        "bool" => "boolean".into(),
        "Label" | "String" => "text".into(),
        "Code" => "code".into(),
        "Uuid" => "id".into(),
        "DateRange" => "`{from, until}`, days, the last not included".into(),
        name if name.ends_with("Id") => format!("id of {}", of_id(name)),
        name => {
            let known = sources.shapes.contains_key(name);
            assert!(
                known,
                "EVENTS.md has no words for the type {name}: add them to core/domain/tests/wire/events_doc.rs"
            );
            used.push(name.to_owned());
            format!("[{name}](#{})", name.to_lowercase())
        }
    }
}

/// `PerArea` → `per_area`.
fn snake(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

/// `ChannelAccountId` → `a channel account`.
fn of_id(name: &str) -> String {
    let words = snake(name.trim_end_matches("Id")).replace('_', " ");
    let article = if words.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {words}")
}

/// The fields that no sample fills, as `Shape.field`.
pub(crate) fn unfilled() -> BTreeSet<String> {
    let sources = sources();
    let (mut reached, mut filled) = (BTreeSet::new(), BTreeSet::new());
    for (_, name, data) in samples() {
        let (event_type, _) = type_and_version(name);
        sources.visit(&sources.events[event_type], &data, &mut reached, &mut filled);
    }
    let all = reached
        .iter()
        .flat_map(|shape| sources.shapes[shape].fields.iter().map(move |(field, _, _)| format!("{shape}.{field}")));
    all.filter(|field| !filled.contains(field)).collect()
}

impl Sources {
    /// Notes the shapes that a value has and the fields it fills.
    fn visit(&self, shape: &str, value: &Value, reached: &mut BTreeSet<String>, filled: &mut BTreeSet<String>) {
        let Some(found) = self.shapes.get(shape) else { return };
        reached.insert(shape.to_owned());
        for (field, kind, _) in &found.fields {
            let Some(inner) = value.get(field) else { continue };
            filled.insert(format!("{shape}.{field}"));
            let of = kind.rsplit(['<', ':']).next().unwrap_or(kind).trim_end_matches('>');
            match inner {
                Value::Array(items) => items.iter().for_each(|item| self.visit(of, item, reached, filled)),
                Value::Object(_) => self.visit(of, inner, reached, filled),
                _ => {}
            }
        }
    }
}

const HEAD: &str = "# Events

Generated from the sources and from `tests/wire/` by the test `wire`; `UPDATE_EVENTS=1 cargo nextest run -p mingzhang-domain --test
wire` writes it anew. The envelope around `data`, the forms of values and the books are in [LOG_FORMAT.md](LOG_FORMAT.md); the
whole body of each example is `tests/wire/<event>.v<version>.json`. What is optional and absent is left out.
";

fn page() -> String {
    let sources = sources();
    let golden = all();
    let mut used = Vec::new();
    let mut page = HEAD.to_owned();
    for stream in StreamType::ALL {
        let types: Vec<_> = Event::types().into_iter().filter(|(of, _, _)| of == stream).collect();
        writeln!(page, "\n## Stream `{stream}`").unwrap();
        for (_, event_type, version) in types {
            let shape = &sources.shapes[&sources.events[event_type]];
            writeln!(page, "\n### `{event_type}` v{version}\n{}", shape.doc).unwrap();
            write_fields(&mut page, shape, &sources, &mut used);
            let name = format!("{event_type}.v{version}");
            let body = &golden.iter().find(|golden| golden.name == name).unwrap().body;
            write_example(&mut page, &Recorded::from_body(body).unwrap());
            let more: Vec<&str> = samples().iter().map(|(_, name, _)| *name).collect();
            let more: Vec<String> = more
                .into_iter()
                .filter(|other| *other != name && type_and_version(other) == (event_type, version))
                .map(|other| format!("`{other}`"))
                .collect();
            if !more.is_empty() {
                writeln!(page, "\nMore examples: {}.", more.join(", ")).unwrap();
            }
        }
    }
    write_shapes(&mut page, &sources, used);
    page
}

fn write_fields(page: &mut String, shape: &Shape, sources: &Sources, used: &mut Vec<String>) {
    if shape.fields.is_empty() {
        return;
    }
    page.push_str("\n| field | form | meaning |\n| --- | --- | --- |\n");
    for (name, kind, doc) in &shape.fields {
        writeln!(page, "| `{name}` | {} | {doc} |", wire_type(kind, sources, used)).unwrap();
    }
}

fn write_example(page: &mut String, event: &Recorded) {
    let data = String::from_utf8(event.event.data_bytes().unwrap()).unwrap();
    writeln!(page, "\n```json\n{data}\n```").unwrap();
    for line in event.postings.iter().flatten() {
        let side = if line.amount.is_negative() { "credit" } else { "debit" };
        let amount = if line.amount.is_negative() { line.amount.negated() } else { line.amount };
        writeln!(page, "- {side} `{}` {amount} ({})", line.book, line.purse).unwrap();
    }
    if event.postings.as_ref().is_some_and(Vec::is_empty) {
        page.push_str("- a money event that posts nothing here\n");
    }
}

/// What the fields refer to, and what those refer to in turn.
fn write_shapes(page: &mut String, sources: &Sources, used: Vec<String>) {
    page.push_str("\n## Shapes and words\n");
    let mut written = BTreeMap::new();
    let mut open = used;
    while let Some(name) = open.pop() {
        if written.contains_key(&name) {
            continue;
        }
        let shape = &sources.shapes[&name];
        let mut text = format!("\n### {name}\n{}\n", shape.doc);
        write_fields(&mut text, shape, sources, &mut open);
        for (word, doc) in &shape.words {
            writeln!(text, "- `{word}`: {doc}").unwrap();
        }
        written.insert(name, text);
    }
    written.values().for_each(|text| page.push_str(text));
}

#[test]
fn the_list_of_events_is_up_to_date() {
    let path = crate_folder().join("../../docs/EVENTS.md");
    let page = page();
    if std::env::var_os("UPDATE_EVENTS").is_some() {
        std::fs::write(path, page).unwrap();
        return;
    }
    let have = std::fs::read_to_string(path).unwrap_or_default();
    assert!(have == page, "docs/EVENTS.md is not up to date; {}", crate::HOW);
}
