//! One Postgres server process: found running, started, watched, stopped.
//!
//! A server may outlive the process that started it (a kill -9 of ours); the next one finds it through `postmaster.pid` and
//! its working directory, which is the cluster's folder and nobody else's. Callers hold the folder's start lock. Blocking:
//! runs on threads of its own, never on the async runtime.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::find::{self, Binaries};
use super::folder::Folder;
use super::os_user::OsUser;
use super::{PostgresError, access, doing};

/// How long a start may take; crash recovery of a large log is part of it.
const START_WITHIN: Duration = Duration::from_secs(120);
/// How long a fast shutdown may take before an immediate one (which the next start recovers from).
const STOP_WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// A log longer than this is set aside at the next start.
const LONGEST_LOG: u64 = 16 * 1024 * 1024;

/// How the server is set up; both are as durable as each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tuning {
    /// For a company of a few hundred communities on one machine.
    Product,
    /// For many small databases that live for seconds.
    Tests,
}

impl Tuning {
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Product => &["max_connections=100", "shared_buffers=256MB", "max_wal_size=2GB"],
            Self::Tests => {
                &["max_connections=300", "shared_buffers=256MB", "checkpoint_timeout=30min", "max_wal_size=2GB"]
            }
        }
    }
}

/// Held by every server, whatever its tuning. Statements and row values never reach the log: they may be personal.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "port=5432",
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "jit=off",
    "timezone=UTC",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_parameter_max_length_on_error=0",
    "log_line_prefix=%m [%p] %u@%d ",
];

/// A running server.
#[derive(Debug)]
pub(super) struct Server {
    pid: Pid,
    /// Present when this process started it, so that its end can be collected.
    child: Option<Child>,
}

impl Server {
    /// The server of the folder: the one already running if it answers, else a new one.
    pub(super) fn adopt_or_start(folder: &Folder, user: &OsUser, tuning: Tuning) -> Result<Self, PostgresError> {
        if let Some(left) = Self::adopt(folder)? {
            return Ok(left);
        }
        wait_for_orphans(folder)?;
        remove_stale_locks(folder)?;
        let binaries = find::find(major_of(folder)?)?;
        if !folder.data().exists() {
            initialise(folder, user, &binaries)?;
        }
        write_sign_in_rules(folder, user)?;
        let started = Self::start(folder, user, &binaries, tuning);
        // One that a killed process had only just spawned may have been the first.
        if started.is_err()
            && let Some(other) = Self::adopt(folder)?
        {
            return Ok(other);
        }
        started
    }

    /// The server that runs in the folder once it answers; one that does not is stopped.
    fn adopt(folder: &Folder) -> Result<Option<Self>, PostgresError> {
        let Some(mut left) = Self::running(folder) else { return Ok(None) };
        if left.becomes_ready(folder) {
            tracing::info!(pid = left.raw_pid(), "using the Postgres that was left running");
            return Ok(Some(left));
        }
        left.stop(folder)?;
        Ok(None)
    }

    /// The server that runs in the folder, if any.
    pub(super) fn running(folder: &Folder) -> Option<Self> {
        let pid = Pid::from_raw(i32::try_from(pid_file(folder)?.pid).ok()?)?;
        works_in(pid, &folder.data()).then_some(Self { pid, child: None })
    }

    pub(super) fn raw_pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Whether the process is still there; collects it when it was ours and ended.
    pub(super) fn is_running(&mut self, folder: &Folder) -> bool {
        match &mut self.child {
            Some(child) => matches!(child.try_wait(), Ok(None)),
            None => works_in(self.pid, &folder.data()),
        }
    }

    /// Ends every session and writes everything out; after a minute pulls the plug, which loses nothing either.
    pub(super) fn stop(&mut self, folder: &Folder) -> Result<(), PostgresError> {
        for (signal, within) in [(Signal::INT, STOP_WITHIN), (Signal::QUIT, STOP_WITHIN / 6)] {
            if !self.is_running(folder) {
                return Ok(());
            }
            // An error means that it is gone, which the wait sees.
            let _gone = kill_process(self.pid, signal);
            if wait(within, || !self.is_running(folder)) {
                return Ok(());
            }
        }
        Err(PostgresError::NotStopped { pid: self.raw_pid(), seconds: STOP_WITHIN.as_secs() })
    }

