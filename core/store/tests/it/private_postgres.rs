//! The private Postgres: started, shared, adopted after a kill, restarted under us, stopped; and what it says when it cannot.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use mingzhang_store::postgres::{Access, PostgresError, PrivatePostgres, Tuning};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

/// Where the process to be killed is told its data folder.
const FOLDER: &str = "MINGZHANG_TEST_DATA_FOLDER";

/// A data folder that the server's user can pass through.
pub(crate) fn data_folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("mz").tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).unwrap();
    folder
}

async fn start(folder: &Path) -> PrivatePostgres {
    PrivatePostgres::start(folder, Tuning::Tests).await.unwrap()
}

fn pid_file(folder: &Path) -> PathBuf {
    folder.join("postgres/data/postmaster.pid")
}

/// The process of the folder's server.
fn pid(folder: &Path) -> Pid {
    let text = fs::read_to_string(pid_file(folder)).unwrap();
    Pid::from_raw(text.lines().next().unwrap().parse().unwrap()).unwrap()
}

fn alive(pid: Pid) -> bool {
    test_kill_process(pid).is_ok()
}

async fn answers(access: &Access) -> Result<i32, sqlx::Error> {
    let mut connection = PgConnection::connect_with(access.admin()).await?;
    sqlx::query_scalar("SELECT 1").fetch_one(&mut connection).await
}

/// Bounded waiting for what another process does.
async fn eventually(what: &str, mut done: impl AsyncFnMut() -> bool) {
    for _ in 0..600 {
        if done().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} did not happen within 30 s");
}

