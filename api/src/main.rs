//! The server's program.

use clap::Parser;
use mingzhang_api::config::{Arguments, Command};
use mingzhang_api::{admin, demo, start, telemetry};
use std::process::ExitCode;

/// A third less time in a command than with the system's own (docs/adr/0009-allocator.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command = Arguments::parse().command;
    telemetry::start(match &command {
        Command::Serve(serve) => &serve.log,
        Command::Demo(demo) => &demo.serve.log,
        Command::Admin(_) => "warn",
    });
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    let ended = match command {
        Command::Serve(serve) => {
            runtime.block_on(start::run(*serve)).map_err(|error| format!("the server did not start: {error}"))
        }
        Command::Admin(asked) => runtime.block_on(admin::run(asked)).map_err(|error| error.to_string()),
        Command::Demo(demo) => runtime.block_on(demo::run(*demo)).map_err(|error| error.to_string()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
