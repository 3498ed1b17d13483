//! What follows from accepted commands in this process: the directory reads on, new ledgers are opened.
//!
//! All of it is repeated when this process dies in between: ledgers are opened by every start and by every server at work,
//! bill runs, seals, spends, pools, refunds and invoices by providers, lines of bank statements and batches of openings have their workers, keys the reactor [`crate::workers::erasure`]. Nothing here
//! may be the only place.

use crate::app::App;
use crate::directory::Ledger;
use crate::problem::Problem;
use mingzhang_domain::bill_run::BillRunEvent;
use mingzhang_domain::books::BooksEvent;
use mingzhang_domain::channel_day::ChannelDayEvent;
use mingzhang_domain::channel_refund::ChannelRefundEvent;
use mingzhang_domain::envelope::{Actor, ActorKind, Recorded};
use mingzhang_domain::fund_spend::FundSpendEvent;
use mingzhang_domain::id::{CommandId, LedgerId};
use mingzhang_domain::invoice::InvoiceEvent;
use mingzhang_domain::ledger::{LedgerClock, LedgerKind, OpenLedger};
use mingzhang_domain::opening::OpeningEvent;
use mingzhang_domain::payment::PaymentEvent;
use mingzhang_domain::person::PersonEvent;
use mingzhang_domain::pool::PoolEvent;
use mingzhang_domain::stream::{Event, StreamType};
use mingzhang_store::lane::{Submission, SubmitError, Urgency};
use std::sync::Arc;
use uuid::Uuid;

/// The actor of what the server does by itself.
pub const SERVICE: Actor = Actor { kind: ActorKind::Service, id: Uuid::nil() };

/// Follows up on the events of a command.
///
/// # Errors
/// 503 when the database is away; the command itself stands, and the same key gets its answer.
pub async fn accepted(app: &App, events: &[Recorded]) -> Result<(), Problem> {
    let of_directory = |kind: StreamType| match kind {
        StreamType::Administrator | StreamType::Company | StreamType::Staff | StreamType::ChannelAccount => true,
        // A community's stream stands in the company's ledger and in its own.
        StreamType::Community => true,
        _ => false,
    };
    if events.iter().any(|event| of_directory(event.stream.stream_type)) {
        app.directory.refresh().await?;
        for ledger in app.directory.not_opened() {
            let by = |event: &Recorded| {
                ledger.created_by.is_some_and(|by| (by.ledger_id, by.position) == (event.ledger_id, event.position))
            };
            if events.iter().any(by) {
                open_ledger(app, &ledger).await?;
            }
        }
    }
    let bills = |event: &Event| {
        matches!(
            event,
            Event::BillRun(
                BillRunEvent::BillRunDraftStarted(_)
                    | BillRunEvent::BillRunStarted(_)
                    | BillRunEvent::BillRunPostingStarted(_)
                    | BillRunEvent::BillRunReversalStarted(_)
            )
        )
    };
    if events.iter().any(|event| bills(&event.event)) {
        app.bill_run_started.notify_one();
    }
    if events.iter().any(|event| matches!(event.event, Event::Books(BooksEvent::PeriodClosed(_)))) {
        app.period_closed.notify_one();
    }
    let starts = |event: &Event| {
        matches!(
            event,
            Event::Opening(
                OpeningEvent::OpeningPostingStarted(_)
                    | OpeningEvent::OpeningResumed(_)
                    | OpeningEvent::OpeningReversalStarted(_)
            )
        )
    };
    if events.iter().any(|event| starts(&event.event)) {
        app.opening_started.notify_one();
    }
    let spends = |event: &Event| {
        let starts = |event: &FundSpendEvent| {
            matches!(event, FundSpendEvent::FundSpendPostingStarted(_) | FundSpendEvent::FundSpendReversalStarted(_))
        };
        matches!(event, Event::FundSpend(event) if starts(event))
    };
    if events.iter().any(|event| spends(&event.event)) {
        app.fund_spend_started.notify_one();
    }
    let shares = |event: &Event| {
        matches!(event, Event::Pool(PoolEvent::PoolPostingStarted(_) | PoolEvent::PoolReversalStarted(_)))
    };
    if events.iter().any(|event| shares(&event.event)) {
        app.pool_started.notify_one();
    }
    let sends = |event: &Event| matches!(event, Event::ChannelRefund(ChannelRefundEvent::ChannelRefundSent(_)));
    if events.iter().any(|event| sends(&event.event)) {
        app.refund_sent.notify_one();
    }
    let lines = |event: &Event| matches!(event, Event::Payment(PaymentEvent::PaymentReceived(line)) if !line.named_units.is_empty() || !line.named_orders.is_empty());
    if events.iter().any(|event| lines(&event.event)) {
        app.line_recorded.notify_one();
    }
    let lumps = |event: &Event| matches!(event, Event::ChannelDay(ChannelDayEvent::ChannelLumpRecorded(_)));
    if events.iter().any(|event| lumps(&event.event)) {
        app.lump_recorded.notify_one();
    }
    let invoices = |event: &Event| {
        matches!(event, Event::Invoice(InvoiceEvent::InvoiceRequested(_) | InvoiceEvent::RedLetterRequested(_)))
    };
    if events.iter().any(|event| invoices(&event.event)) {
        app.invoice_asked.notify_one();
    }
    for event in events {
        // The event first, then the key: a key that is gone without its event would be a loss that nobody ordered.
        if matches!(event.event, Event::Person(PersonEvent::PersonErased(_))) {
            let mut conn = app.writer.acquire().await?;
            app.vault.erase(&mut conn, event.ledger_id, event.stream.id).await?;
        }
    }
    Ok(())
}

/// Opens every ledger that its parent has created and that is not open yet; may run at any time and in any process.
///
/// # Errors
/// 503 when one could not be opened now.
pub async fn open_ledgers(app: &App) -> Result<(), Problem> {
    for ledger in app.directory.not_opened() {
        open_ledger(app, &ledger).await?;
    }
    Ok(())
}

async fn open_ledger(app: &App, ledger: &Ledger) -> Result<(), Problem> {
    app.lanes.create_log(ledger.ledger_id).await?;
    let open = OpenLedger {
        kind: ledger.kind,
        parent: ledger.parent,
        code: ledger.code.clone(),
        clock: ledger.clock,
        created_by: ledger.created_by,
    };
    // A ledger with a given clock begins at the dawn of dates: the first instant given to it may be any.
    let given_at = match ledger.clock {
        LedgerClock::Given => "1990-01-01T00:00:00Z".parse().ok(),
        LedgerClock::System => None,
    };
    submit(app, ledger.ledger_id, Arc::new(open), given_at).await?;
    app.directory.opened(ledger.ledger_id).await;
    if ledger.kind == LedgerKind::Company {
        app.directory.refresh().await?;
    }
    Ok(())
}

/// Submits what opens a ledger; that it was done before is fine.
async fn submit(
    app: &App,
    ledger: LedgerId,
    command: Arc<dyn mingzhang_domain::draft::Decide>,
    given_at: Option<mingzhang_domain::calendar::Instant>,
) -> Result<(), Problem> {
    let submission = Submission {
        ledger_id: ledger,
        command_id: CommandId::from_natural(ledger, "open_ledger", &[]),
        correlation_id: None,
        causation_id: None,
        actor: SERVICE,
        request_digest: [0; 32],
        command,
        vault: Vec::new(),
        given_at,
        urgency: Urgency::Interactive,
    };
    match app.lanes.submit(submission).await {
        Ok(_) | Err(SubmitError::Refused { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