    fn start(folder: &Folder, user: &OsUser, binaries: &Binaries, tuning: Tuning) -> Result<Self, PostgresError> {
        let (log, from) = open_log(folder)?;
        let also = doing(log.try_clone(), || "opening the server's log".to_owned())?;
        let mut command = user.command(&binaries.postgres());
        // From its first moment it works in the cluster, by which the next start knows it.
        command
            .arg("-D")
            .arg(folder.data())
            .current_dir(folder.data())
            .stdout(Stdio::from(also))
            .stderr(Stdio::from(log));
        for setting in SETTINGS.iter().chain(tuning.settings()) {
            command.arg("-c").arg(setting);
        }
        command.arg("-c").arg(format!("unix_socket_directories={}", folder.socket().display()));
        let child = doing(command.spawn(), || format!("running {}", binaries.postgres().display()))?;
        let not_started =
            |reason: &str| PostgresError::NotStarted { reason: reason.to_owned(), log: tail(folder, from) };
        let pid = i32::try_from(child.id())
            .ok()
            .and_then(Pid::from_raw)
            .ok_or_else(|| not_started("it has no process id"))?;
        let mut server = Self { pid, child: Some(child) };
        if server.becomes_ready(folder) {
            tracing::info!(pid = server.raw_pid(), major = binaries.major, "Postgres started");
            return Ok(server);
        }
        let ended = !server.is_running(folder);
        server.stop(folder)?;
        Err(not_started(if ended { "it ended at once" } else { "it was not ready in time" }))
    }

    /// Waits until the server takes connections; false when it ended, is stopping or takes too long.
    fn becomes_ready(&mut self, folder: &Folder) -> bool {
        let socket = folder.socket().join(".s.PGSQL.5432");
        let mut ready = false;
        wait(START_WITHIN, || {
            let own = pid_file(folder).filter(|file| i64::from(self.raw_pid()) == file.pid);
            let status = own.map_or(String::new(), |file| file.status);
            ready = status == "ready" && UnixStream::connect(&socket).is_ok();
            ready || status == "ready" || status == "stopping" || !self.is_running(folder)
        });
        ready
    }
}

/// What the server says of itself in `postmaster.pid`.
struct PidFile {
    pid: i64,
    status: String,
}

fn pid_file(folder: &Folder) -> Option<PidFile> {
    let text = fs::read_to_string(folder.data().join("postmaster.pid")).ok()?;
    let mut lines = text.lines();
    let pid = lines.next()?.trim().parse().ok()?;
    let status = lines.nth(6).unwrap_or_default().trim().to_owned();
    Some(PidFile { pid, status })
}

/// Whether a live process has the cluster as its working directory, as every process of a server does.
fn works_in(pid: Pid, data: &Path) -> bool {
    fs::read_link(format!("/proc/{}/cwd", pid.as_raw_nonzero())).is_ok_and(|folder| folder == data)
}

/// Waits for the session processes of a server that was killed: they see it and end, and must be gone before a new start.
fn wait_for_orphans(folder: &Folder) -> Result<(), PostgresError> {
    let data = folder.data();
    let left = || {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        processes
            .filter_map(|process| process.file_name().to_str()?.parse().ok().and_then(Pid::from_raw))
            .find(|pid| works_in(*pid, &data))
    };
    if wait(STOP_WITHIN, || left().is_none()) {
        return Ok(());
    }
    let reason = "processes of a killed server are still at work in its data".to_owned();
    Err(PostgresError::NotStarted { reason, log: tail(folder, 0) })
}

