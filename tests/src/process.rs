//! The server as its user runs it: the built program, a data folder, a private Postgres. However a test ends, nothing of
//! it stays behind.

use crate::client::Client;
use crate::machine::Machine;
use crate::server::{PASSWORD, sign_in};
use mingzhang_store::sabotage::Sabotage;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::{NamedTempFile, TempDir};
use tokio::net::TcpStream;
use tokio::process::Child;

/// How long a server may take until it listens, and a killed Postgres until it is gone.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often is looked.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Which server runs.
#[derive(Debug, Clone, Copy)]
pub enum Build {
    /// The one that is shipped.
    Shipped,
    /// The one that breaks an invariant.
    Sabotaged(Sabotage),
}

impl Build {
    fn command(self) -> tokio::process::Command {
        match self {
            Self::Shipped => tokio::process::Command::new(program("mingzhang-api")),
            Self::Sabotaged(point) => {
                let mut command = tokio::process::Command::new(program("sabotaged-server"));
                command.env("MINGZHANG_SABOTAGE", point.as_str());
                command
            }
        }
    }
}

/// A data folder and the server that runs on it.
pub struct Process {
    build: Build,
    machine: Option<Machine>,
    data: TempDir,
    said: NamedTempFile,
    level: &'static str,
    server: Child,
    /// Signed in as the first administrator.
    pub admin: Client,
}

impl Process {
    /// Starts the server on a data folder of its own; it logs from this level on.
    pub async fn start(level: &'static str) -> Self {
        Self::start_on(level, None).await
    }

    /// The same on a machine that may misbehave.
    pub async fn start_on(level: &'static str, machine: Option<Machine>) -> Self {
        let (data, said) = (tempfile::tempdir().unwrap(), NamedTempFile::new().unwrap());
        let address = format!("127.0.0.1:{}", free_port());
        let mut server = spawn(Build::Shipped, machine.as_ref(), data.path(), &address, level, &said);
        until_it_listens(&mut server, &address, &said).await;
        let admin = sign_in(&Client::new(address.parse().unwrap()), "admin", PASSWORD).await;
        Self { build: Build::Shipped, machine, data, said, level, server, admin }
    }

    /// Goes on with another build on the same folder.
    pub async fn go_on_with(&mut self, build: Build) {
        self.kill_server().await;
        self.build = build;
        self.start_again().await;
    }

    /// The machine it runs on.
    pub fn machine(&self) -> &Machine {
        self.machine.as_ref().unwrap()
    }

    /// What an auditor's tool finds in its ledgers; the server goes on meanwhile.
    pub fn unsound(&self) -> Vec<String> {
        let mut verify = Command::new(program("mingzhang-replay"));
        let verify = verify.args(["verify", "--json", "--data"]).arg(self.data()).env_remove("DATABASE_URL").output();
        let answer = verify.unwrap();
        let text = String::from_utf8_lossy(&answer.stdout);
        if answer.status.success() { Vec::new() } else { vec![format!("{}: {text}", answer.status)] }
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// The file with everything that it has printed and logged.
    pub fn said(&self) -> &Path {
        self.said.path()
    }

    /// The folder of its Postgres: behind a link when it could not lie in the data folder.
    pub fn cluster(&self) -> PathBuf {
        self.data().join("postgres").canonicalize().unwrap()
    }

    /// Kills the server as the kernel would; its Postgres stays behind.
    pub async fn kill_server(&mut self) {
        self.server.kill().await.unwrap();
    }

    /// Kills Postgres as the kernel would.
    pub fn kill_postgres(&self) {
        signal("-KILL", &postmaster(self.data()).unwrap());
    }

    /// Starts the server again on the same folder and port, whatever is left of the one before.
    pub async fn start_again(&mut self) {
        let address = self.admin.address().to_string();
        let machine = self.machine.as_ref();
        self.server = spawn(self.build, machine, self.data(), &address, self.level, &self.said);
        until_it_listens(&mut self.server, &address, &self.said).await;
    }

    /// Ends the server by signal and waits; its Postgres must be gone with it.
    pub async fn stop(&mut self) {
        signal("-TERM", &self.server.id().unwrap().to_string());
        assert!(self.server.wait().await.unwrap().success());
        assert!(postmaster(self.data()).is_none(), "Postgres was stopped cleanly");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.server.start_kill();
        if let Some(postgres) = postmaster(self.data()) {
            signal("-QUIT", &postgres);
            let place = Path::new("/proc").join(postgres);
            for _ in 0..PATIENCE.as_millis() / LOOK_EVERY.as_millis() {
                if !place.exists() {
                    break;
                }
                std::thread::sleep(LOOK_EVERY);
            }
        }
        // As root the cluster lies elsewhere, behind a link.
        if let Ok(cluster) = self.data().join("postgres").canonicalize()
            && !cluster.starts_with(self.data())
        {
            let _ = std::fs::remove_dir_all(cluster);
        }
    }
}

fn spawn(
    build: Build,
    machine: Option<&Machine>,
    data: &Path,
    address: &str,
    level: &str,
    said: &NamedTempFile,
) -> Child {
    let said = || std::fs::OpenOptions::new().append(true).open(said.path()).unwrap();
    build
        .command()
        .args(["serve", "--listen", address, "--log", level, "--data"])
        .arg(data)
        .env("MINGZHANG_ADMIN_PASSWORD", PASSWORD)
        .env_remove("DATABASE_URL")
        .envs(machine.into_iter().flat_map(Machine::environment))
        .stdin(Stdio::null())
        .stdout(said())
        .stderr(said())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn until_it_listens(server: &mut Child, address: &str, said: &NamedTempFile) {
    let listens = async {
        while TcpStream::connect(address).await.is_err() {
            let ended = server.try_wait().unwrap();
            assert!(ended.is_none(), "the server ended: {}", std::fs::read_to_string(said.path()).unwrap());
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, listens).await.is_ok(), "the server did not start");
}

/// A program beside this test's own.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.ancestors().find(|folder| folder.join(name).is_file());
    assert!(folder.is_some(), "build the programs first: cargo build --workspace --bins");
    folder.unwrap().join(name)
}

/// A port that nobody listens on now.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The process of the Postgres of a data folder, when one runs or was killed.
fn postmaster(data: &Path) -> Option<String> {
    let text = std::fs::read_to_string(data.join("postgres/data/postmaster.pid")).ok()?;
    text.lines().next().map(str::to_owned)
}

/// By the shell's own `kill`: a small machine has no program of that name.
fn signal(name: &str, process: &str) {
    let sent = Command::new("sh").args(["-c", "kill \"$1\" \"$2\"", "kill", name, process]).status();
    assert!(sent.unwrap().success(), "kill {name} {process}");
}
