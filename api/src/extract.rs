//! What a request says besides its body: path ids, pages, and the headers of this API.
//!
//! Everything is bounded and parsed into a type; what breaks a rule is named by parameter.

use crate::body::rules;
use crate::problem::{Problem, Rule};
use axum::http::HeaderMap;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::id::LedgerId;
use std::collections::BTreeMap;
use std::str::FromStr;
use uuid::Uuid;

/// Required on every POST: the same key and request give the same outcome, for ever.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// On reads: `<ledger_id>@<position>`; also the answer of every read.
pub const LEDGER_POSITION: &str = "ledger-position";
/// On commands to ledgers with a given clock: the instant they happen at.
pub const GIVEN_TIME: &str = "mingzhang-given-time";

/// How many items a page has unless asked otherwise, and at most.
pub const PAGE: u32 = 50;
/// See [`PAGE`].
pub const MAX_PAGE: u32 = 200;

/// The ids of a path by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids(BTreeMap<String, String>);

impl Ids {
    /// From what the router matched.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// The id of that name.
    ///
    /// # Errors
    /// 400 when it is no UUID.
    pub fn get<T: From<Uuid>>(&self, name: &str) -> Result<T, Problem> {
        parsed(self.0.get(name).map_or("", String::as_str), name, rules::UUID).map(|id: Uuid| T::from(id))
    }

    /// Every id, for the request digest.
    pub fn pairs(&self) -> impl Iterator<Item = (&String, &String)> {
        self.0.iter()
    }

    /// The same ids and more: a batch names the rest of each item's path itself.
    #[must_use]
    pub fn with(mut self, more: impl IntoIterator<Item = (String, String)>) -> Self {
        for (name, id) in more {
            self.0.entry(name).or_insert(id);
        }
        self
    }
}

/// Query parameters by name, each read at most once; what is left over is refused.
#[derive(Debug, Default)]
pub struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// From the query string.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// Takes one parameter.
    ///
    /// # Errors
    /// 400 when it breaks its rule.
    pub fn take<T: FromStr>(&mut self, name: &str, rule: Rule) -> Result<Option<T>, Problem> {
        self.0.remove(name).map(|text| parsed(&text, name, rule)).transpose()
    }

    /// Takes an id.
    ///
    /// # Errors
    /// 400 when it is no UUID.
    pub fn take_id<T: From<Uuid>>(&mut self, name: &str) -> Result<Option<T>, Problem> {
        Ok(self.take::<Uuid>(name, rules::UUID)?.map(T::from))
    }

    /// Takes ids with commas between them.
    ///
    /// # Errors
    /// 400 when one is no UUID, or there are more.
    pub fn take_ids<T: From<Uuid>>(&mut self, name: &str, most: usize) -> Result<Option<Vec<T>>, Problem> {
        let Some(text) = self.0.remove(name) else { return Ok(None) };
        if text.split(',').take(most.saturating_add(1)).count() > most {
            return Err(Problem::bad_parameter().at(name, rules::ITEMS));
        }
        let ids = text.split(',').map(|id| parsed::<Uuid>(id, name, rules::UUID).map(T::from));
        ids.collect::<Result<Vec<T>, Problem>>().map(Some)
    }

    /// Takes `limit` and `cursor`.
    ///
    /// # Errors
    /// 400 when one breaks its rule.
    pub fn take_page(&mut self) -> Result<Page, Problem> {
        let limit = self.take::<u32>("limit", rules::LIMIT)?.unwrap_or(PAGE);
        if !(1..=MAX_PAGE).contains(&limit) {
            return Err(Problem::bad_parameter().at("limit", rules::LIMIT));
        }
        let after = self.0.remove("cursor").map(|cursor| open_cursor(&cursor)).transpose()?;
        Ok(Page { limit, after })
    }

    /// Refuses what nobody took.
    ///
    /// # Errors
    /// 400 naming the first such parameter.
    pub fn finish(&mut self) -> Result<(), Problem> {
        match std::mem::take(&mut self.0).into_keys().next() {
            None => Ok(()),
            Some(name) => Err(Problem::bad_parameter().at(crate::body::token(&name), rules::QUERY_UNKNOWN)),
        }
    }
}

/// Which page of a list: keyset, never an offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Items at most.
    pub limit: u32,
    /// The key of the last item of the page before.
    pub after: Option<String>,
}

impl Page {
    /// The key after which the page begins, in its own type.
    ///
    /// # Errors
    /// 400 when the cursor is of another list.
    pub fn after<T: FromStr>(&self) -> Result<Option<T>, Problem> {
        self.after.as_deref().map(|key| parsed(key, "cursor", rules::CURSOR)).transpose()
    }
}