#[tokio::test]
async fn it_starts_durably_and_stops_cleanly_with_its_data_kept() {
    let folder = data_folder();
    let postgres = start(folder.path()).await;
    let mut connection = PgConnection::connect_with(postgres.access().admin()).await.unwrap();
    let settings: (String, String, String, String, String) = sqlx::query_as(
        "SELECT current_setting('data_checksums'), current_setting('fsync'), current_setting('server_encoding'), \
         current_setting('listen_addresses'), current_setting('full_page_writes')",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    let expected = ("on", "on", "UTF8", "", "on");
    assert_eq!((&*settings.0, &*settings.1, &*settings.2, &*settings.3, &*settings.4), expected);
    sqlx::raw_sql("CREATE TABLE kept (id integer)").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let process = pid(folder.path());
    postgres.stop().await.unwrap();
    assert!(!pid_file(folder.path()).exists() && !alive(process));

    let again = start(folder.path()).await;
    let mut connection = PgConnection::connect_with(again.access().admin()).await.unwrap();
    sqlx::raw_sql("SELECT id FROM kept").execute(&mut connection).await.unwrap();
    drop(again);
    assert!(!pid_file(folder.path()).exists());
}

#[tokio::test]
async fn only_the_socket_of_a_closed_folder_leads_to_it() {
    let folder = data_folder();
    let postgres = start(folder.path()).await;
    let socket = postgres.access().admin().get_socket().unwrap().clone();
    assert_eq!(fs::metadata(&socket).unwrap().mode() & 0o777, 0o700);
    let root = rustix::process::geteuid().is_root();
    let owner = fs::metadata(pid_file(folder.path())).unwrap().uid();
    assert!(owner != 0 && (root || owner == rustix::process::geteuid().as_raw()));
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_user_shares_it_and_the_last_one_stops_it() {
    let folder = data_folder();
    let first = start(folder.path()).await;
    let second = start(folder.path()).await;
    let process = pid(folder.path());
    first.stop().await.unwrap();
    assert_eq!(answers(second.access()).await.unwrap(), 1);
    assert_eq!(pid(folder.path()), process);
    second.stop().await.unwrap();
    assert!(!pid_file(folder.path()).exists());
}

/// The parent of [`one_left_running_by_a_killed_parent_is_adopted`]; does nothing when run by hand.
#[tokio::test]
#[ignore = "run by another test, in a process that it kills"]
async fn parent_to_be_killed() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return };
    let _postgres = start(&folder).await;
    fs::write(folder.join("ready"), "").unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn one_left_running_by_a_killed_parent_is_adopted() {
    let folder = data_folder();
    let mut parent = Command::new(env::current_exe().unwrap())
        .args(["--exact", "private_postgres::parent_to_be_killed", "--ignored"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    eventually("the parent's start", async || folder.path().join("ready").exists()).await;
    parent.kill().unwrap();
    parent.wait().unwrap();
    let left = pid(folder.path());
    assert!(alive(left));

    let adopter = start(folder.path()).await;
    assert_eq!(pid(folder.path()), left);
    assert_eq!(answers(adopter.access()).await.unwrap(), 1);
    adopter.stop().await.unwrap();
    assert!(!pid_file(folder.path()).exists());
}

#[tokio::test]
async fn a_killed_one_is_started_again_under_its_users() {
    let folder = data_folder();
    let postgres = start(folder.path()).await;
    let killed = pid(folder.path());
    kill_process(killed, Signal::KILL).unwrap();
    eventually("the restart", async || answers(postgres.access()).await.is_ok() && pid(folder.path()) != killed).await;
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn stale_lock_files_do_not_stop_a_start() {
    let folder = data_folder();
    let postgres = start(folder.path()).await;
    let text = fs::read_to_string(pid_file(folder.path())).unwrap();
    let socket = postgres.access().admin().get_socket().unwrap().join(".s.PGSQL.5432.lock");
    let owner = fs::metadata(pid_file(folder.path())).unwrap();
    postgres.stop().await.unwrap();
    // A process that lives but is no server, as after the machine gave the number to somebody else; and one that is gone.
    let living = std::process::id().to_string();
    for stale in [living.as_str(), "4194000"] {
        let rest = text.split_once('\n').unwrap().1;
        for file in [&pid_file(folder.path()), &socket] {
            fs::write(file, format!("{stale}\n{rest}")).unwrap();
            chown(file, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        let postgres = start(folder.path()).await;
        assert_eq!(answers(postgres.access()).await.unwrap(), 1);
        postgres.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_start_that_fails_shows_the_servers_log() {
    let folder = data_folder();
    start(folder.path()).await.stop().await.unwrap();
    let configuration = folder.path().join("postgres/data/postgresql.conf");
    fs::write(&configuration, "no_such_setting = on\n").unwrap();
    let error = PrivatePostgres::start(folder.path(), Tuning::Tests).await.unwrap_err();
    assert!(matches!(error, PostgresError::NotStarted { .. }));
    assert!(error.to_string().contains("no_such_setting"), "{error}");
}

#[tokio::test]
async fn an_interrupted_initdb_is_begun_again() {
    let folder = data_folder();
    let postgres = start(folder.path()).await;
    postgres.stop().await.unwrap();
    fs::rename(folder.path().join("postgres/data"), folder.path().join("postgres/data.new")).unwrap();
    let postgres = start(folder.path()).await;
    assert_eq!(answers(postgres.access()).await.unwrap(), 1);
    postgres.stop().await.unwrap();
}

/// As for a root whose project lies under a closed home.
#[tokio::test]
async fn a_data_folder_out_of_the_servers_reach_works_too() {
    let closed = tempfile::tempdir().unwrap();
    fs::set_permissions(closed.path(), Permissions::from_mode(0o700)).unwrap();
    let postgres = start(closed.path()).await;
    assert_eq!(answers(postgres.access()).await.unwrap(), 1);
    postgres.stop().await.unwrap();
    let link = closed.path().join("postgres");
    if rustix::process::geteuid().is_root() {
        fs::remove_dir_all(fs::read_link(&link).unwrap()).unwrap();
    } else {
        assert!(!link.is_symlink());
    }
}
