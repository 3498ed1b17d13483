//! Broken on purpose: the one invariant that this process breaks, so that the test of that invariant is seen to go red.
//!
//! Compiled with the feature `sabotage`, which no shipped build has, and armed by one program, the tests'
//! `sabotaged-server`; not armed, every point does nothing. May never happen here: a point that a product build reaches.

use std::str::FromStr;
use std::sync::OnceLock;
use std::time::Duration;

/// Between an early answer and its commit: long enough for a kill to fall in between.
pub(crate) const WINDOW: Duration = Duration::from_millis(400);

/// What is broken. Another point is a variant here, a line in `ALL`, and one look at `is_armed` where the
/// invariant is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// Commands are answered, and only then committed.
    AnswerBeforeCommit,
}

/// A word that names no point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such sabotage")]
pub struct UnknownSabotage;

/// What this process breaks; nothing until it is armed.
static ARMED: OnceLock<Sabotage> = OnceLock::new();

impl Sabotage {
    const ALL: [Self; 1] = [Self::AnswerBeforeCommit];

    /// Its word in `MINGZHANG_SABOTAGE`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AnswerBeforeCommit => "answer_before_commit",
        }
    }

    /// Breaks the invariant for the rest of the process's life; a second point is not armed.
    pub fn arm(self) {
        let _ = ARMED.set(self);
    }

    /// Whether this point is broken in this process.
    pub(crate) fn is_armed(self) -> bool {
        ARMED.get() == Some(&self)
    }
}

impl FromStr for Sabotage {
    type Err = UnknownSabotage;

    fn from_str(word: &str) -> Result<Self, UnknownSabotage> {
        Self::ALL.into_iter().find(|point| point.as_str() == word).ok_or(UnknownSabotage)
    }
}
