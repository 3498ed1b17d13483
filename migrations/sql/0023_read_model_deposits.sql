-- purpose: the read models of deposits 押金: what each payer has in each, and what became of it; refunds pay deposits out as well
-- Until now the table knew what old books held; what was paid here is folded out of the log.

SELECT read_model.outdate('deposit');
DROP TABLE read_model.deposit;

CREATE TABLE read_model.deposit (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    deposit_id     uuid NOT NULL,
    payer_party_id uuid NOT NULL,
    position       bigint NOT NULL,
    account_id     uuid NOT NULL,
    fee_item_id    uuid NOT NULL,
    opening_id     uuid,
    old_receipt    text COLLATE "C",
    taken_on       date NOT NULL,
    taken          numeric(16,2) NOT NULL,
    returned       numeric(16,2) NOT NULL,
    forfeited      numeric(16,2) NOT NULL,
    held           numeric(16,2) NOT NULL,
    CONSTRAINT deposit_pkey PRIMARY KEY (ledger_id, generation, deposit_id, payer_party_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.deposit_line (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    deposit_id     uuid NOT NULL,
    position       bigint NOT NULL,
    payer_party_id uuid NOT NULL,
    event_type     text COLLATE "C" NOT NULL,
    effective_on   date NOT NULL,
    effect         numeric(16,2) NOT NULL,
    held           numeric(16,2) NOT NULL,
    refund_id      uuid,
    forfeiture_id  uuid,
    CONSTRAINT deposit_line_pkey PRIMARY KEY (ledger_id, generation, deposit_id, position)
) PARTITION BY LIST (generation);

ALTER TABLE read_model.refund ALTER COLUMN lot_id DROP NOT NULL;
ALTER TABLE read_model.refund ADD COLUMN deposit_id uuid;

CREATE INDEX deposit_by_account ON read_model.deposit (ledger_id, generation, account_id, position);
CREATE INDEX deposit_by_age ON read_model.deposit (ledger_id, generation, taken_on, position) WHERE held > 0;

SELECT read_model.add_missing_parts();
