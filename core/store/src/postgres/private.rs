//! The private Postgres of a data folder, kept running while anybody uses it.
//!
//! Every user of the folder (server, replay tool, several of either) holds a shared lock. Who comes first starts the
//! server, who comes later finds it, who leaves last stops it. A killed user's lock goes with it, and the server it left
//! is found by the next.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::access::Access;
use super::folder::Folder;
use super::os_user::OsUser;
use super::server::{Server, Tuning};
use super::{PostgresError, doing};

/// How soon a server that died under us is noticed and started again.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long a server that does not start is left alone.
const RETRY_AFTER: Duration = Duration::from_secs(3);

/// A running private Postgres; stops with [`PrivatePostgres::stop`] or, as well as it can, when dropped.
#[derive(Debug)]
pub struct PrivatePostgres {
    access: Access,
    leaving: Arc<AtomicBool>,
    guardian: Option<JoinHandle<Result<(), PostgresError>>>,
}

impl PrivatePostgres {
    /// Starts the Postgres of `data_folder`, creating it on first use, or finds it running.
    ///
    /// Until stopped, a server that dies is started again. As root the server runs as an unprivileged user.
    pub async fn start(data_folder: &Path, tuning: Tuning) -> Result<Self, PostgresError> {
        let data_folder = data_folder.to_path_buf();
        let started = tokio::task::spawn_blocking(move || Self::start_blocking(&data_folder, tuning)).await;
        started.map_err(|cut| PostgresError::Guard(cut.to_string()))?
    }

    fn start_blocking(data_folder: &Path, tuning: Tuning) -> Result<Self, PostgresError> {
        let user = OsUser::for_server()?;
        let folder = Folder::open(data_folder, &user)?;
        let access = Access::private(folder.socket());
        let users = folder.users_lock()?;
        let starting = lock(folder.start_lock()?)?;
        doing(users.lock_shared(), || "joining the users of the Postgres".to_owned())?;
        let server = Server::adopt_or_start(&folder, &user, tuning)?;
        drop(starting);
        let leaving = Arc::new(AtomicBool::new(false));
        let guard = Guard { folder, user, tuning, server, users, leaving: Arc::clone(&leaving) };
        let guardian = thread::Builder::new().name("postgres-guard".to_owned()).spawn(move || guard.run());
        let guardian = doing(guardian, || "starting the thread that watches Postgres".to_owned())?;
        Ok(Self { access, leaving, guardian: Some(guardian) })
    }

    /// How to sign in to it.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Leaves; the last one to leave stops the server and waits for it.
    pub async fn stop(mut self) -> Result<(), PostgresError> {
        let guardian = self.dismiss();
        match tokio::task::spawn_blocking(move || join(guardian)).await {
            Ok(stopped) => stopped,
            Err(cut) => Err(PostgresError::Guard(cut.to_string())),
        }
    }

    /// Tells the guardian to leave.
    fn dismiss(&mut self) -> Option<JoinHandle<Result<(), PostgresError>>> {
        self.leaving.store(true, Ordering::Release);
        let guardian = self.guardian.take();
        if let Some(guardian) = &guardian {
            guardian.thread().unpark();
        }
        guardian
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        let guardian = self.dismiss();
        if let Err(error) = join(guardian) {
            tracing::warn!(%error, "the private Postgres was not stopped");
        }
    }
}

/// What the watching thread owns.
struct Guard {
    folder: Folder,
    user: OsUser,
    tuning: Tuning,
    server: Server,
    users: File,
    leaving: Arc<AtomicBool>,
}

impl Guard {
    fn run(mut self) -> Result<(), PostgresError> {
        while !self.leaving.load(Ordering::Acquire) {
            if !self.server.is_running(&self.folder)
                && let Err(error) = self.restart()
            {
                tracing::error!(%error, "Postgres died and does not start; trying again");
                thread::park_timeout(RETRY_AFTER);
            }
            thread::park_timeout(LOOK_EVERY);
        }
        self.leave()
    }

    /// Another user's guardian may have been faster; then its server is found.
    fn restart(&mut self) -> Result<(), PostgresError> {
        tracing::warn!(pid = self.server.raw_pid(), "Postgres is gone; starting it again");
        let _starting = lock(self.folder.start_lock()?)?;
        self.server = Server::adopt_or_start(&self.folder, &self.user, self.tuning)?;
        Ok(())
    }

    /// Stops the server unless somebody else uses it.
    fn leave(mut self) -> Result<(), PostgresError> {
        let _starting = lock(self.folder.start_lock()?)?;
        doing(self.users.unlock(), || "leaving the users of the Postgres".to_owned())?;
        match self.users.try_lock() {
            Ok(()) => self.server.stop(&self.folder),
            Err(TryLockError::WouldBlock) => Ok(()),
            Err(TryLockError::Error(error)) => {
                doing(Err(error), || "looking for other users of the Postgres".to_owned())
            }
        }
    }
}

fn join(guardian: Option<JoinHandle<Result<(), PostgresError>>>) -> Result<(), PostgresError> {
    match guardian.map(JoinHandle::join) {
        None => Ok(()),
        Some(Ok(result)) => result,
        Some(Err(_)) => Err(PostgresError::Guard("it panicked".to_owned())),
    }
}

/// Waits for the only key to starting and stopping.
pub(super) fn lock(file: File) -> Result<File, PostgresError> {
    doing(file.lock(), || "waiting for another start or stop of the Postgres".to_owned())?;
    Ok(file)
}
