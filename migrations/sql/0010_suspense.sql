-- purpose: what is known of money in suspense: who sent it, what he wrote, which units that names
ALTER TABLE read_model.payment ADD COLUMN payer_account_item_id uuid, ADD COLUMN remark_item_id uuid;

-- The worklist by age.
CREATE INDEX payment_by_age_in_suspense ON read_model.payment (ledger_id, generation, value_on, position) WHERE suspense > 0;
DROP INDEX read_model.payment_in_suspense;

CREATE TABLE read_model.suspense_hint (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    payment_id uuid NOT NULL,
    unit_id    uuid NOT NULL,
    CONSTRAINT suspense_hint_pkey PRIMARY KEY (ledger_id, generation, payment_id, unit_id)
) PARTITION BY LIST (generation);

SELECT read_model.add_missing_parts();
