-- purpose: the read models of shared costs: pools, supplier bills, and what both come to per utility and period

CREATE TABLE read_model.pool (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    pool_id        uuid NOT NULL,
    position       bigint NOT NULL,
    fee_item_id    uuid NOT NULL,
    label          text COLLATE "C" NOT NULL,
    service_from   date NOT NULL,
    service_until  date NOT NULL,
    amount         numeric(16,2) NOT NULL,
    lowers_pool_id uuid,
    units          integer NOT NULL,
    total_weight   numeric NOT NULL,
    uncharged      numeric(16,2) NOT NULL,
    chunks         integer NOT NULL,
    standing       integer NOT NULL,
    due_on         date,
    opened_at      timestamptz NOT NULL,
    posted_at      timestamptz,
    reversed_at    timestamptz,
    status         text COLLATE "C" NOT NULL,
    CONSTRAINT pool_pkey PRIMARY KEY (ledger_id, generation, pool_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.pool_charge (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    charge_id uuid NOT NULL,
    pool_id   uuid NOT NULL,
    CONSTRAINT pool_charge_pkey PRIMARY KEY (ledger_id, generation, charge_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.supplier_bill (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    supplier_bill_id uuid NOT NULL,
    position         bigint NOT NULL,
    supplier_id      uuid NOT NULL,
    name             text COLLATE "C" NOT NULL,
    number           text COLLATE "C" NOT NULL,
    utility          text COLLATE "C" NOT NULL,
    period           text COLLATE "C" NOT NULL,
    amount           numeric(16,2) NOT NULL,
    paid             numeric(16,2) NOT NULL,
    own_use          numeric(16,2) NOT NULL,
    received_on      date NOT NULL,
    reversed         boolean NOT NULL,
    CONSTRAINT supplier_bill_pkey PRIMARY KEY (ledger_id, generation, supplier_bill_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.utility_item (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    fee_item_id uuid NOT NULL,
    utility     text COLLATE "C" NOT NULL,
    CONSTRAINT utility_item_pkey PRIMARY KEY (ledger_id, generation, fee_item_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.utility_sum (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    utility text COLLATE "C" NOT NULL,
    period  text COLLATE "C" NOT NULL,
    billed  numeric(16,2) NOT NULL,
    paid    numeric(16,2) NOT NULL,
    own_use numeric(16,2) NOT NULL,
    carried numeric(16,2) NOT NULL,
    CONSTRAINT utility_sum_pkey PRIMARY KEY (ledger_id, generation, utility, period)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.pass_through_sum (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    fee_item_id uuid NOT NULL,
    period      text COLLATE "C" NOT NULL,
    charged     numeric(16,2) NOT NULL,
    pooled      numeric(16,2) NOT NULL,
    CONSTRAINT pass_through_sum_pkey PRIMARY KEY (ledger_id, generation, fee_item_id, period)
) PARTITION BY LIST (generation);

CREATE INDEX supplier_bill_by_position ON read_model.supplier_bill (ledger_id, generation, position);
CREATE INDEX pool_by_position ON read_model.pool (ledger_id, generation, position);

SELECT read_model.add_missing_parts();
