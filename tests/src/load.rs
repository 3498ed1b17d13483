//! Load for fault campaigns: clients that send each command under one key until it is answered for good, and what is
//! found wrong afterwards.

use crate::campaign::Campaign;
use crate::client::{Client, Reply};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Between two tries of one command.
const AGAIN_AFTER: Duration = Duration::from_millis(50);
/// Every so-manyth answer is asked for again at the end.
const ASK_AGAIN: usize = 7;

/// What a campaign found wrong; nothing, if all is well.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Acknowledged, and not there.
    pub lost: Vec<String>,
    /// There, and not acknowledged, or there twice.
    pub excess: Vec<String>,
    /// Sent again, and answered in another way, or refused although it was applied.
    pub answered_anew: Vec<String>,
    /// What an auditor finds in the log.
    pub unsound: Vec<String>,
}

/// Clients at work.
pub struct Load {
    stop: Arc<AtomicBool>,
    retries: Arc<AtomicU64>,
    workers: Vec<JoinHandle<Answers>>,
}

/// What clients were answered, by key.
#[derive(Debug, Default)]
pub struct Answers {
    acknowledged: BTreeMap<String, Value>,
    refused: Vec<String>,
}

impl Load {
    /// So many clients, each with a prefix of its own, begin to found companies.
    pub fn begin(clients: impl IntoIterator<Item = Client>) -> Self {
        let (stop, retries) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let work = |(me, client)| tokio::spawn(work(client, me, Arc::clone(&stop), Arc::clone(&retries)));
        let workers = clients.into_iter().enumerate().map(work).collect();
        Self { stop, retries, workers }
    }

    /// Lets every client finish what it has sent: no outcome stays unknown.
    pub async fn end(self, campaign: &mut Campaign) -> Answers {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Answers::default();
        for worker in self.workers {
            let answers = worker.await.unwrap();
            all.acknowledged.extend(answers.acknowledged);
            all.refused.extend(answers.refused);
        }
        campaign.count("acknowledged", u64::try_from(all.acknowledged.len()).unwrap_or_default());
        campaign.count("sent_again", self.retries.load(Ordering::Relaxed));
        all
    }
}

impl Answers {
    /// A client that reads everything that was answered, since another server knows of it a moment later only; one that reads
    /// what there is where a position was answered that is not there.
    async fn reading_all(&self, admin: &Client) -> Client {
        let newest = self.acknowledged.values().max_by_key(|answer| answer["position"].as_u64());
        let Some(newest) = newest else { return admin.clone() };
        let at = format!("{}@{}", newest["ledger_id"].as_str().unwrap(), newest["position"]);
        let reading = admin.with("ledger-position", at);
        let there = reading.get("/api/v1/companies?limit=1").await.status.is_success();
        if there { reading } else { admin.clone() }
    }

    /// Compares what was answered with what is there, and asks again.
    pub async fn check(self, admin: &Client) -> Findings {
        let mut excess = companies(&self.reading_all(admin).await).await;
        let mut findings = Findings { answered_anew: self.refused, ..Findings::default() };
        for key in self.acknowledged.keys() {
            match excess.iter().position(|code| code == key) {
                Some(found) => drop(excess.swap_remove(found)),
                None => findings.lost.push(key.clone()),
            }
        }
        findings.excess = excess;
        // The same key gets the same outcome for ever.
        for (key, first) in self.acknowledged.iter().step_by(ASK_AGAIN) {
            let again = admin.post_as(key, "/api/v1/companies", company(key)).await;
            if !again.status.is_success() || &again.json() != first {
                findings.answered_anew.push(key.clone());
            }
        }
        findings
    }
}

/// Sends one command after another until told to stop; each is sent with the same key until it is answered for good.
async fn work(client: Client, me: usize, stop: Arc<AtomicBool>, retries: Arc<AtomicU64>) -> Answers {
    let mut answers = Answers::default();
    let mut n = 0;
    while !stop.load(Ordering::Relaxed) {
        let key = format!("K{me}-{n}");
        loop {
            match client.try_post(&key, "/api/v1/companies", company(&key)).await {
                Some(reply) if is_final(&reply) => {
                    if reply.status == 201 {
                        answers.acknowledged.insert(key, reply.json());
                    } else {
                        answers.refused.push(format!("{key}: {} {}", reply.status, reply.text));
                    }
                    break;
                }
                _ => {
                    retries.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(AGAIN_AFTER).await;
                }
            }
        }
        n += 1;
    }
    answers
}

fn company(code: &str) -> Value {
    json!({"code": code, "name": code})
}

/// Whether it says what became of the command.
fn is_final(reply: &Reply) -> bool {
    reply.status != 503
}

/// Every company there is, by code.
async fn companies(admin: &Client) -> Vec<String> {
    let (mut codes, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = admin.get(&format!("/api/v1/companies?limit=200{cursor}")).await.good();
        codes.extend(page["items"].as_array().unwrap().iter().map(|i| i["code"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return codes,
        }
    }
}
