-- purpose: read model: what bill runs did not bill, and why

CREATE TABLE read_model.bill_run_skip (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    position      bigint NOT NULL,
    line          integer NOT NULL,
    run_id        uuid NOT NULL,
    unit_id       uuid NOT NULL,
    fee_item_id   uuid,
    service_from  date,
    service_until date,
    reason        text COLLATE "C" NOT NULL,
    missing       text COLLATE "C",
    CONSTRAINT bill_run_skip_pkey PRIMARY KEY (ledger_id, generation, position, line)
) PARTITION BY LIST (generation);

CREATE INDEX bill_run_skip_by_run ON read_model.bill_run_skip (ledger_id, generation, run_id, position, line);

SELECT read_model.add_missing_parts();
