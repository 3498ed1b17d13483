//! HTTP to providers: short, bounded, without redirects.

use super::GatewayError;
use reqwest::{Client, Method, Response, redirect};
use std::time::Duration;

/// How long a provider may take to answer.
pub(crate) const WITHIN: Duration = Duration::from_secs(8);
/// The longest answer, bytes.
const LONGEST: usize = 256 * 1024;

/// What a provider answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A client for all providers.
///
/// # Errors
/// What the machine lacks, such as root certificates.
pub(crate) fn client() -> Result<Client, reqwest::Error> {
    // A second start in one process finds it installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let agent = concat!("mingzhang/", env!("CARGO_PKG_VERSION"));
    Client::builder().timeout(WITHIN).redirect(redirect::Policy::none()).user_agent(agent).build()
}

/// Sends a request and reads all of its answer.
///
/// # Errors
/// [`GatewayError::Unknown`] when no whole answer came: the request may have arrived.
pub(crate) async fn send(
    client: &Client,
    (method, url): (Method, &str),
    headers: &[(&'static str, String)],
    body: Vec<u8>,
) -> Result<Answer, GatewayError> {
    let request = client.request(method, url).body(body);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
    let unknown = |_| GatewayError::Unknown;
    let answer = request.send().await.map_err(unknown)?;
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Ok(Answer { status, headers, body: read(answer).await? })
}

async fn read(mut answer: Response) -> Result<Vec<u8>, GatewayError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| GatewayError::Unknown)? {
        if body.len() + chunk.len() > LONGEST {
            return Err(GatewayError::Unknown);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
