//! The vault on real databases: what is sealed comes back, and only to whom has every piece.

use mingzhang_domain::id::{LedgerId, VaultItemId};
use mingzhang_store::clock::{Clock, SystemClock};
use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;
use mingzhang_store::vault::{
    FileKey, IndexKind, ItemKind, KeyStore, NewVaultItem, Personal, Plain, Sealed, Vault, VaultError, index,
};
use sqlx::{AssertSqlSafe, PgPool};
use std::sync::Arc;
use uuid::Uuid;

pub(super) const LEDGER: LedgerId = LedgerId(Uuid::from_u128(0x1ed6e7));

/// Databases, a data folder with its file key, and the vault over them.
pub(super) struct World {
    pub(super) database: TestDatabase,
    pub(super) folder: tempfile::TempDir,
    pub(super) vault: Vault,
    pub(super) writer: PgPool,
}

pub(super) async fn world() -> World {
    let database = super::database().await;
    let folder = tempfile::tempdir().unwrap();
    let keys = KeyStore::open(database.keys_pool(Role::Writer).await.unwrap(), folder.path()).await.unwrap();
    let writer = database.pool(Role::Writer).await.unwrap();
    World { vault: Vault::new(Arc::new(keys)), database, folder, writer }
}

impl World {
    /// Seals texts of one subject each and writes them as an append would; answers their ids.
    pub(super) async fn put(&self, texts: &[(Uuid, ItemKind, &str)]) -> Vec<Sealed> {
        let plains: Vec<Plain> = texts
            .iter()
            .zip(1_u128..)
            .map(|((subject_id, kind, text), n)| Plain {
                item_id: VaultItemId(Uuid::from_u128(subject_id.as_u128() << 32 | n)),
                subject_id: *subject_id,
                kind: *kind,
                text: Personal::from((*text).to_owned()),
            })
            .collect();
        let sealed = self.vault.seal(LEDGER, &plains, SystemClock.now()).await.unwrap();
        for one in &sealed {
            self.insert(LEDGER, &one.item).await;
        }
        sealed
    }

    async fn insert(&self, ledger: LedgerId, item: &NewVaultItem) {
        sqlx::query(
            "INSERT INTO vault_item (ledger_id, item_id, subject_id, nonce, ciphertext) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(ledger.uuid())
        .bind(item.item_id)
        .bind(item.subject_id)
        .bind(&item.nonce)
        .bind(&item.ciphertext)
        .execute(&self.writer)
        .await
        .unwrap();
    }

    async fn open(&self, id: Uuid, kind: ItemKind) -> Result<Option<String>, VaultError> {
        self.open_in(LEDGER, id, kind).await
    }

    async fn open_in(&self, ledger: LedgerId, id: Uuid, kind: ItemKind) -> Result<Option<String>, VaultError> {
        let mut conn = self.writer.acquire().await.unwrap();
        let opened = self.vault.open(&mut conn, ledger, &[(VaultItemId(id), kind)]).await?;
        Ok(opened.get(&VaultItemId(id)).map(|opened| opened.text.expose().to_owned()))
    }

    /// Changes the stored bytes as only the owner of the table can.
    async fn tamper(&self, sql: &str) {
        let owner = self.database.pool(Role::Owner).await.unwrap();
        let changed = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&owner).await.unwrap();
        assert!(changed.rows_affected() > 0, "{sql}");
    }
}

const SUBJECT: Uuid = Uuid::from_u128(7);
const OTHER: Uuid = Uuid::from_u128(8);