/// Removes what a killed server left, whose process number may be another's by now; no process works in the cluster here.
fn remove_stale_locks(folder: &Folder) -> Result<(), PostgresError> {
    let socket = folder.socket();
    for file in [folder.data().join("postmaster.pid"), socket.join(".s.PGSQL.5432.lock"), socket.join(".s.PGSQL.5432")]
    {
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return doing(Err(error), || format!("removing the stale {}", file.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The version that wrote the cluster, if there is one.
fn major_of(folder: &Folder) -> Result<Option<u32>, PostgresError> {
    let data = folder.data();
    if !data.exists() {
        return Ok(None);
    }
    let text =
        doing(fs::read_to_string(data.join("PG_VERSION")), || format!("reading the version of {}", data.display()))?;
    let unreadable = || PostgresError::Folder { path: data.clone(), reason: "PG_VERSION is not a number".to_owned() };
    text.trim().parse().map(Some).map_err(|_| unreadable())
}

/// Creates the cluster beside its place and moves it there when it is whole.
fn initialise(folder: &Folder, user: &OsUser, binaries: &Binaries) -> Result<(), PostgresError> {
    let unfinished = folder.unfinished();
    if unfinished.exists() {
        doing(fs::remove_dir_all(&unfinished), || format!("removing {}", unfinished.display()))?;
    }
    let mut command = user.command(&binaries.initdb());
    command.current_dir("/").arg("-D").arg(&unfinished).args([
        "--username",
        access::ADMIN,
        "--encoding=UTF8",
        "--locale=C",
    ]);
    command.args(["--data-checksums", "--auth=peer", "--no-instructions"]);
    let output = doing(command.output(), || format!("running {}", binaries.initdb().display()))?;
    if !output.status.success() {
        let log = [output.stdout, output.stderr].concat();
        let reason = format!("initdb failed ({})", output.status);
        return Err(PostgresError::NotStarted { reason, log: String::from_utf8_lossy(&log).into_owned() });
    }
    doing(fs::rename(&unfinished, folder.data()), || format!("moving {} to its place", unfinished.display()))?;
    let parent = folder.data().parent().map(File::open).transpose();
    doing(parent.and_then(|parent| parent.map_or(Ok(()), |parent| parent.sync_all())), || "keeping the move".to_owned())
}

/// Only over the socket, and only for the operating-system users that run the product: no passwords, nothing to steal.
fn write_sign_in_rules(folder: &Folder, user: &OsUser) -> Result<(), PostgresError> {
    let mut users = String::from("# written at every start\n");
    for peer in user.peers()? {
        for role in access::all_names() {
            users.push_str(&format!("mingzhang \"{peer}\" {role}\n"));
        }
    }
    let rules = "# written at every start\nlocal all all peer map=mingzhang\n".to_owned();
    for (name, text) in [("pg_ident.conf", users), ("pg_hba.conf", rules)] {
        let path = folder.data().join(name);
        doing(fs::write(&path, text), || format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// The server's log, opened to append, and its length so far.
fn open_log(folder: &Folder) -> Result<(File, u64), PostgresError> {
    let path = folder.log();
    if fs::metadata(&path).is_ok_and(|metadata| metadata.len() > LONGEST_LOG) {
        doing(fs::rename(&path, path.with_extension("log.1")), || "setting the old server log aside".to_owned())?;
    }
    let log =
        doing(OpenOptions::new().create(true).append(true).open(&path), || format!("opening {}", path.display()))?;
    let length = doing(log.metadata(), || format!("looking at {}", path.display()))?.len();
    Ok((log, length))
}

/// The last lines that the server wrote since `from`.
fn tail(folder: &Folder, from: u64) -> String {
    let mut text = Vec::new();
    let read = File::open(folder.log()).and_then(|mut log| {
        log.seek(SeekFrom::Start(from))?;
        log.read_to_end(&mut text)
    });
    if read.is_err() {
        return "(no log)".to_owned();
    }
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
}

/// Looks again and again until `done`; false when the time is over first.
fn wait(within: Duration, mut done: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + within;
    loop {
        if done() {
            return true;
        }
        if Instant::now() >= until {
            return false;
        }
        thread::sleep(LOOK_EVERY);
    }
}
