//! Finds the Postgres server binaries installed on the machine.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{OLDEST_MAJOR, PostgresError};

/// Where Debian and Ubuntu install server versions side by side.
const DEBIAN_ROOT: &str = "/usr/lib/postgresql";

/// A folder with `postgres` and `initdb` of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    folder: PathBuf,
    pub(super) major: u32,
}

impl Binaries {
    pub(super) fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }
}

/// The newest usable binaries, or those of exactly `major` when a cluster of that version exists.
pub(super) fn find(major: Option<u32>) -> Result<Binaries, PostgresError> {
    find_in(&candidates(), major)
}

/// The folders of `PATH`, then the distribution's.
fn candidates() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    if let Ok(versions) = fs::read_dir(DEBIAN_ROOT) {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders
}

fn find_in(folders: &[PathBuf], major: Option<u32>) -> Result<Binaries, PostgresError> {
    let mut found = BTreeMap::new();
    for folder in folders {
        // PATH often holds links: initdb must find its companions beside itself.
        let Ok(postgres) = folder.join("postgres").canonicalize() else { continue };
        let Some(folder) = postgres.parent().map(Path::to_path_buf) else { continue };
        if !folder.join("initdb").is_file() {
            continue;
        }
        if let Some(version) = major_of(&postgres).filter(|version| *version >= OLDEST_MAJOR) {
            found.entry(version).or_insert(Binaries { folder, major: version });
        }
    }
    let chosen = match major {
        Some(major) => found.remove(&major),
        None => found.pop_last().map(|(_, binaries)| binaries),
    };
    chosen.ok_or_else(|| PostgresError::NoBinaries {
        wanted: major
            .map_or_else(|| format!("{OLDEST_MAJOR} or newer"), |major| format!("{major} (the data's version)")),
        looked: folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", "),
    })
}

/// Asks a `postgres` binary for its major version.
fn major_of(postgres: &Path) -> Option<u32> {
    let output = Command::new(postgres).arg("--version").stdin(Stdio::null()).output().ok()?;
    parse_major(&String::from_utf8_lossy(&output.stdout))
}

/// `postgres (PostgreSQL) 15.18 (Debian …)` or `… 17beta1` → the number before the point.
fn parse_major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_distributions_write_them() {
        assert_eq!(parse_major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(parse_major("postgres (PostgreSQL) 18beta2"), Some(18));
        assert_eq!(parse_major("postgres"), None);
    }

    #[test]
    fn without_binaries_the_error_says_what_to_install() {
        let empty = tempfile::tempdir().unwrap();
        let error = find_in(&[empty.path().to_path_buf()], None).unwrap_err().to_string();
        assert!(error.contains("apt-get install postgresql") && error.contains("DATABASE_URL"), "{error}");
        assert!(error.contains(&empty.path().display().to_string()), "{error}");
    }

    #[test]
    fn data_of_another_version_ask_for_that_version() {
        let error = find_in(&candidates(), Some(9_999)).unwrap_err().to_string();
        assert!(error.contains("9999 (the data's version)"), "{error}");
    }
}
