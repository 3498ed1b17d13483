//! A scan for personal data where it must not be: the server's whole data folder, WAL and temporary files included, and a
//! log of everything the process says at its most talkative. A control marker shows that the scan can see.

use super::vault::world;
use mingzhang_domain::id::{LedgerId, VaultItemId};
use mingzhang_store::postgres::Role;
use mingzhang_store::vault::{IndexKind, ItemKind, index};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

const NAME: &str = "欧阳试探甲乙";
const MOBILE: &str = "13987650412";
const IDENTITY: &str = "11010519491231002X";
const CONTROL: &str = "control-marker-5f1c0d";

/// Everything that is traced in this thread, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_personal_data_in_the_data_folder_or_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let listening = tracing::subscriber::set_default(subscriber.finish());
    let world = world().await;
    let subject = Uuid::from_u128(0x9e51);
    let kinds = [(ItemKind::Name, NAME), (ItemKind::Mobile, MOBILE), (ItemKind::Identity, IDENTITY)];
    let sealed = world.put(&kinds.map(|(kind, text)| (subject, kind, text))).await;

    let company = LedgerId(Uuid::from_u128(0xc0));
    let key = world.vault.index_key(company).await.unwrap();
    let row = |kind, text, n: usize| index::Indexed {
        kind,
        token: key.blind_index(kind, text),
        subject_id: subject,
        item_id: VaultItemId(sealed[n].item.item_id),
    };
    let mut conn = world.writer.acquire().await.unwrap();
    let rows = [row(IndexKind::Mobile, MOBILE, 1), row(IndexKind::Identity, IDENTITY, 2)];
    index::put(&mut conn, company, &rows).await.unwrap();
    let wanted = [(VaultItemId(sealed[0].item.item_id), ItemKind::Name)];
    let opened = world.vault.open(&mut conn, LedgerId(super::vault::LEDGER.0), &wanted).await.unwrap();
    assert_eq!(opened[&wanted[0].0].text.expose(), NAME);
    tracing::debug!(?opened, ?sealed, "as a careless line would show them");
    drop(listening);

    let owner = world.database.pool(Role::Owner).await.unwrap();
    let control = format!("CREATE TABLE public.control (text text); INSERT INTO public.control VALUES ('{CONTROL}')");
    sqlx::raw_sql(AssertSqlSafe(control)).execute(&owner).await.unwrap();
    let folders = places(world.database.access().admin(), world.database.log_name(), world.database.keys_name()).await;
    let marks = [NAME, MOBILE, IDENTITY].map(|text| [text.to_owned(), hex(text)]).concat();
    assert_eq!(matches(&folders, &marks), Vec::<String>::new());
    assert!(!matches(&folders, &[CONTROL.to_owned()]).is_empty(), "the scan sees nothing at all");
    assert!(world.folder.path().join("vault.key").exists());
    assert_eq!(matches(&[world.folder.path().to_path_buf()], &marks), Vec::<String>::new());

    let said = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(said.contains("INSERT INTO") && said.contains("careless"), "the log heard nothing: {said}");
    assert!(marks.iter().all(|mark| !said.contains(mark.as_str())), "the log holds personal data");
}

/// Forces everything to disk and answers what to scan: all of the server's folder but other tests' databases.
async fn places(admin: &sqlx::postgres::PgConnectOptions, log: &str, keys: &str) -> Vec<PathBuf> {
    let mut admin = PgConnection::connect_with(admin).await.unwrap();
    sqlx::raw_sql("CHECKPOINT").execute(&mut admin).await.unwrap();
    let data: String = sqlx::query_scalar("SHOW data_directory").fetch_one(&mut admin).await.unwrap();
    let mine: Vec<String> = sqlx::query_scalar("SELECT oid::text FROM pg_database WHERE datname IN ($1, $2)")
        .bind(log)
        .bind(keys)
        .fetch_all(&mut admin)
        .await
        .unwrap();
    assert_eq!(mine.len(), 2);
    let data = Path::new(&data);
    let children = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let other_database = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.bytes().all(|b| b.is_ascii_digit()) && !mine.contains(&name)
    };
    let mut all: Vec<PathBuf> = children(data.parent().unwrap()).into_iter().filter(|path| path != data).collect();
    all.extend(children(data).into_iter().filter(|path| !path.ends_with("base")));
    all.extend(children(&data.join("base")).into_iter().filter(|path| !other_database(path)));
    all
}

/// The files that hold one of the texts, by name.
fn matches(folders: &[PathBuf], texts: &[String]) -> Vec<String> {
    let mut grep = Command::new("grep");
    grep.args(["-rlaF", "--devices=skip"]);
    texts.iter().for_each(|text| {
        grep.args(["-e", text]);
    });
    let answer = grep.env("LC_ALL", "C").arg("--").args(folders).output().unwrap();
    // 2 may only mean that a file of the running server went away while it was looked for.
    String::from_utf8_lossy(&answer.stdout).lines().map(str::to_owned).collect()
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}
