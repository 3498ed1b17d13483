//! The server with one invariant broken on purpose, named by `MINGZHANG_SABOTAGE`: a test that stays green against it
//! proves nothing.

use clap::Parser;
use mingzhang_api::config::{Arguments, Command};
use mingzhang_api::{start, telemetry};
use mingzhang_store::sabotage::Sabotage;
use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    std::env::var("MINGZHANG_SABOTAGE")?.parse::<Sabotage>()?.arm();
    match Arguments::parse().command {
        Command::Serve(serve) => {
            telemetry::start(&serve.log);
            Ok(start::run(*serve).await?)
        }
        Command::Demo(_) | Command::Admin(_) => Err("only serves".into()),
    }
}
