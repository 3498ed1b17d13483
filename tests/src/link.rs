//! A link to the database that breaks as links do: a proxy in front of the server's socket.

use mingzhang_store::postgres::Access;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

/// How often a silent link looks whether it may speak.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What is done to what passes.
#[derive(Debug, Default)]
struct Switch {
    /// Cut every n-th append; 0: never.
    cut_every: AtomicU32,
    appends: AtomicU32,
    cuts: AtomicU32,
    /// Milliseconds that each piece is held back.
    delay: AtomicU64,
    /// How often the link has fallen silent, and how often it has come back: what was silent then is gone for good.
    silences: AtomicU32,
    returns: AtomicU32,
}

impl Switch {
    fn is_silent(&self) -> bool {
        self.silences.load(Ordering::Relaxed) > self.returns.load(Ordering::Relaxed)
    }
}

/// The link; gone when dropped.
#[derive(Debug)]
pub struct Link {
    folder: TempDir,
    switch: Arc<Switch>,
}

impl Link {
    /// Begins to carry for whoever connects by [`Link::access`].
    pub fn to(access: &Access) -> Self {
        let name = format!(".s.PGSQL.{}", access.admin().get_port());
        let upstream = access.admin().get_socket().unwrap().join(&name);
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(&name)).unwrap();
        let switch = Arc::new(Switch::default());
        tokio::spawn(accept(listener, upstream, Arc::clone(&switch)));
        Self { folder, switch }
    }

    /// The same server by this link.
    pub fn access(&self, access: &Access) -> Access {
        access.clone().through(self.folder.path())
    }

    /// Cuts connections while an append is under way, every n-th one: before it is forwarded, right after, or when its
    /// answer is on the way back. 0: no more.
    pub fn cut_every(&self, n: u32) {
        self.switch.cut_every.store(n, Ordering::Relaxed);
    }

    /// Connections cut so far.
    pub fn cuts(&self) -> u32 {
        self.switch.cuts.load(Ordering::Relaxed)
    }

    /// Holds each piece back for a while, in both directions.
    pub fn delay(&self, by: Duration) {
        self.switch.delay.store(u64::try_from(by.as_millis()).unwrap_or_default(), Ordering::Relaxed);
    }

    /// Carries nothing any more and closes nothing, as when packets vanish.
    pub fn fall_silent(&self) {
        self.switch.silences.fetch_add(1, Ordering::Relaxed);
    }

    /// Carries again; the connections that were open are reset.
    pub fn come_back(&self) {
        self.switch.returns.store(self.switch.silences.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

async fn accept(listener: UnixListener, upstream: PathBuf, switch: Arc<Switch>) {
    while let Ok((client, _)) = listener.accept().await {
        let (upstream, switch) = (upstream.clone(), Arc::clone(&switch));
        tokio::spawn(async move {
            // A database that is away does not answer; the caller sees a closed connection.
            if let Ok(server) = UnixStream::connect(&upstream).await {
                carry(client, server, &switch).await;
            }
        });
    }
}

async fn carry(client: UnixStream, server: UnixStream, switch: &Switch) {
    let born = switch.silences.load(Ordering::Relaxed);
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let mut buffers = (vec![0; 1 << 20], vec![0; 1 << 16]);
    let mut cutting = None;
    loop {
        tokio::select! {
            read = from_client.read(&mut buffers.0) => {
                let Ok(n @ 1..) = read else { return };
                let piece = buffers.0.get(..n).unwrap_or_default();
                // An append carries event bodies, and nothing else that the lane sends does.
                if piece.windows(12).any(|window| window == b"\"event_type\"") {
                    cutting = cut(switch);
                }
                if cutting == Some(0) || !passes(switch, born).await { return }
                if to_server.write_all(piece).await.is_err() { return }
                if cutting == Some(1) { return }
            }
            read = from_server.read(&mut buffers.1) => {
                let Ok(n @ 1..) = read else { return };
                // The statement has ended on the server: the commit is durable, its answer is lost.
                if cutting == Some(2) || !passes(switch, born).await { return }
                if to_client.write_all(buffers.1.get(..n).unwrap_or_default()).await.is_err() { return }
            }
        }
    }
}

/// Whether and where the append that passes is cut.
fn cut(switch: &Switch) -> Option<u32> {
    let seen = switch.appends.fetch_add(1, Ordering::Relaxed);
    let every = switch.cut_every.load(Ordering::Relaxed);
    (every > 0 && seen.is_multiple_of(every)).then(|| switch.cuts.fetch_add(1, Ordering::Relaxed) % 3)
}

/// Waits as long as the link makes everybody wait; false when the connection did not outlive a silence.
async fn passes(switch: &Switch, born: u32) -> bool {
    let delay = switch.delay.load(Ordering::Relaxed);
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    while switch.is_silent() {
        tokio::time::sleep(LOOK_EVERY).await;
    }
    switch.silences.load(Ordering::Relaxed) == born
}
