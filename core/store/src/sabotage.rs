//! Broken on purpose: the one invariant that this process breaks, so that the test of that invariant is seen to go red.
//!
//! Armed only with the feature `sabotage`, which no shipped build has, by a test or by the tests' `sabotaged-server`;
//! without the feature every point is `false` at compile time. May never happen here: a point that a product build reaches.

#[cfg(feature = "sabotage")]
use std::str::FromStr;
#[cfg(feature = "sabotage")]
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
    /// What was applied before is neither looked up nor remembered under its id.
    ForgetCommands,
    /// A lost race counts as won.
    IgnoreFence,
    /// A refusal is given on whatever state was known.
    BelieveOldState,
    /// Events are recorded at the clock's time, whatever the log says.
    TrustClock,
}

/// A word that names no point.
#[cfg(feature = "sabotage")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such sabotage")]
pub struct UnknownSabotage;

/// What this process breaks; nothing until it is armed.
#[cfg(feature = "sabotage")]
static ARMED: OnceLock<Sabotage> = OnceLock::new();

impl Sabotage {
    /// Whether this point is broken in this process.
    #[cfg(not(feature = "sabotage"))]
    pub(crate) const fn is_armed(self) -> bool {
        false
    }

    /// Whether this point is broken in this process.
    #[cfg(feature = "sabotage")]
    pub(crate) fn is_armed(self) -> bool {
        ARMED.get() == Some(&self)
    }
}

#[cfg(feature = "sabotage")]
impl Sabotage {
    const ALL: [Self; 5] =
        [Self::AnswerBeforeCommit, Self::ForgetCommands, Self::IgnoreFence, Self::BelieveOldState, Self::TrustClock];

    /// Its word in `MINGZHANG_SABOTAGE`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AnswerBeforeCommit => "answer_before_commit",
            Self::ForgetCommands => "forget_commands",
            Self::IgnoreFence => "ignore_fence",
            Self::BelieveOldState => "believe_old_state",
            Self::TrustClock => "trust_clock",
        }
    }

    /// Breaks the invariant for the rest of the process's life; a second point is not armed.
    pub fn arm(self) {
        let _ = ARMED.set(self);
    }
}

#[cfg(feature = "sabotage")]
impl FromStr for Sabotage {
    type Err = UnknownSabotage;

    fn from_str(word: &str) -> Result<Self, UnknownSabotage> {
        Self::ALL.into_iter().find(|point| point.as_str() == word).ok_or(UnknownSabotage)
    }
}
