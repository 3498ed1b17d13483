//! Refuses a given server that could lose what was acknowledged.

use sqlx::PgExecutor;

use super::{OLDEST_MAJOR, PostgresError};

/// What the decision rests on, as the server shows it to the asking session.
#[derive(Debug, Clone)]
struct Settings {
    version_num: String,
    fsync: String,
    full_page_writes: String,
    synchronous_commit: String,
    encoding: String,
}

/// Accepts a server of version 15 or newer that flushes commits and stores UTF-8; else says every reason against it.
pub async fn check_server(executor: impl PgExecutor<'_>) -> Result<(), PostgresError> {
    let sql = "SELECT current_setting('server_version_num'), current_setting('fsync'), \
               current_setting('full_page_writes'), current_setting('synchronous_commit'), current_setting('server_encoding')";
    let (version_num, fsync, full_page_writes, synchronous_commit, encoding) =
        sqlx::query_as::<_, (String, String, String, String, String)>(sql).fetch_one(executor).await?;
    let reasons = reasons_against(&Settings { version_num, fsync, full_page_writes, synchronous_commit, encoding });
    if reasons.is_empty() { Ok(()) } else { Err(PostgresError::Refused { reasons }) }
}

fn reasons_against(settings: &Settings) -> Vec<String> {
    let mut reasons = Vec::new();
    let major = settings.version_num.parse::<u32>().map_or(0, |number| number / 10_000);
    if major < OLDEST_MAJOR {
        reasons.push(format!("its version is {major}, {OLDEST_MAJOR} or newer is needed"));
    }
    let durable = [
        ("fsync", &settings.fsync),
        ("full_page_writes", &settings.full_page_writes),
        ("synchronous_commit", &settings.synchronous_commit),
    ];
    for (name, value) in durable {
        if value == "off" {
            reasons.push(format!("{name} is off: a crash could lose acknowledged commits"));
        }
    }
    if settings.encoding != "UTF8" {
        reasons.push(format!("its encoding is {}, UTF8 is needed", settings.encoding));
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Settings {
        let on = || "on".to_owned();
        Settings {
            version_num: "150018".to_owned(),
            fsync: on(),
            full_page_writes: on(),
            synchronous_commit: on(),
            encoding: "UTF8".to_owned(),
        }
    }

    #[test]
    fn a_durable_server_is_accepted() {
        assert!(reasons_against(&good()).is_empty());
        let remote = Settings { synchronous_commit: "remote_apply".to_owned(), ..good() };
        assert!(reasons_against(&remote).is_empty());
    }

    #[test]
    fn each_fault_is_named() {
        let off = || "off".to_owned();
        let faults = [
            (Settings { version_num: "140011".to_owned(), ..good() }, "version is 14"),
            (Settings { version_num: "?".to_owned(), ..good() }, "version is 0"),
            (Settings { fsync: off(), ..good() }, "fsync is off"),
            (Settings { full_page_writes: off(), ..good() }, "full_page_writes is off"),
            (Settings { synchronous_commit: off(), ..good() }, "synchronous_commit is off"),
            (Settings { encoding: "SQL_ASCII".to_owned(), ..good() }, "encoding is SQL_ASCII"),
        ];
        for (settings, words) in faults {
            let reasons = reasons_against(&settings);
            assert!(reasons.len() == 1 && reasons.iter().all(|reason| reason.contains(words)), "{reasons:?}");
        }
    }
}
