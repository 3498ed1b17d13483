//! A server of the operator's own: prepared by an administrator, entered by the roles with passwords.

use std::fs;
use std::path::Path;

use mingzhang_migrations::{DatabaseNames, prepare_cluster};
use mingzhang_store::postgres::{Access, PrivatePostgres, Role, Tuning};
use sqlx::{Connection, PgConnection};

use super::private_postgres::data_folder;

const SECRET: [u8; 32] = [7; 32];

/// A server that asks everybody but its superuser for a password, and the address of its database administrator, who is
/// no superuser.
async fn managed_server(folder: &Path) -> (PrivatePostgres, String) {
    let postgres = PrivatePostgres::start(folder, Tuning::Tests).await.unwrap();
    let mut superuser = PgConnection::connect_with(postgres.access().admin()).await.unwrap();
    let make = "CREATE ROLE manager LOGIN CREATEROLE CREATEDB PASSWORD 'managing'";
    sqlx::raw_sql(make).execute(&mut superuser).await.unwrap();
    let rules = "local all postgres peer map=mingzhang\nlocal all all scram-sha-256\n";
    fs::write(folder.join("postgres/data/pg_hba.conf"), rules).unwrap();
    sqlx::raw_sql("SELECT pg_reload_conf()").execute(&mut superuser).await.unwrap();
    let socket = postgres.access().admin().get_socket().unwrap().display().to_string();
    (postgres, format!("postgres://manager:managing@localhost/postgres?host={socket}"))
}

#[tokio::test]
async fn an_administrator_prepares_it_and_roles_enter_with_their_passwords() {
    let folder = data_folder();
    let (postgres, url) = managed_server(folder.path()).await;
    let access = Access::given(&url, &SECRET).unwrap();
    // Two processes that start at once on a fresh server, then a third.
    let names = DatabaseNames::default();
    let prepare = || prepare_cluster(access.admin(), &names, |role| access.password(role));
    let (one, two) = tokio::join!(prepare(), prepare());
    one.unwrap();
    two.unwrap();
    prepare().await.unwrap();

    for role in Role::ALL {
        let mut connection = PgConnection::connect_with(&access.log(role)).await.unwrap();
        let name: String = sqlx::query_scalar("SELECT current_user::text").fetch_one(&mut connection).await.unwrap();
        assert_eq!(name, role.name());
    }
    PgConnection::connect_with(&access.keys(Role::Writer)).await.unwrap();
    let stranger = Access::given(&url, &[8; 32]).unwrap();
    assert!(PgConnection::connect_with(&stranger.log(Role::Writer)).await.is_err());
    postgres.stop().await.unwrap();
}
