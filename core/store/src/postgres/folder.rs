//! The folders of a private Postgres.
//!
//! `<data folder>/postgres/` holds `data/` (the cluster), `run/` (the socket), the server's log and two lock files. When the
//! server's user cannot reach the data folder (a root whose project lies under `/root`), `postgres` is a link to a
//! folder that it can reach, named after the data folder, so that the same data folder always finds the same data.

use std::fs::{self, File, OpenOptions, Permissions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::os_user::OsUser;
use super::{PostgresError, doing};

/// Where a cluster goes that cannot lie in its data folder.
const ELSEWHERE: &str = "/var/lib/mingzhang";

/// The operating system's limit for a socket's path is 107 bytes; `/.s.PGSQL.5432.lock` is part of it.
const LONGEST_SOCKET_FOLDER: usize = 85;

/// The folders and files of one private Postgres; all exist but `data`.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    root: PathBuf,
    socket: PathBuf,
}

impl Folder {
    /// Finds or creates the folders under `data_folder`, owned by `user`.
    pub(super) fn open(data_folder: &Path, user: &OsUser) -> Result<Self, PostgresError> {
        if !data_folder.exists() {
            // Passable for the server's user, who finds its own folder in it; the secrets beside are files of mode 0600.
            let mode = if rustix::process::geteuid().is_root() { 0o711 } else { 0o700 };
            let made = fs::DirBuilder::new().recursive(true).mode(mode).create(data_folder);
            doing(made, || format!("creating {}", data_folder.display()))?;
        }
        let data_folder = doing(data_folder.canonicalize(), || format!("opening {}", data_folder.display()))?;
        // Two processes may open a new data folder at once: one at a time makes what is missing.
        let making = doing(File::open(&data_folder), || format!("opening {}", data_folder.display()))?;
        doing(making.lock(), || format!("waiting for {}", data_folder.display()))?;
        let root = root_of(&data_folder, user)?;
        let socket = socket_folder(&root, user)?;
        Ok(Self { root, socket })
    }

    /// The cluster itself (`PGDATA`).
    pub(super) fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// A cluster that `initdb` has not finished.
    pub(super) fn unfinished(&self) -> PathBuf {
        self.root.join("data.new")
    }

    /// The folder of the socket.
    pub(super) fn socket(&self) -> &Path {
        &self.socket
    }

    /// What the server writes to its standard error.
    pub(super) fn log(&self) -> PathBuf {
        self.root.join("server.log")
    }

    /// Held while a server is started or stopped.
    pub(super) fn start_lock(&self) -> Result<File, PostgresError> {
        open_lock(&self.root.join("start.lock"))
    }

    /// Held, shared, by everyone who uses the server.
    pub(super) fn users_lock(&self) -> Result<File, PostgresError> {
        open_lock(&self.root.join("users.lock"))
    }
}

fn open_lock(path: &Path) -> Result<File, PostgresError> {
    let opened = OpenOptions::new().create(true).truncate(false).write(true).open(path);
    doing(opened, || format!("opening {}", path.display()))
}

/// `<data folder>/postgres`, or what it links to.
fn root_of(data_folder: &Path, user: &OsUser) -> Result<PathBuf, PostgresError> {
    let usual = data_folder.join("postgres");
    if usual.symlink_metadata().is_err() {
        make_private(&usual, user)?;
        if !user.can_write(&usual) {
            doing(fs::remove_dir(&usual), || format!("removing {}", usual.display()))?;
            let elsewhere = make_elsewhere(data_folder, user)?;
            doing(symlink(&elsewhere, &usual), || format!("linking {}", usual.display()))?;
        }
    }
    let root = doing(usual.canonicalize(), || format!("opening {}", usual.display()))?;
    if user.can_write(&root) {
        return Ok(root);
    }
    Err(PostgresError::Folder { path: root, reason: "the user that runs Postgres cannot write to it".to_owned() })
}

/// A folder outside, when the server's user cannot pass through the data folder's parents.
fn make_elsewhere(data_folder: &Path, user: &OsUser) -> Result<PathBuf, PostgresError> {
    let base = Path::new(ELSEWHERE);
    doing(fs::DirBuilder::new().recursive(true).mode(0o711).create(base), || format!("creating {ELSEWHERE}"))?;
    let folder = base.join(short_name(data_folder));
    make_private(&folder, user)?;
    Ok(folder)
}

/// The socket's folder: in the root when its path is short enough, else a private one under `/tmp`.
fn socket_folder(root: &Path, user: &OsUser) -> Result<PathBuf, PostgresError> {
    let usual = root.join("run");
    let folder = if usual.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
        usual
    } else {
        Path::new("/tmp").join(format!("mingzhang-{}", short_name(root)))
    };
    make_private(&folder, user)?;
    Ok(folder)
}

/// Creates a folder of mode 0700 that belongs to the user; an existing one must already be that.
fn make_private(folder: &Path, user: &OsUser) -> Result<(), PostgresError> {
    if folder.symlink_metadata().is_err() {
        doing(fs::DirBuilder::new().mode(0o700).create(folder), || format!("creating {}", folder.display()))?;
        let private = fs::set_permissions(folder, Permissions::from_mode(0o700));
        doing(private, || format!("closing {} to others", folder.display()))?;
        return user.own(folder);
    }
    let metadata = doing(folder.symlink_metadata(), || format!("looking at {}", folder.display()))?;
    if !metadata.is_dir() || metadata.uid() != user.uid() || metadata.mode() & 0o077 != 0 {
        let reason = "it must be a folder that only the user running Postgres can enter".to_owned();
        return Err(PostgresError::Folder { path: folder.to_path_buf(), reason });
    }
    Ok(())
}

/// 16 hexadecimal digits that stand for a path.
fn short_name(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_data_folder_gets_a_short_socket() {
        let user = OsUser::for_server().unwrap();
        let base = tempfile::tempdir().unwrap();
        fs::set_permissions(base.path(), Permissions::from_mode(0o711)).unwrap();
        let long = base.path().join("x".repeat(60)).join("y".repeat(60));
        let folder = Folder::open(&long, &user).unwrap();
        assert!(folder.socket().as_os_str().len() <= LONGEST_SOCKET_FOLDER);
        assert_eq!(folder.socket(), Folder::open(&long, &user).unwrap().socket());
        fs::remove_dir_all(folder.socket()).unwrap();
    }

    #[test]
    fn two_that_open_a_new_folder_at_once_find_the_same() {
        let user = OsUser::for_server().unwrap();
        for _ in 0..20 {
            let base = tempfile::tempdir().unwrap();
            let opened = || Folder::open(base.path(), &user).map(|folder| folder.data());
            let (one, two) = std::thread::scope(|scope| {
                let (one, two) = (scope.spawn(opened), scope.spawn(opened));
                (one.join().unwrap(), two.join().unwrap())
            });
            let root = one.unwrap();
            assert_eq!(root, two.unwrap());
            fs::remove_dir_all(root.parent().unwrap()).unwrap();
        }
    }

    #[test]
    fn a_folder_open_to_others_is_refused() {
        let user = OsUser::for_server().unwrap();
        let base = tempfile::tempdir().unwrap();
        fs::set_permissions(base.path(), Permissions::from_mode(0o711)).unwrap();
        let folder = Folder::open(base.path(), &user).unwrap();
        fs::set_permissions(folder.socket(), Permissions::from_mode(0o755)).unwrap();
        assert!(matches!(Folder::open(base.path(), &user), Err(PostgresError::Folder { .. })));
    }
}
