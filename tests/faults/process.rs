//! The server as its user runs it: the built program, a data folder, a private Postgres.

use crate::client::Client;
use mingzhang_store::sabotage::Sabotage;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub(crate) const PASSWORD: &str = "a long test password";

/// Which server runs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Build {
    /// The one that is shipped.
    Shipped,
    /// The one that breaks an invariant.
    Sabotaged(Sabotage),
}

impl Build {
    fn command(self) -> Command {
        match self {
            Self::Shipped => Command::new(program()),
            Self::Sabotaged(point) => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_sabotaged-server"));
                command.env("MINGZHANG_SABOTAGE", point.as_str());
                command
            }
        }
    }
}

/// A data folder and the server that runs on it.
pub(crate) struct Process {
    build: Build,
    data: TempDir,
    server: Child,
    /// Signed in as the first administrator.
    pub(crate) admin: Client,
}

/// The program beside this test's own.
pub(crate) fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.ancestors().find(|folder| folder.join("mingzhang-api").is_file());
    assert!(folder.is_some(), "build the server first: cargo build -p mingzhang-api");
    folder.unwrap().join("mingzhang-api")
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Process {
    pub(crate) async fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let address = format!("127.0.0.1:{}", free_port());
        let server = spawn(Build::Shipped, data.path(), &address).await;
        let admin = sign_in(&address).await;
        Self { build: Build::Shipped, data, server, admin }
    }

    /// Goes on with another build on the same folder.
    pub(crate) async fn go_on_with(&mut self, build: Build) {
        self.kill_server().await;
        self.build = build;
        self.start_again().await;
    }

    /// Kills the server as the kernel would; its Postgres stays behind.
    pub(crate) async fn kill_server(&mut self) {
        self.server.kill().await.unwrap();
    }

    /// Kills Postgres as the kernel would.
    pub(crate) fn kill_postgres(&self) {
        let file = find(self.data.path(), "postmaster.pid");
        let text = std::fs::read_to_string(file.unwrap()).unwrap();
        let pid = text.lines().next().unwrap().to_owned();
        let killed = std::process::Command::new("kill").args(["-9", &pid]).status().unwrap();
        assert!(killed.success());
    }

    /// Starts the server again on the same folder and port, whatever is left of the one before.
    pub(crate) async fn start_again(&mut self) {
        let address = self.admin.address().to_string();
        self.server = spawn(self.build, self.data.path(), &address).await;
    }

    /// Ends the server by signal and waits; its Postgres must be gone with it.
    pub(crate) async fn stop(mut self) {
        let pid = self.server.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.server.wait().await.unwrap().success());
        assert!(find(self.data.path(), "postmaster.pid").is_none(), "Postgres was stopped cleanly");
    }
}

async fn spawn(build: Build, data: &Path, address: &str) -> Child {
    let mut server = build
        .command()
        .args(["serve", "--listen", address, "--log", "error", "--data"])
        .arg(data)
        .env("MINGZHANG_ADMIN_PASSWORD", PASSWORD)
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let ready = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains("http://") {
                return true;
            }
        }
        false
    };
    assert!(tokio::time::timeout(Duration::from_secs(60), ready).await.unwrap(), "the server did not start");
    // What it prints later is of no interest, but must not block it.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    server
}

async fn sign_in(address: &str) -> Client {
    let nobody = Client::new(address.parse().unwrap());
    let body = serde_json::json!({"name": "admin", "password": PASSWORD});
    let answer = nobody.post("/api/v1/sessions", body).await.good();
    nobody.with_token(answer["token"].as_str().unwrap())
}

fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries.flatten().find_map(|entry| {
        let path = entry.path();
        if path.file_name().is_some_and(|found| found == name) { Some(path) } else { find(&path, name) }
    })
}
