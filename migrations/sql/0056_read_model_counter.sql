-- purpose: read model: cash at the counter and its way to the bank, and the days of channel accounts

ALTER TABLE read_model.payment ADD COLUMN tendered numeric(14,2);
ALTER TABLE read_model.payment ADD COLUMN change numeric(14,2);
ALTER TABLE read_model.payment ADD COLUMN rounding numeric(14,2);
ALTER TABLE read_model.payment ADD COLUMN named_order_id uuid;
ALTER TABLE read_model.community_rules ADD COLUMN cash_rounding_limit numeric(14,2) NOT NULL DEFAULT 0.00;
ALTER TABLE read_model.shift ADD COLUMN banked numeric(14,2) NOT NULL DEFAULT 0.00;

CREATE TABLE read_model.cash_banking (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    shift_id     uuid NOT NULL,
    number       integer NOT NULL,
    position     bigint NOT NULL,
    channel_account_id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    amount       numeric(14, 2) NOT NULL,
    value_on     date NOT NULL,
    slip         text COLLATE "C",
    reversed     boolean NOT NULL,
    CONSTRAINT cash_banking_pkey PRIMARY KEY (ledger_id, generation, shift_id, number)
) PARTITION BY LIST (generation);

CREATE INDEX cash_banking_by_position ON read_model.cash_banking (ledger_id, generation, position);

CREATE TABLE read_model.money_day (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    channel_account_id uuid NOT NULL,
    day          date NOT NULL,
    received     numeric(16, 2) NOT NULL,
    paid         numeric(16, 2) NOT NULL,
    closed_at    timestamptz,
    closed_by_staff_id uuid,
    closed_received numeric(16, 2),
    closed_paid  numeric(16, 2),
    closed_balance numeric(16, 2),
    CONSTRAINT money_day_pkey PRIMARY KEY (ledger_id, generation, channel_account_id, day)
) PARTITION BY LIST (generation);

SELECT read_model.add_missing_parts();
SELECT read_model.outdate('payment');
