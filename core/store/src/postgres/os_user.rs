//! Which operating-system user Postgres runs as: ourselves, or an unprivileged one when we are root.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{PostgresError, doing};

/// Tried in this order when the process is root.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// A user of the operating system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OsUser {
    name: String,
    uid: u32,
    gid: u32,
    /// Whether this process must change to the user before it runs something as it.
    switch: bool,
}

impl OsUser {
    /// The user that Postgres runs as when this process starts it.
    pub(super) fn for_server() -> Result<Self, PostgresError> {
        let uid = rustix::process::geteuid().as_raw();
        if uid != 0 {
            let gid = rustix::process::getegid().as_raw();
            return Ok(Self { name: current_name()?, uid, gid, switch: false });
        }
        let passwd = doing(fs::read_to_string("/etc/passwd"), || "reading /etc/passwd".to_owned())?;
        UNPRIVILEGED
            .iter()
            .find_map(|name| entry(&passwd, name))
            .ok_or_else(|| PostgresError::NoUser { tried: UNPRIVILEGED.join(", ") })
    }

    pub(super) fn uid(&self) -> u32 {
        self.uid
    }

    /// The names that may sign in over the socket: this process's user and the server's own.
    pub(super) fn peers(&self) -> Result<Vec<String>, PostgresError> {
        let mut names = vec![self.name.clone()];
        if self.switch {
            names.push(current_name()?);
        }
        Ok(names)
    }

    /// A command that will run as this user, without input and outside our process group (Ctrl-C is not for it).
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).process_group(0);
        if self.switch {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Gives a file or folder of ours to the user.
    pub(super) fn own(&self, path: &Path) -> Result<(), PostgresError> {
        if self.switch {
            doing(chown(path, Some(self.uid), Some(self.gid)), || {
                format!("giving {} to {}", path.display(), self.name)
            })?;
        }
        Ok(())
    }

    /// Whether the user can reach a folder and write into it; asked by trying, so that every kind of permission counts.
    pub(super) fn can_write(&self, folder: &Path) -> bool {
        if !self.switch {
            return rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok();
        }
        let tried = self.command(Path::new("/bin/sh")).args(["-c", "test -w . -a -x ."]).current_dir(folder).output();
        tried.is_ok_and(|output| output.status.success())
    }
}

/// The name of the user this process runs as, from the system's own tool (users may come from a directory service).
fn current_name() -> Result<String, PostgresError> {
    let output =
        doing(Command::new("id").arg("-un").stdin(Stdio::null()).output(), || "asking for our user name".to_owned())?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Finds a user in the text of `/etc/passwd`.
fn entry(passwd: &str, name: &str) -> Option<OsUser> {
    let fields: Vec<&str> = passwd
        .lines()
        .map(|line| line.split(':').collect())
        .find(|fields: &Vec<&str>| fields.first() == Some(&name))?;
    let uid = fields.get(2)?.parse().ok()?;
    let gid = fields.get(3)?.parse().ok()?;
    Some(OsUser { name: name.to_owned(), uid, gid, switch: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let passwd = "root:x:0:0::/root:/bin/sh\npostgres2:x:7:7::/:/bin/sh\npostgres:x:101:104::/:/bin/sh\n";
        let user = entry(passwd, "postgres").unwrap();
        assert_eq!((user.uid, user.gid), (101, 104));
        assert_eq!(entry(passwd, "post"), None);
    }

    #[test]
    fn a_folder_of_nobody_is_not_writable() {
        let user = OsUser::for_server().unwrap();
        let open = tempfile::tempdir().unwrap();
        user.own(open.path()).unwrap();
        assert!(user.can_write(open.path()));
        assert!(!user.can_write(Path::new("/proc/1")));
    }
}