/// A cursor from the key of the last item: opaque to callers.
pub fn cursor(key: &str) -> String {
    key.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn open_cursor(cursor: &str) -> Result<String, Problem> {
    let refused = || Problem::bad_parameter().at("cursor", rules::CURSOR);
    if cursor.len() > 512 || !cursor.len().is_multiple_of(2) || !cursor.is_ascii() {
        return Err(refused());
    }
    let bytes: Option<Vec<u8>> = (0..cursor.len())
        .step_by(2)
        .map(|at| cursor.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(refused)
}

fn parsed<T: FromStr>(text: &str, name: &str, rule: Rule) -> Result<T, Problem> {
    // 128 characters hold every parameter there is.
    if text.len() > 128 {
        return Err(Problem::bad_parameter().at(name, rule));
    }
    text.parse().map_err(|_| Problem::bad_parameter().at(name, rule))
}

/// The key under which a command is answered once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The text; stored nowhere.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// From the header.
    ///
    /// # Errors
    /// 400 when it is missing or not 1–128 visible ASCII characters.
    pub fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let refused = || Problem::bad_parameter().at("Idempotency-Key", rules::IDEMPOTENCY_KEY);
        single(headers, IDEMPOTENCY_KEY).ok_or_else(refused)?.parse().map_err(|()| refused())
    }
}

impl FromStr for IdempotencyKey {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let good = (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if good { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

impl crate::body::Field for IdempotencyKey {
    fn read(value: &serde_json::Value, pointer: &str, errors: &mut crate::body::Errors) -> Option<Self> {
        let key = value.as_str().and_then(|text| text.parse().ok());
        if key.is_none() {
            errors.push(pointer, rules::IDEMPOTENCY_KEY);
        }
        key
    }
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"})
    }
}

/// The instant a command happens at, on a ledger with a given clock.
///
/// # Errors
/// 400 when the header is there and no RFC 3339 instant between 1990 and 2100.
pub fn given_time(headers: &HeaderMap) -> Result<Option<Instant>, Problem> {
    if !headers.contains_key(GIVEN_TIME) {
        return Ok(None);
    }
    let refused = || Problem::bad_parameter().at("Mingzhang-Given-Time", rules::INSTANT);
    let text = single(headers, GIVEN_TIME).filter(|text| text.len() <= 40).ok_or_else(refused)?;
    let at = chrono::DateTime::parse_from_rfc3339(text).map_err(|_| refused())?.to_utc();
    mingzhang_domain::calendar::CivilDate::of_instant(at).map_err(|_| refused())?;
    Ok(Some(at))
}

/// The position a read must have reached.
///
/// # Errors
/// 400 when the header is there and not `<ledger_id>@<position>`.
pub fn ledger_position(headers: &HeaderMap) -> Result<Option<(LedgerId, u64)>, Problem> {
    if !headers.contains_key(LEDGER_POSITION) {
        return Ok(None);
    }
    let refused = || Problem::bad_parameter().at("Ledger-Position", rules::POSITION);
    let (ledger, position) =
        single(headers, LEDGER_POSITION).and_then(|text| text.split_once('@')).ok_or_else(refused)?;
    let ledger = ledger.parse().map_err(|_| refused())?;
    let plain = !position.is_empty() && position.bytes().all(|byte| byte.is_ascii_digit());
    let position = position.parse().ok().filter(|_| plain).ok_or_else(refused)?;
    Ok(Some((LedgerId(ledger), position)))
}

/// A header that stands once and is text.
fn single<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut all = headers.get_all(name).iter();
    let one = all.next()?;
    if all.next().is_some() { None } else { one.to_str().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn keys_are_visible_ascii() {
        assert!(IdempotencyKey::of(&headers(IDEMPOTENCY_KEY, "a-1")).is_ok());
        for bad in ["", "a b", &"x".repeat(129)] {
            assert!(IdempotencyKey::of(&headers(IDEMPOTENCY_KEY, bad)).is_err(), "{bad:?}");
        }
        assert!(IdempotencyKey::of(&HeaderMap::new()).is_err());
    }

    #[test]
    fn cursors_come_back_as_they_were() {
        assert_eq!(open_cursor(&cursor("3-1-1202|明")).unwrap(), "3-1-1202|明");
        for bad in ["0", "zz", "ff"] {
            assert!(open_cursor(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn positions_name_a_ledger() {
        let id = "0190b0e0-0000-7000-8000-000000000001";
        assert!(ledger_position(&headers(LEDGER_POSITION, &format!("{id}@12"))).unwrap().is_some());
        for bad in ["12", "x@1", &format!("{id}@-1"), &format!("{id}@+1"), &format!("{id}@")] {
            assert!(ledger_position(&headers(LEDGER_POSITION, bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn given_times_are_instants() {
        assert!(given_time(&headers(GIVEN_TIME, "2026-01-01T00:00:00Z")).unwrap().is_some());
        assert!(given_time(&headers(GIVEN_TIME, "2026-01-01T08:00:00+08:00")).unwrap().is_some());
        for bad in ["2026-01-01", "1980-01-01T00:00:00Z"] {
            assert!(given_time(&headers(GIVEN_TIME, bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn unknown_query_parameters_are_refused() {
        let mut parameters = Parameters::new(vec![("limit".into(), "10".into()), ("x".into(), "1".into())]);
        assert_eq!(parameters.take_page().unwrap().limit, 10);
        assert!(parameters.finish().is_err());
        assert!(Parameters::new(vec![("limit".into(), "201".into())]).take_page().is_err());
    }
}
