-- purpose: read model: what the checklist of a close asks about a month

CREATE TABLE read_model.closing (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    period         text COLLATE "C" NOT NULL,
    unearned       numeric(16,2) NOT NULL,
    vat_pending    numeric(16,2) NOT NULL,
    allowance_sets integer NOT NULL,
    CONSTRAINT closing_pkey PRIMARY KEY (ledger_id, generation, period)
) PARTITION BY LIST (generation);

CREATE INDEX shift_open ON read_model.shift (ledger_id, generation, opened_at, shift_id) WHERE closed_at IS NULL;

SELECT read_model.add_missing_parts();
