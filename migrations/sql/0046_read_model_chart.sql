-- purpose: read model: the customer's codes, and turnovers of what has a code and of accounts, by month

CREATE TABLE read_model.chart_preset (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    from_month text COLLATE "C" NOT NULL,
    preset     text COLLATE "C" NOT NULL,
    CONSTRAINT chart_preset_pkey PRIMARY KEY (ledger_id, generation, from_month)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.book_code (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    position   bigint NOT NULL,
    from_month text COLLATE "C" NOT NULL,
    purse      text COLLATE "C" NOT NULL,
    book       text COLLATE "C" NOT NULL,
    fund       text COLLATE "C",
    fee_item_id uuid,
    channel_account_id uuid,
    code       text COLLATE "C",
    name       text COLLATE "C",
    CONSTRAINT book_code_pkey PRIMARY KEY (ledger_id, generation, position)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.book_turnover (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    month  text COLLATE "C" NOT NULL,
    purse  text COLLATE "C" NOT NULL,
    book   text COLLATE "C" NOT NULL,
    fund   text COLLATE "C" NOT NULL,
    fee_item_id uuid NOT NULL,
    channel_account_id uuid NOT NULL,
    debit  numeric(16,2) NOT NULL,
    credit numeric(16,2) NOT NULL,
    CONSTRAINT book_turnover_pkey
        PRIMARY KEY (ledger_id, generation, month, purse, book, fund, fee_item_id, channel_account_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.account_turnover (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    month      text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    book       text COLLATE "C" NOT NULL,
    fund       text COLLATE "C" NOT NULL,
    party_id   uuid NOT NULL,
    debit      numeric(16,2) NOT NULL,
    credit     numeric(16,2) NOT NULL,
    CONSTRAINT account_turnover_pkey PRIMARY KEY (ledger_id, generation, month, account_id, book, fund, party_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.account_code (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    account_id uuid NOT NULL,
    position   bigint NOT NULL,
    code       text COLLATE "C" NOT NULL,
    CONSTRAINT account_code_pkey PRIMARY KEY (ledger_id, generation, account_id, position)
) PARTITION BY LIST (generation);

SELECT read_model.add_missing_parts();
