//! The local gateway as a process of its own.

use clap::Parser;
use mingzhang_local_gateway::Gateway;
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::net::TcpListener;

/// A payment provider for one machine, for demonstrations and tests. It moves no money.
#[derive(Debug, Parser)]
#[command(name = "mingzhang-local-gateway", version)]
struct Arguments {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:7979")]
    listen: SocketAddr,
    /// Where its keys, its book and the server's file of merchants are kept.
    #[arg(long, default_value = "data/local-gateway")]
    data: PathBuf,
    /// Where the server is.
    #[arg(long, default_value = "http://127.0.0.1:7878")]
    server: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let Arguments { listen, data, server } = Arguments::parse();
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    let gateway = Gateway::open(&data, &format!("http://{address}"), &server)?;
    println!("local gateway: http://{address}/local/orders");
    gateway.serve(listener, stopped()).await?;
    Ok(())
}

async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
