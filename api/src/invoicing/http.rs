//! A provider over HTTPS, as [`mingzhang_gateway::invoicing`] has it on the wire.

use super::{InvoiceProvider, Standing};
use crate::gateway::GatewayError;
use crate::gateway::client::send;
use crate::ids::mint;
use async_trait::async_trait;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::value::Code;
use mingzhang_gateway::invoicing::{
    APP_HEADER, Declined, InvoiceOrder, NONCE_HEADER, RedOrder, SIGNATURE_HEADER, Secret, Status, TIMESTAMP_HEADER,
    Told, answer_message, request_message,
};
use mingzhang_gateway::time::day_of_plain;
use reqwest::{Client, Method};
use serde::Serialize;
use uuid::Uuid;

const INVOICES: &str = "/v1/invoices";
const RED_LETTERS: &str = "/v1/red-letters";

/// A provider for one seller.
#[derive(Debug)]
pub struct HttpProvider {
    /// Makes connections.
    pub client: Client,
    /// Such as `https://invoices.example.com`.
    pub base_url: String,
    /// The application's key.
    pub app_key: String,
    /// What both sides sign with.
    pub secret: Secret,
    /// Who draws invoices up.
    pub drawer: String,
}

impl HttpProvider {
    /// One signed request and its verified answer: what stands under a serial number.
    async fn call<B: Serialize + Sync>(
        &self,
        (method, path): (Method, String),
        (serial, body): (&str, Option<&B>),
        now: Instant,
    ) -> Result<Standing, GatewayError> {
        let body = body.map(serde_json::to_vec).transpose().map_err(|_| GatewayError::Unsigned)?.unwrap_or_default();
        let (timestamp, nonce) = (now.timestamp().to_string(), mint::<Uuid>().simple().to_string());
        let message = request_message((method.as_str(), &path), (&timestamp, &nonce), &body);
        let headers = [
            ("Content-Type", "application/json".to_owned()),
            (APP_HEADER, self.app_key.clone()),
            (TIMESTAMP_HEADER, timestamp),
            (NONCE_HEADER, nonce.clone()),
            (SIGNATURE_HEADER, self.secret.sign(&message)),
        ];
        let url = format!("{}{path}", self.base_url);
        let answer = send(&self.client, (method, &url), &headers, body).await?;
        let signature = answer.headers.get(SIGNATURE_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let message = answer_message(answer.status, &nonce, &answer.body);
        self.secret.verify(&message, signature).map_err(|_| GatewayError::Unknown)?;
        match answer.status {
            200 => told(&answer.body, serial).ok_or(GatewayError::Unknown),
            400..=499 => match serde_json::from_slice::<Declined>(&answer.body) {
                Ok(declined) if answer.status == 404 && declined.code == "NOT_FOUND" => Ok(Standing::Unheard),
                Ok(declined) => Err(GatewayError::Refused(declined.code)),
                Err(_) => Err(GatewayError::Unknown),
            },
            _ => Err(GatewayError::Unknown),
        }
    }
}

/// What the provider says, if it is about that serial number and whole.
fn told(body: &[u8], serial: &str) -> Option<Standing> {
    let told: Told = serde_json::from_slice(body).ok().filter(|told: &Told| told.serial_no == serial)?;
    Some(match told.status {
        Status::Accepted => Standing::Taken,
        Status::Confirmed => Standing::Confirmed { confirmation: told.confirmation_no?.parse().ok()? },
        Status::Issued => {
            Standing::Issued { number: told.invoice_no?.parse().ok()?, issued_on: day_of_plain(&told.issue_time?)? }
        }
        // Whatever it is called: a failure that cannot be read would be asked about for ever.
        Status::Failed => {
            Standing::Failed { code: told.fail_code.and_then(code).or_else(|| code("UNNAMED".to_owned()))? }
        }
    })
}

fn code(text: String) -> Option<Code> {
    text.parse().ok()
}

#[async_trait]
impl InvoiceProvider for HttpProvider {
    fn drawer(&self) -> &str {
        &self.drawer
    }

    async fn submit(&self, order: &InvoiceOrder, now: Instant) -> Result<Standing, GatewayError> {
        self.call((Method::POST, INVOICES.to_owned()), (&order.serial_no, Some(order)), now).await
    }

    async fn query(&self, serial: &str, now: Instant) -> Result<Standing, GatewayError> {
        self.call((Method::GET, format!("{INVOICES}/{serial}")), (serial, None::<&InvoiceOrder>), now).await
    }

    async fn submit_red(&self, order: &RedOrder, now: Instant) -> Result<Standing, GatewayError> {
        self.call((Method::POST, RED_LETTERS.to_owned()), (&order.serial_no, Some(order)), now).await
    }

    async fn query_red(&self, serial: &str, now: Instant) -> Result<Standing, GatewayError> {
        self.call((Method::GET, format!("{RED_LETTERS}/{serial}")), (serial, None::<&RedOrder>), now).await
    }
}
