-- purpose: read models of the maintenance fund: what each unit was asked, paid in and has, what moved it, when it is topped up, and spends

CREATE TABLE read_model.unit_fund (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    account_id    uuid NOT NULL,
    position      bigint NOT NULL,
    unit_id       uuid,
    first_deposit numeric(16,2) NOT NULL,
    demanded      numeric(16,2) NOT NULL,
    contributed   numeric(16,2) NOT NULL,
    spent         numeric(16,2) NOT NULL,
    balance       numeric(16,2) NOT NULL,
    CONSTRAINT unit_fund_pkey PRIMARY KEY (ledger_id, generation, account_id)
) PARTITION BY LIST (generation);

CREATE INDEX unit_fund_by_position ON read_model.unit_fund (ledger_id, generation, position);

CREATE TABLE read_model.fund_line (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    account_id    uuid NOT NULL,
    position      bigint NOT NULL,
    event_type    text COLLATE "C" NOT NULL,
    effective_on  date NOT NULL,
    effect        numeric(16,2) NOT NULL,
    balance       numeric(16,2) NOT NULL,
    charge_id     uuid,
    fund_spend_id uuid,
    CONSTRAINT fund_line_pkey PRIMARY KEY (ledger_id, generation, account_id, position)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.fund_spend (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    fund_spend_id uuid NOT NULL,
    position      bigint NOT NULL,
    purpose       text COLLATE "C" NOT NULL,
    supplier_id   uuid NOT NULL,
    supplier_name text COLLATE "C" NOT NULL,
    amount        numeric(16,2) NOT NULL,
    units         integer NOT NULL,
    total_area    numeric NOT NULL,
    borne         numeric(16,2) NOT NULL,
    short         numeric(16,2) NOT NULL,
    paid          numeric(16,2) NOT NULL,
    chunks        integer NOT NULL,
    standing      integer NOT NULL,
    opened_at     timestamptz NOT NULL,
    posted_at     timestamptz,
    reversed_at   timestamptz,
    status        text COLLATE "C" NOT NULL,
    CONSTRAINT fund_spend_pkey PRIMARY KEY (ledger_id, generation, fund_spend_id)
) PARTITION BY LIST (generation);

CREATE INDEX fund_spend_by_position ON read_model.fund_spend (ledger_id, generation, position);

CREATE TABLE read_model.fund_charge (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    charge_id uuid NOT NULL,
    is_top_up boolean NOT NULL,
    CONSTRAINT fund_charge_pkey PRIMARY KEY (ledger_id, generation, charge_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.top_up_rule (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    fee_item_id uuid NOT NULL,
    valid_from  date NOT NULL,
    position    bigint NOT NULL,
    below       numeric,
    top_up_to   numeric,
    CONSTRAINT top_up_rule_pkey PRIMARY KEY (ledger_id, generation, fee_item_id, valid_from)
) PARTITION BY LIST (generation);

SELECT read_model.add_missing_parts();
