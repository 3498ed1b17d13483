-- purpose: read models: what the bank says stood on its accounts, what bank or books do not have yet, when a bounce counts

CREATE TABLE read_model.bank_balance (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    channel_account_id uuid NOT NULL,
    period     text COLLATE "C" NOT NULL,
    position   bigint NOT NULL,
    balance    numeric(16,2) NOT NULL,
    stated_by_staff_id uuid NOT NULL,
    CONSTRAINT bank_balance_pkey PRIMARY KEY (ledger_id, generation, channel_account_id, period)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.bank_item (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    bank_item_id uuid NOT NULL,
    position   bigint NOT NULL,
    channel_account_id uuid NOT NULL,
    side       text COLLATE "C" NOT NULL,
    amount     numeric(14,2) NOT NULL,
    booked_on  date NOT NULL,
    note       text COLLATE "C" NOT NULL,
    cleared_on date,
    CONSTRAINT bank_item_pkey PRIMARY KEY (ledger_id, generation, bank_item_id)
) PARTITION BY LIST (generation);

CREATE INDEX bank_item_by_channel_account
    ON read_model.bank_item (ledger_id, generation, channel_account_id, booked_on, position);

SELECT read_model.add_missing_parts();

ALTER TABLE read_model.payment ADD COLUMN bounce_effective_on date;

-- What counts in a later month than it was at the bank.
CREATE INDEX payment_by_channel_account ON read_model.payment (ledger_id, generation, channel_account_id, effective_on)
    WHERE channel = 'bank';

SELECT read_model.outdate('payment');
