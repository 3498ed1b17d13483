//! Invoice providers: who has the tax authority issue invoices for a company, behind one port.
//!
//! Nothing here decides: an adapter asks, and says what the provider signed. May never happen here: a second serial number for
//! one invoice, an answer that is believed before its signature was checked, a buyer's name in a log or an error.

mod http;
mod orders;
mod served;

pub use http::HttpProvider;
pub use served::{look_at_invoice, provider_of, stage_of};

use crate::gateway::GatewayError;
use async_trait::async_trait;
use mingzhang_domain::calendar::{CivilDate, Instant};
use mingzhang_domain::invoice::InvoiceNumber;
use mingzhang_domain::value::Code;
use mingzhang_gateway::invoicing::{InvoiceOrder, RedOrder};

/// Where a serial number stands at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The provider never heard of it.
    Unheard,
    /// Taken.
    Taken,
    /// A red letter is confirmed, and the negative invoice not yet issued.
    Confirmed {
        /// Number of the confirmation.
        confirmation: Code,
    },
    /// Issued.
    Issued {
        /// Its number.
        number: InvoiceNumber,
        /// The day of it.
        issued_on: CivilDate,
    },
    /// Not issued, for ever.
    Failed {
        /// The provider's code.
        code: Code,
    },
}

/// A provider, for one seller.
#[async_trait]
pub trait InvoiceProvider: std::fmt::Debug + Send + Sync {
    /// Who draws invoices up 开票人.
    fn drawer(&self) -> &str;

    /// Asks for an invoice. Asked again it is the same invoice.
    ///
    /// # Errors
    /// [`GatewayError`].
    async fn submit(&self, order: &InvoiceOrder, now: Instant) -> Result<Standing, GatewayError>;

    /// Asks where an invoice stands.
    ///
    /// # Errors
    /// [`GatewayError`].
    async fn query(&self, serial: &str, now: Instant) -> Result<Standing, GatewayError>;

    /// Asks for a red letter: a confirmation first, then the negative invoice. Asked again it is the same one.
    ///
    /// # Errors
    /// [`GatewayError`].
    async fn submit_red(&self, order: &RedOrder, now: Instant) -> Result<Standing, GatewayError>;

    /// Asks where a red letter stands.
    ///
    /// # Errors
    /// [`GatewayError`].
    async fn query_red(&self, serial: &str, now: Instant) -> Result<Standing, GatewayError>;
}
