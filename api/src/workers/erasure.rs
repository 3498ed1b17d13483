//! Finishes erasing a person: the event comes first, then the key goes; a process that dies in between leaves the rest to
//! this reactor of the next one, or of another.

use async_trait::async_trait;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::person::PersonEvent;
use mingzhang_domain::stream::Event;
use mingzhang_projections::reactor::{ReactError, Reactor};
use mingzhang_store::vault::Vault;
use sqlx::PgConnection;

/// The reactor.
#[derive(Debug)]
pub struct Erasure {
    /// Where the keys are.
    pub vault: Vault,
}

#[async_trait]
impl Reactor for Erasure {
    fn name(&self) -> &'static str {
        "erasure"
    }

    fn event_types(&self) -> &'static [&'static str] {
        &["person_erased"]
    }

    /// Forgets the person's fingerprints and deletes the key; what is gone already stays gone.
    async fn react(&self, event: &Recorded, conn: &mut PgConnection) -> Result<(), ReactError> {
        if matches!(event.event, Event::Person(PersonEvent::PersonErased(_))) {
            let erased = self.vault.erase(conn, event.ledger_id, event.stream.id).await;
            erased.map_err(|error| ReactError::Outside(Box::new(error)))?;
        }
        Ok(())
    }
}