#[tokio::test]
async fn what_is_sealed_comes_back_with_its_commitment() {
    let world = world().await;
    let sealed = world.put(&[(SUBJECT, ItemKind::Name, "王芳"), (OTHER, ItemKind::Mobile, "13800000000")]).await;
    let wanted: Vec<_> = [ItemKind::Name, ItemKind::Mobile]
        .into_iter()
        .zip(&sealed)
        .map(|(k, s)| (VaultItemId(s.item.item_id), k))
        .collect();
    let mut conn = world.writer.acquire().await.unwrap();
    let opened = world.vault.open(&mut conn, LEDGER, &wanted).await.unwrap();
    assert_eq!(opened.len(), 2);
    let name = &opened[&wanted[0].0];
    assert_eq!((name.text.expose(), name.subject_id, name.commitment), ("王芳", SUBJECT, sealed[0].commitment));
    assert!(!format!("{opened:?} {sealed:?}").contains("王芳"));
    assert!(
        world
            .vault
            .open(&mut conn, LEDGER, &[(VaultItemId(Uuid::from_u128(9)), ItemKind::Name)])
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn an_erased_subject_is_unreadable_and_others_are_not() {
    let world = world().await;
    let sealed = world.put(&[(SUBJECT, ItemKind::Name, "王芳"), (OTHER, ItemKind::Name, "李雷")]).await;
    let company = LedgerId(Uuid::from_u128(0xc0));
    let mut conn = world.writer.acquire().await.unwrap();
    world.vault.erase(&mut conn, company, SUBJECT).await.unwrap();
    assert_eq!(world.open(sealed[0].item.item_id, ItemKind::Name).await.unwrap(), None);
    assert_eq!(world.open(sealed[1].item.item_id, ItemKind::Name).await.unwrap().as_deref(), Some("李雷"));
    // Nobody else can read it either: a fresh process finds no key, and data of the same subject get another one.
    let keys =
        KeyStore::open(world.database.keys_pool(Role::Writer).await.unwrap(), world.folder.path()).await.unwrap();
    let again = World { vault: Vault::new(Arc::new(keys)), ..world };
    assert_eq!(again.open(sealed[0].item.item_id, ItemKind::Name).await.unwrap(), None);
    again.vault.seal(LEDGER, &[plain(SUBJECT)], SystemClock.now()).await.unwrap();
    assert!(matches!(again.open(sealed[0].item.item_id, ItemKind::Name).await, Err(VaultError::Tampered(_))));
}

fn plain(subject_id: Uuid) -> Plain {
    let item_id = VaultItemId(Uuid::from_u128(99));
    Plain { item_id, subject_id, kind: ItemKind::Text, text: Personal::from("x".to_owned()) }
}

#[tokio::test]
async fn an_item_opens_only_in_its_ledger_under_its_id_subject_and_kind() {
    let world = world().await;
    let sealed = world.put(&[(SUBJECT, ItemKind::Name, "王芳"), (OTHER, ItemKind::Name, "李雷")]).await;
    let (first, second) = (sealed[0].item.clone(), sealed[1].item.item_id);
    assert!(matches!(world.open(first.item_id, ItemKind::Mobile).await, Err(VaultError::Tampered(_))));
    let elsewhere = LedgerId(Uuid::from_u128(0xbad));
    world.insert(elsewhere, &first).await;
    assert!(matches!(world.open_in(elsewhere, first.item_id, ItemKind::Name).await, Err(VaultError::Tampered(_))));
    let renamed = NewVaultItem { item_id: Uuid::from_u128(0xfeed), ..first.clone() };
    world.insert(LEDGER, &renamed).await;
    assert!(matches!(world.open(renamed.item_id, ItemKind::Name).await, Err(VaultError::Tampered(_))));
    world.tamper(&format!("UPDATE vault_item SET subject_id = '{SUBJECT}' WHERE item_id = '{second}'")).await;
    assert!(matches!(world.open(second, ItemKind::Name).await, Err(VaultError::Tampered(_))));
}

#[tokio::test]
async fn changed_ciphertext_is_refused() {
    let world = world().await;
    let id = world.put(&[(SUBJECT, ItemKind::Name, "王芳")]).await[0].item.item_id;
    let length = 16 + "王芳".len() + 16;
    for byte in [0, 17, length - 1] {
        let flip = format!(
            "UPDATE vault_item SET ciphertext = set_byte(ciphertext, {byte}, get_byte(ciphertext, {byte}) # 1)"
        );
        world.tamper(&flip).await;
        assert!(matches!(world.open(id, ItemKind::Name).await, Err(VaultError::Tampered(_))), "byte {byte}");
        world.tamper(&flip).await;
    }
    world.tamper("UPDATE vault_item SET nonce = set_byte(nonce, 3, get_byte(nonce, 3) # 1)").await;
    assert!(matches!(world.open(id, ItemKind::Name).await, Err(VaultError::Tampered(_))));
}

#[tokio::test]
async fn a_wrong_or_missing_file_key_stops_the_start() {
    let world = world().await;
    let keys = || async { world.database.keys_pool(Role::Writer).await.unwrap() };
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(KeyStore::open(keys().await, empty.path()).await, Err(VaultError::MissingFileKey { .. })));
    assert!(!FileKey::path(empty.path()).exists(), "no new key is made beside a key store in use");
    FileKey::create(empty.path()).unwrap();
    assert!(matches!(KeyStore::open(keys().await, empty.path()).await, Err(VaultError::WrongFileKey)));
    assert!(KeyStore::open(keys().await, world.folder.path()).await.is_ok());
}

#[tokio::test]
async fn two_processes_agree_on_every_key() {
    let world = world().await;
    let pools =
        [world.database.keys_pool(Role::Writer).await.unwrap(), world.database.keys_pool(Role::Writer).await.unwrap()];
    let [one, two] = pools.map(|pool| KeyStore::open(pool, world.folder.path()));
    let (one, two) = tokio::join!(one, two);
    let (one, two) = (Vault::new(Arc::new(one.unwrap())), Vault::new(Arc::new(two.unwrap())));
    let company = LedgerId(Uuid::from_u128(0xc0));
    for n in 0..20_u128 {
        let subject = Uuid::from_u128(0x5000 + n);
        let (plain_one, plain_two) =
            ([plain(subject)], [Plain { item_id: VaultItemId(Uuid::from_u128(n)), ..plain(subject) }]);
        let (a, b) = tokio::join!(
            one.seal(LEDGER, &plain_one, SystemClock.now()),
            two.seal(LEDGER, &plain_two, SystemClock.now())
        );
        let (a, b) = (a.unwrap(), b.unwrap());
        world.insert(LEDGER, &b[0].item).await;
        let id = b[0].item.item_id;
        assert_eq!(a[0].item.subject_id, b[0].item.subject_id);
        let mut conn = world.writer.acquire().await.unwrap();
        // Opened by the process that did not seal it.
        let opened = one.open(&mut conn, LEDGER, &[(VaultItemId(id), ItemKind::Text)]).await.unwrap();
        assert_eq!(opened.len(), 1);
    }
    let (a, b) = tokio::join!(one.index_key(company), two.index_key(company));
    assert_eq!(a.unwrap().blind_index(IndexKind::Mobile, "1"), b.unwrap().blind_index(IndexKind::Mobile, "1"));
}

#[tokio::test]
async fn a_phone_is_found_by_its_fingerprint_until_its_subject_is_erased() {
    let world = world().await;
    let sealed =
        world.put(&[(SUBJECT, ItemKind::Mobile, "13800000000"), (SUBJECT, ItemKind::Mobile, "13800000000")]).await;
    let [company, other] = [0xc0, 0xc1].map(|n| LedgerId(Uuid::from_u128(n)));
    let key = world.vault.index_key(company).await.unwrap();
    let token = key.blind_index(IndexKind::Mobile, "13800000000");
    let rows = sealed.iter().map(|sealed| index::Indexed {
        kind: IndexKind::Mobile,
        token,
        subject_id: SUBJECT,
        item_id: VaultItemId(sealed.item.item_id),
    });
    let mut conn = world.writer.acquire().await.unwrap();
    index::put(&mut conn, company, &rows.collect::<Vec<_>>()).await.unwrap();
    let found = index::find(&mut conn, company, IndexKind::Mobile, &token).await.unwrap();
    assert_eq!(found, vec![(SUBJECT, VaultItemId(sealed[1].item.item_id))]);
    assert!(index::find(&mut conn, other, IndexKind::Mobile, &token).await.unwrap().is_empty());
    assert!(index::find(&mut conn, company, IndexKind::Identity, &token).await.unwrap().is_empty());
    world.vault.erase(&mut conn, company, SUBJECT).await.unwrap();
    assert!(index::find(&mut conn, company, IndexKind::Mobile, &token).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_file_opens_only_in_its_place_and_unchanged() {
    let world = world().await;
    let sealed = world.vault.seal_file(b"a.1", "王芳".as_bytes()).await.unwrap();
    assert_eq!(world.vault.open_file(b"a.1", &sealed).await.unwrap(), "王芳".as_bytes());
    assert_ne!(sealed, world.vault.seal_file(b"a.1", "王芳".as_bytes()).await.unwrap());
    let refused = |opened| matches!(opened, Err(VaultError::TamperedFile));
    assert!(refused(world.vault.open_file(b"a.2", &sealed).await), "another place");
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(refused(world.vault.open_file(b"a.1", &changed).await), "byte {at}");
        assert!(refused(world.vault.open_file(b"a.1", &sealed[..at]).await), "cut at {at}");
    }
}
