-- purpose: read models: applications for vacancy discounts, and what a vacancy takes off a fee item

CREATE TABLE read_model.vacancy (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    vacancy_id   uuid NOT NULL,
    position     bigint NOT NULL,
    unit_id      uuid NOT NULL,
    fee_item_id  uuid NOT NULL,
    days_from    date NOT NULL,
    days_until   date NOT NULL,
    reason       text COLLATE "C" NOT NULL,
    applied_by   uuid NOT NULL,
    applied_at   timestamptz NOT NULL,
    inspected_on date,
    inspected_by uuid,
    found        text COLLATE "C",
    photos       integer NOT NULL,
    discount_id  uuid,
    decline_reason text COLLATE "C",
    stage        text COLLATE "C" NOT NULL,
    CONSTRAINT vacancy_pkey PRIMARY KEY (ledger_id, generation, vacancy_id)
) PARTITION BY LIST (generation);

CREATE INDEX vacancy_by_position ON read_model.vacancy (ledger_id, generation, position);

CREATE TABLE read_model.vacancy_policy (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    fee_item_id uuid NOT NULL,
    valid_from  date NOT NULL,
    position    bigint NOT NULL,
    off         numeric,
    CONSTRAINT vacancy_policy_pkey PRIMARY KEY (ledger_id, generation, fee_item_id, valid_from)
) PARTITION BY LIST (generation);

SELECT read_model.add_missing_parts();
