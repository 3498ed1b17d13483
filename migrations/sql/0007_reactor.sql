-- purpose: reactors: how far each has answered a ledger's log, and what they put out; mutable, outside every ledger
-- No rebuild touches these tables: what was put out stays put out, however the read models are folded later.
CREATE SCHEMA reactor;
GRANT USAGE ON SCHEMA reactor TO mingzhang_writer, mingzhang_reader;

-- Locked by whoever answers, and moved in the transaction of what it puts out.
CREATE TABLE reactor.checkpoint (
    ledger_id uuid             NOT NULL,
    reactor   text COLLATE "C" NOT NULL,
    position  bigint           NOT NULL,
    CONSTRAINT checkpoint_pkey PRIMARY KEY (ledger_id, reactor),
    CONSTRAINT checkpoint_position_from_zero CHECK (position >= 0)
) WITH (fillfactor = 50);

-- The inbox in the owners' app: what each person was told, and whether it was read.
CREATE TABLE reactor.inbox (
    ledger_id     uuid          NOT NULL,
    person_id     uuid          NOT NULL,
    position      bigint        NOT NULL,
    party_id      uuid          NOT NULL,
    account_id    uuid          NOT NULL,
    stage         integer       NOT NULL,
    open          numeric(16,2) NOT NULL,
    oldest_due_on date          NOT NULL,
    effective_on  date          NOT NULL,
    recorded_at   timestamptz   NOT NULL,
    read_at       timestamptz,
    CONSTRAINT inbox_pkey PRIMARY KEY (ledger_id, person_id, position)
) WITH (fillfactor = 90);
CREATE INDEX inbox_by_party ON reactor.inbox (ledger_id, party_id, position, person_id);

GRANT SELECT, INSERT, UPDATE ON reactor.checkpoint TO mingzhang_writer;
GRANT SELECT, INSERT, UPDATE (read_at) ON reactor.inbox TO mingzhang_writer;
GRANT SELECT ON reactor.checkpoint, reactor.inbox TO mingzhang_reader;
