//! The ids port: the only place that draws fresh ids.

use uuid::Uuid;

/// A fresh version 7 id, for a stream that a person's wish names and for requests.
#[expect(clippy::disallowed_methods, reason = "the ids port is where fresh ids are drawn")]
pub fn mint<T: From<Uuid>>() -> T {
    T::from(Uuid::now_v7())
}
