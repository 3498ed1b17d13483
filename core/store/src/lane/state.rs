//! What a lane knows: where its log ends, and the folded streams. A cache, never truth.

use crate::error::StoreError;
use crate::log::{self, Head};
use crate::merkle::leaf_hash;
use mingzhang_domain::draft::{Loaded, World};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{LedgerId, LedgerStreamId};
use mingzhang_domain::ledger::LedgerClock;
use mingzhang_domain::stream::{StreamRef, StreamState, StreamType};
use sqlx::PgConnection;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Events read at once while a lane catches up.
const TAIL: u32 = 1_000;
/// A lane that is further behind than this forgets its folds instead of catching up.
const FAR_BEHIND: u64 = 5_000;

/// What a lane knows of its ledger.
#[derive(Debug, Default)]
pub(super) struct LaneState {
    /// Where the log ends, as this lane knows it; none before the first command.
    pub(super) head: Option<Head>,
    /// Somebody else has moved the head: read it, and look up what comes in, before deciding again.
    pub(super) stale: bool,
    /// Somebody else writes this ledger too: batches for which its head is still held before deciding.
    pub(super) rivalled: u32,
    /// Folded streams, and the batch in the making.
    pub(super) world: World,
}

impl LaneState {
    /// Whose clock the ledger lives by; none before it is open.
    pub(super) fn clock(&self, ledger: LedgerId) -> Option<LedgerClock> {
        let stream = StreamRef::from(LedgerStreamId::of_ledger(ledger));
        match self.world.peek(stream) {
            Some(Loaded { state: StreamState::Ledger(state), .. }) => state.clock(),
            _ => None,
        }
    }

    /// Moves to the newest head: folds the tail into what is loaded, each event once, and checks it against the root.
    pub(super) async fn catch_up(&mut self, conn: &mut PgConnection, newest: Head) -> Result<(), StoreError> {
        self.world.drop_pending();
        self.stale = false;
        let Some(known) = self.head.take() else {
            self.world.clear();
            self.head = Some(newest);
            return Ok(());
        };
        if newest.size() < known.size() {
            return Err(StoreError::Halted("the log is shorter than it was".into()));
        }
        if newest.size() - known.size() > FAR_BEHIND {
            self.world.clear();
            self.head = Some(newest);
            return Ok(());
        }
        let mut frontier = known.frontier;
        while frontier.size() < newest.size() {
            let events = log::read_after(conn, newest.ledger_id, frontier.size(), TAIL).await?;
            if events.is_empty() {
                return Err(StoreError::Halted("the head names events that are not there".into()));
            }
            for stored in events.into_iter().take_while(|e| e.position <= newest.size()) {
                frontier.push(leaf_hash(&stored.body));
                fold(&mut self.world, &decode(&stored.body)?)?;
            }
        }
        if frontier != newest.frontier || newest.root != newest.frontier.root() {
            return Err(StoreError::Halted("the log does not match its root".into()));
        }
        self.head = Some(newest);
        Ok(())
    }

    /// Forgets the folds when there are too many; they are loaded again when wanted.
    pub(super) fn bound(&mut self, streams: usize) {
        if self.world.len() > streams {
            self.world.clear();
        }
    }
}

/// Loads streams for several lanes at once: one query for whole streams, one for those whose newest event is enough.
pub(super) async fn load(
    conn: &mut PgConnection,
    wanted: &[(LedgerId, BTreeSet<StreamRef>)],
) -> Result<HashMap<LedgerId, HashMap<StreamRef, Loaded>>, StoreError> {
    let mut loaded: HashMap<LedgerId, HashMap<StreamRef, Loaded>> = HashMap::new();
    let (mut whole, mut newest) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    for (ledger, streams) in wanted {
        for stream in streams {
            loaded.entry(*ledger).or_default().insert(*stream, Loaded::empty(*stream));
            let list = if stream.stream_type.folds_newest_only() { &mut newest } else { &mut whole };
            list.0.push(ledger.uuid());
            list.1.push(stream.id);
        }
    }
    if !whole.0.is_empty() {
        let rows = sqlx::query_file!("sql/load_streams.sql", &whole.0, &whole.1).fetch_all(&mut *conn).await?;
        for row in rows {
            put(&mut loaded, LedgerId(row.ledger_id), row.stream_id, &row.body)?;
        }
    }
    if !newest.0.is_empty() {
        let rows = sqlx::query_file!("sql/load_latest.sql", &newest.0, &newest.1).fetch_all(&mut *conn).await?;
        for row in rows {
            put(&mut loaded, LedgerId(row.ledger_id), row.stream_id, &row.body)?;
        }
    }
    Ok(loaded)
}

fn put(
    loaded: &mut HashMap<LedgerId, HashMap<StreamRef, Loaded>>,
    ledger: LedgerId,
    stream_id: Uuid,
    body: &[u8],
) -> Result<(), StoreError> {
    let recorded = decode(body)?;
    let stream = recorded.stream;
    let streams = loaded.get_mut(&ledger).filter(|_| recorded.ledger_id == ledger && stream.id == stream_id);
    let Some(streams) = streams else {
        return Err(StoreError::Halted("an event does not stand where its row says".into()));
    };
    // Somebody named an id of another kind: the stream that was asked for is empty, and the rule will say so.
    let Some(have) = streams.get_mut(&stream) else { return Ok(()) };
    let follows = recorded.stream_version == have.version + 1;
    if !follows && stream.stream_type != StreamType::ReceiptSeries {
        return Err(StoreError::Halted("a stream has a gap".into()));
    }
    have.state.evolve(&recorded.fact());
    have.version = recorded.stream_version;
    Ok(())
}

pub(super) fn decode(body: &[u8]) -> Result<Recorded, StoreError> {
    Recorded::from_body(body).map_err(|e| StoreError::Halted(e.to_string()))
}

fn fold(world: &mut World, recorded: &Recorded) -> Result<(), StoreError> {
    world
        .fold(recorded.stream, recorded.stream_version, &recorded.fact())
        .map_err(|e| StoreError::Halted(e.to_string()))
}

/// Streams that a lane reads for every command.
pub(super) fn always(ledger: LedgerId) -> StreamRef {
    LedgerStreamId::of_ledger(ledger).into()
}
