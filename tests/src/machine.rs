//! A machine whose disk and clock misbehave on order: a library that the server and its Postgres load before the C library.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// The disk of the Postgres.
#[derive(Debug, Clone, Copy)]
pub enum Disk {
    /// As it should be.
    Well,
    /// Nothing grows any more: ENOSPC.
    Full,
    /// Nothing changes any more: EROFS.
    ReadOnly,
    /// What was written does not reach it: EIO from every sync.
    SyncFails,
}

/// Two numbers: where each order stands in the shared file.
const DISK_AT: u64 = 0;
const CLOCKS_AT: u64 = 8;

/// The machine; what runs on it must end before it.
#[derive(Debug)]
pub struct Machine {
    folder: TempDir,
    orders: File,
}

impl Machine {
    /// Builds it, with the C compiler that Rust links with.
    pub fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // As root, Postgres is another user, who must read both files.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/machine.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", source, "-ldl", "-o"]);
        assert!(
            compiler.arg(folder.path().join("machine.so")).status().unwrap().success(),
            "{source} does not compile"
        );
        let path = folder.path().join("orders");
        fs::write(&path, [0; 24]).unwrap();
        let orders = File::options().write(true).open(path).unwrap();
        Self { folder, orders }
    }

    /// What a program must find in its environment to run on it.
    pub fn environment(&self) -> [(&'static str, PathBuf); 2] {
        let at = |name| self.folder.path().join(name);
        [("LD_PRELOAD", at("machine.so")), ("MINGZHANG_MACHINE", at("orders"))]
    }

    /// Orders a state of the disk.
    pub fn disk(&self, disk: Disk) {
        let order: i64 = match disk {
            Disk::Well => 0,
            Disk::Full => i64::from(b'f'),
            Disk::ReadOnly => i64::from(b'r'),
            Disk::SyncFails => i64::from(b's'),
        };
        self.orders.write_all_at(&order.to_ne_bytes(), DISK_AT).unwrap();
    }

    /// Sets the clocks of the server and of Postgres off by so many seconds.
    pub fn clocks(&self, server: i64, postgres: i64) {
        let both = [server.to_ne_bytes(), postgres.to_ne_bytes()].concat();
        self.orders.write_all_at(&both, CLOCKS_AT).unwrap();
    }
}
