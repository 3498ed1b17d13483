//! The server's program.

use clap::Parser;
use mingzhang_api::config::{Arguments, Command};
use mingzhang_api::{start, telemetry};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Command::Serve(serve) = Arguments::parse().command;
    telemetry::start(&serve.log);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(start::run(*serve)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the server did not start: {error}");
            ExitCode::FAILURE
        }
    }
}
