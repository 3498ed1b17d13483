//! Where a ledger's bodies are read from: the database, or an export of it.
//!
//! May never happen here: an event passed over.

use crate::ToolError;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{LedgerId, UnitId};
use mingzhang_domain::stream::{Event, StreamRef};
use mingzhang_domain::unit_code::UnitCodeEvent;
use mingzhang_store::walk::walk;
use mingzhang_store::{fold, log};
use sqlx::PgPool;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::Path;

/// Where the bodies are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    /// In the database: a ledger up to its size.
    Log(&'a PgPool, LedgerId, u64),
    /// In a file of lines.
    Export(&'a Path),
}

impl<'a> Source<'a> {
    /// A ledger as it ends now.
    ///
    /// # Errors
    /// [`ToolError::Usage`] when there is none.
    pub(crate) async fn log(pool: &'a PgPool, ledger: LedgerId) -> Result<Self, ToolError> {
        let head = log::head(&mut *pool.acquire().await?, ledger).await?;
        let head = head.ok_or_else(|| ToolError::Usage(format!("there is no ledger {ledger}")))?;
        Ok(Self::Log(pool, ledger, head.size()))
    }

    /// Shows every body up to a position, or all, in order, until told to stop.
    ///
    /// # Errors
    /// [`ToolError::Environment`] for a gap and for what cannot be read.
    pub(crate) async fn each<S, F>(&self, until: Option<u64>, state: S, mut see: F) -> Result<S, ToolError>
    where
        S: Send + 'static,
        F: FnMut(&mut S, &[u8], &Recorded) -> ControlFlow<()> + Send + 'static,
    {
        match self {
            Self::Log(pool, ledger, size) => {
                let until = until.map_or(*size, |until| until.min(*size));
                let walked =
                    walk(pool, *ledger, until, state, move |state, stored, event| Ok(see(state, &stored.body, event)));
                Ok(walked.await?)
            }
            Self::Export(path) => lines(path, until, state, see),
        }
    }

    /// The events of some streams, each stream in its order.
    ///
    /// # Errors
    /// As [`Source::each`].
    pub(crate) async fn events(&self, streams: &[StreamRef]) -> Result<Vec<Recorded>, ToolError> {
        match self {
            Self::Log(pool, ledger, size) => {
                Ok(fold::events(&mut *pool.acquire().await?, *ledger, streams, *size).await?)
            }
            Self::Export(path) => lines(path, None, Vec::new(), |events: &mut Vec<Recorded>, _, event| {
                events.extend(streams.contains(&event.stream).then(|| event.clone()));
                ControlFlow::Continue(())
            }),
        }
    }
}

/// The unit that had a code last, out of the code's stream.
pub(crate) fn last_taken(claims: &[Recorded]) -> Option<UnitId> {
    claims.iter().rev().find_map(|event| match &event.event {
        Event::UnitCode(UnitCodeEvent::UnitCodeTaken(taken)) => Some(taken.unit),
        _ => None,
    })
}

fn lines<S>(
    path: &Path,
    until: Option<u64>,
    mut state: S,
    mut see: impl FnMut(&mut S, &[u8], &Recorded) -> ControlFlow<()>,
) -> Result<S, ToolError> {
    let wrong = |error: &dyn std::fmt::Display| ToolError::Environment(format!("{}: {error}", path.display()));
    let file = File::open(path).map_err(|error| wrong(&error))?;
    for (line, position) in BufReader::new(file).split(b'\n').zip(1..) {
        if until.is_some_and(|until| position > until) {
            break;
        }
        let body = line.map_err(|error| wrong(&error))?;
        let event = Recorded::from_body(&body).map_err(|error| wrong(&format!("line {position}: {error}")))?;
        if event.position != position {
            return Err(wrong(&format!("line {position} holds position {}", event.position)));
        }
        if see(&mut state, &body, &event).is_break() {
            break;
        }
    }
    Ok(state)
}
