-- purpose: the read models of openings 期初: batches, their control totals, deposits out of the old books
-- Charges and lots learn where they came from: what was there before came from here.

ALTER TABLE read_model.charge ADD COLUMN is_late_fee boolean NOT NULL DEFAULT false;
ALTER TABLE read_model.charge ADD COLUMN opening_id uuid;
ALTER TABLE read_model.credit_lot ALTER COLUMN payment_id DROP NOT NULL;
ALTER TABLE read_model.credit_lot ADD COLUMN opening_id uuid;

CREATE TABLE read_model.opening (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    opening_id   uuid NOT NULL,
    position     bigint NOT NULL,
    import_id    uuid,
    records      integer NOT NULL,
    amount       numeric(16,2) NOT NULL,
    chunks       integer NOT NULL,
    standing     integer NOT NULL,
    started_at   timestamptz NOT NULL,
    completed_at timestamptz,
    reversed_at  timestamptz,
    status       text COLLATE "C" NOT NULL,
    CONSTRAINT opening_pkey PRIMARY KEY (ledger_id, generation, opening_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.opening_total (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    opening_id    uuid NOT NULL,
    kind          text COLLATE "C" NOT NULL,
    item          text COLLATE "C" NOT NULL,
    fee_item_id   uuid,
    control_total numeric(16,2),
    amount        numeric(16,2) NOT NULL,
    records       integer NOT NULL,
    CONSTRAINT opening_total_pkey PRIMARY KEY (ledger_id, generation, opening_id, kind, item)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.deposit (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    deposit_id     uuid NOT NULL,
    position       bigint NOT NULL,
    account_id     uuid NOT NULL,
    opening_id     uuid NOT NULL,
    fee_item_id    uuid NOT NULL,
    payer_party_id uuid NOT NULL,
    old_receipt    text COLLATE "C" NOT NULL,
    amount         numeric(16,2) NOT NULL,
    held           numeric(16,2) NOT NULL,
    CONSTRAINT deposit_pkey PRIMARY KEY (ledger_id, generation, deposit_id)
) PARTITION BY LIST (generation);

CREATE INDEX opening_by_position ON read_model.opening (ledger_id, generation, position);
CREATE INDEX deposit_by_account ON read_model.deposit (ledger_id, generation, account_id, position);

SELECT read_model.add_missing_parts();
