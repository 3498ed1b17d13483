//! Who pays at the local gateway, on a day of the story.

use super::DemoError;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::id::PaymentOrderId;
use reqwest::{Client, Url};
use std::time::Duration;

/// A payer who confirms what his device shows.
#[derive(Debug, Clone)]
pub(super) struct Payer {
    gateway: Url,
    client: Client,
}

impl Payer {
    /// At a local gateway.
    ///
    /// # Errors
    /// What the machine lacks.
    pub(super) fn at(gateway: Url) -> Result<Self, DemoError> {
        // A second start in one process finds it installed already.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = Client::builder().timeout(Duration::from_secs(10)).build().map_err(|_| UNREACHABLE)?;
        Ok(Self { gateway, client })
    }

    /// Pays an order at an instant; one that is paid already stays so.
    pub(super) async fn pay(&self, order: PaymentOrderId, at: Option<Instant>) -> Result<(), DemoError> {
        let at = at.map(|at| at.timestamp()).unwrap_or_default();
        let path = format!("/local/orders/{}/pay?at={at}", order.number());
        let address = self.gateway.join(&path).map_err(|_| UNREACHABLE)?;
        self.client.post(address).send().await.map_err(|_| UNREACHABLE)?;
        Ok(())
    }
}

const UNREACHABLE: DemoError = DemoError::Story("the local gateway does not answer");
