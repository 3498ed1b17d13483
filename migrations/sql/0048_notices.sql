-- purpose: what people are told of receipts and refunds, in the app and outside it
ALTER TABLE reactor.inbox RENAME COLUMN open TO amount;
ALTER TABLE reactor.inbox
    ADD COLUMN kind text COLLATE "C" NOT NULL DEFAULT 'reminder',
    ADD COLUMN subject_id uuid,
    ALTER COLUMN account_id DROP NOT NULL,
    ALTER COLUMN stage DROP NOT NULL,
    ALTER COLUMN oldest_due_on DROP NOT NULL;
ALTER TABLE reactor.inbox
    ALTER COLUMN kind DROP DEFAULT,
    ADD CONSTRAINT inbox_kind_known CHECK (kind IN ('reminder', 'receipt_ready', 'refund_settled')),
    ADD CONSTRAINT inbox_reminder_whole CHECK (
        (kind = 'reminder') = (stage IS NOT NULL AND oldest_due_on IS NOT NULL AND subject_id IS NULL)
    );

-- The outbox: what has to be said outside, in the order of the facts. Ledger and position are its number for ever: whoever
-- delivers it gives the provider this one number, however often it has to try.
CREATE TABLE reactor.outbox (
    ledger_id   uuid             NOT NULL,
    position    bigint           NOT NULL,
    kind        text COLLATE "C" NOT NULL,
    party_id    uuid,
    account_id  uuid,
    subject_id  uuid             NOT NULL,
    amount      numeric(16,2)    NOT NULL,
    recorded_at timestamptz      NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (ledger_id, position),
    CONSTRAINT outbox_kind_known CHECK (kind IN ('receipt_ready', 'refund_settled', 'shipping_info')),
    CONSTRAINT outbox_party_told CHECK ((kind = 'shipping_info') = (party_id IS NULL))
);
GRANT SELECT, INSERT ON reactor.outbox TO mingzhang_writer;
GRANT SELECT ON reactor.outbox TO mingzhang_reader;

-- Nobody is told of what happened before there was an outbox.
INSERT INTO reactor.checkpoint (ledger_id, reactor, position)
SELECT ledger_id, 'outbox', size FROM log_head;
