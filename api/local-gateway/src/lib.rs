//! A payment provider for one machine: WeChat Pay and Alipay as they are on the wire, signatures and notifications included; and an
//! invoice provider beside them.
//!
//! It has merchants, keys and a book of its own, and can be told to behave badly: late, twice, in another order, not at all,
//! with another amount, under another key. Nothing of the product knows that it is not the provider.

mod alipay;
mod behaviour;
mod bill;
mod book;
mod certificate;
mod control;
mod invoicing;
mod keys;
mod notify;
mod refund;
mod wechat;

pub use behaviour::{Behaviour, InvoicesEnd, RefundsEnd};
pub use book::{Entry, InvoiceEntry, InvoiceOf, InvoiceState, Provider, RefundEntry, RefundState, State as OrderState};
pub use keys::{INVOICE_SELLER, Keys, KeysError, MERCHANTS};
pub use notify::Letter;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};
use book::Book;
use chrono::{DateTime, Utc};
use std::future::Future;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;
use tokio::net::TcpListener;

/// Now, seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// The instant of such a number.
fn instant(at: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at, 0)
}

/// What the whole gateway shares.
#[derive(Debug)]
pub struct Gateway {
    keys: Keys,
    book: Mutex<Book>,
    behaviour: Mutex<Behaviour>,
    client: reqwest::Client,
    own_url: String,
    under_way: AtomicUsize,
    certificates_read: AtomicUsize,
}

/// Why the gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Keys.
    #[error("{0}")]
    Keys(#[from] KeysError),
    /// The book or the socket.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// No connections can be made.
    #[error("{0}")]
    Client(#[from] reqwest::Error),
}

impl Gateway {
    /// Opens the gateway of a folder: keys and merchants are made at the first start, and its book is read on.
    ///
    /// `own_url` is where it is reached, `server_url` where the server is: they stand in the file of merchants that it
    /// writes for the server.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn open(folder: &Path, own_url: &str, server_url: &str) -> Result<Arc<Self>, StartError> {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let keys = Keys::open(folder, own_url, server_url)?;
        let book = Mutex::new(Book::open(&folder.join("book.jsonl"))?);
        let client = reqwest::Client::builder().timeout(std::time::Duration::from_secs(5)).build()?;
        Ok(Arc::new(Self {
            keys,
            book,
            behaviour: Mutex::default(),
            client,
            own_url: own_url.to_owned(),
            under_way: AtomicUsize::new(0),
            certificates_read: AtomicUsize::new(0),
        }))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Deliveries that nobody has thanked for yet.
    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Relaxed)
    }

    /// How often somebody read the platform's certificates.
    pub fn certificates_read(&self) -> usize {
        self.certificates_read.load(Ordering::Relaxed)
    }

    /// How it behaves now.
    pub fn behaviour(&self) -> Behaviour {
        self.behaviour.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How it behaves from now on.
    pub fn behave(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap_or_else(PoisonError::into_inner) = behaviour;
    }

    /// Closes an order as the merchant's console can.
    ///
    /// # Errors
    /// What the system says of the book.
    pub fn close(&self, number: &str) -> std::io::Result<()> {
        self.book().close(number).map(|_| ())
    }

    /// What it did, order by order.
    pub fn entries(&self) -> Vec<Entry> {
        self.book().entries().cloned().collect()
    }

    /// What it paid back, refund by refund.
    pub fn refunds(&self) -> Vec<RefundEntry> {
        self.book().refunds().cloned().collect()
    }

    /// Serves until the future is done.
    ///
    /// # Errors
    /// What the system says of the socket.
    pub async fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        axum::serve(listener, self.router()).with_graceful_shutdown(stop).await
    }

    fn invoicing_router(self: &Arc<Self>) -> Router<Arc<Self>> {
        Router::new()
            .route("/v1/invoices", post(invoicing::order))
            .route("/v1/invoices/{serial}", get(invoicing::query))
            .route("/v1/invoices/{serial}/xml", get(invoicing::xml))
            .route("/v1/red-letters", post(invoicing::red_order))
            .route("/v1/red-letters/{serial}", get(invoicing::query))
            .route_layer(from_fn_with_state(Arc::clone(self), invoicing::of_application))
    }

    fn router(self: Arc<Self>) -> Router {
        let mut router = Router::new();
        for base in ["/v3/pay/transactions", "/v3/pay/partner/transactions"] {
            router = router
                .route(&format!("{base}/{{door}}"), post(wechat::order))
                .route(&format!("{base}/out-trade-no/{{number}}"), get(wechat::query))
                .route(&format!("{base}/out-trade-no/{{number}}/close"), post(wechat::close));
        }
        router
            .route("/v3/refund/domestic/refunds", post(wechat::refund))
            .route("/v3/refund/domestic/refunds/{number}", get(wechat::query_refund))
            .route("/v3/certificates", get(wechat::certificates))
            .route("/v3/bill/tradebill", get(wechat::trade_bill))
            .route("/v3/billdownload/file", get(wechat::bill_file))
            .route_layer(from_fn_with_state(Arc::clone(&self), wechat::of_merchant))
            .merge(self.invoicing_router())
            .route("/gateway.do", any(alipay::call))
            .route("/bills/{file}", get(alipay::bill_file))
            .route("/local/orders", get(control::orders))
            .route("/local/orders/{number}", get(control::page))
            .route("/local/orders/{number}/pay", post(control::pay))
            .route("/local/refunds", get(control::refunds))
            .route("/local/invoices", get(invoicing::invoices))
            .route("/local/behaviour", get(control::behaviour).put(control::behave))
            .with_state(self)
    }
}
