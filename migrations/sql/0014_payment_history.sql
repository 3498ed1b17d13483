-- purpose: the read model of payments of an old system, which file was withdrawn, and why a batch of openings stopped

ALTER TABLE read_model.import ADD COLUMN withdrawn_at timestamptz;
ALTER TABLE read_model.opening ADD COLUMN refused_chunk integer;
ALTER TABLE read_model.opening ADD COLUMN refused_record integer;
ALTER TABLE read_model.opening ADD COLUMN refused_account_id uuid;
ALTER TABLE read_model.opening ADD COLUMN refused_by text COLLATE "C";
ALTER TABLE read_model.opening ADD COLUMN resumed integer NOT NULL DEFAULT 0;

CREATE TABLE read_model.payment_history (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    import_id     uuid NOT NULL,
    history_id    uuid NOT NULL,
    position      bigint NOT NULL,
    account_id    uuid NOT NULL,
    item          text COLLATE "C" NOT NULL,
    fee_item_id   uuid,
    service_from  date,
    service_until date,
    paid_on       date NOT NULL,
    due           numeric(16,2),
    paid          numeric(16,2) NOT NULL,
    reference     text COLLATE "C",
    note_item_id  uuid,
    CONSTRAINT payment_history_pkey PRIMARY KEY (ledger_id, generation, import_id, history_id)
) PARTITION BY LIST (generation);

CREATE INDEX payment_history_by_day ON read_model.payment_history (ledger_id, generation, paid_on, history_id);
CREATE INDEX payment_history_by_account ON read_model.payment_history (ledger_id, generation, account_id, paid_on, history_id);
CREATE INDEX payment_history_by_reference ON read_model.payment_history (ledger_id, generation, reference, paid_on, history_id)
    WHERE reference IS NOT NULL;

SELECT read_model.add_missing_parts();
