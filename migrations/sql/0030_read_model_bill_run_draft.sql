-- purpose: bill runs say where they stand, and what their drafts say of each unit

ALTER TABLE read_model.bill_run
    ADD COLUMN status           text COLLATE "C" NOT NULL DEFAULT 'posting',
    ADD COLUMN published_on     date,
    ADD COLUMN drafted_units    integer,
    ADD COLUMN drafted_charges  integer,
    ADD COLUMN drafted_amount   numeric(16,2),
    ADD COLUMN digest           text COLLATE "C",
    ADD COLUMN reversed_charges integer,
    ADD COLUMN reversed_amount  numeric(16,2),
    ADD COLUMN not_reversed     integer,
    ADD COLUMN reversed_at      timestamptz;
ALTER TABLE read_model.bill_run ALTER COLUMN status DROP DEFAULT;

-- No fact has said so before.
ALTER TABLE read_model.community_rules ADD COLUMN bill_runs_need_approval boolean NOT NULL DEFAULT false;

CREATE INDEX bill_run_under_way ON read_model.bill_run (ledger_id, generation, position)
    WHERE status IN ('drafting', 'drafted', 'posting', 'reversing');

CREATE TABLE read_model.bill_run_unit (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    position bigint NOT NULL,
    line     integer NOT NULL,
    run_id   uuid NOT NULL,
    unit_id  uuid NOT NULL,
    charges  integer NOT NULL,
    amount   numeric(16,2) NOT NULL,
    CONSTRAINT bill_run_unit_pkey PRIMARY KEY (ledger_id, generation, position, line)
) PARTITION BY LIST (generation);

CREATE INDEX bill_run_unit_by_run ON read_model.bill_run_unit (ledger_id, generation, run_id, position, line);

SELECT read_model.add_missing_parts();
SELECT read_model.outdate('bill_run');
