-- purpose: the read models of accounts, money, books and work
-- The same rules as for the tables before: ledger_id and generation lead every key, each table has its columns declared.

CREATE TABLE read_model.account (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    account_id uuid NOT NULL,
    unit_id    uuid,
    unit_kind  text COLLATE "C",
    building   text COLLATE "C",
    balance    numeric(16,2) NOT NULL,
    CONSTRAINT account_pkey PRIMARY KEY (ledger_id, generation, account_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.account_balance (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    account_id      uuid NOT NULL,
    fund            text COLLATE "C" NOT NULL,
    party_id        uuid NOT NULL,
    receivable      numeric(16,2) NOT NULL,
    credit          numeric(16,2) NOT NULL,
    deposit_held    numeric(16,2) NOT NULL,
    refunds_payable numeric(16,2) NOT NULL,
    CONSTRAINT account_balance_pkey PRIMARY KEY (ledger_id, generation, account_id, fund, party_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.charge (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    charge_id             uuid NOT NULL,
    position              bigint NOT NULL,
    account_id            uuid NOT NULL,
    unit_id               uuid,
    unit_kind             text COLLATE "C",
    building              text COLLATE "C",
    fee_item_id           uuid NOT NULL,
    fund                  text COLLATE "C" NOT NULL,
    obligor_party_id      uuid NOT NULL,
    agreed_payer_party_id uuid,
    bill_line_id          uuid NOT NULL,
    run_id                uuid,
    tariff_id             uuid,
    period                text COLLATE "C" NOT NULL,
    service_from          date NOT NULL,
    service_until         date NOT NULL,
    due_on                date NOT NULL,
    effective_on          date NOT NULL,
    interrupted_on        date,
    disputed              boolean NOT NULL,
    priority              integer NOT NULL,
    gross                 numeric(16,2) NOT NULL,
    amount                numeric(16,2) NOT NULL,
    tax                   numeric(16,2) NOT NULL,
    reduced               numeric(16,2) NOT NULL,
    waived                numeric(16,2) NOT NULL,
    reversed              numeric(16,2) NOT NULL,
    written_off           numeric(16,2) NOT NULL,
    paid                  numeric(16,2) NOT NULL,
    late_fee_paid         numeric(16,2) NOT NULL,
    open                  numeric(16,2) NOT NULL,
    status                text COLLATE "C" NOT NULL,
    CONSTRAINT charge_pkey PRIMARY KEY (ledger_id, generation, charge_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.allocation (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    allocation_id uuid NOT NULL,
    position      bigint NOT NULL,
    account_id    uuid NOT NULL,
    charge_id     uuid NOT NULL,
    lot_id        uuid NOT NULL,
    part          text COLLATE "C" NOT NULL,
    mode          text COLLATE "C" NOT NULL,
    amount        numeric(16,2) NOT NULL,
    value_on      date NOT NULL,
    effective_on  date NOT NULL,
    undone        numeric(16,2) NOT NULL,
    CONSTRAINT allocation_pkey PRIMARY KEY (ledger_id, generation, allocation_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.credit_lot (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    lot_id              uuid NOT NULL,
    position            bigint NOT NULL,
    account_id          uuid NOT NULL,
    payment_id          uuid NOT NULL,
    holder_party_id     uuid NOT NULL,
    fund                text COLLATE "C" NOT NULL,
    earmark_fee_item_id uuid,
    held_back           boolean NOT NULL,
    amount              numeric(16,2) NOT NULL,
    unspent             numeric(16,2) NOT NULL,
    value_on            date NOT NULL,
    CONSTRAINT credit_lot_pkey PRIMARY KEY (ledger_id, generation, lot_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.refund (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    refund_id          uuid NOT NULL,
    position           bigint NOT NULL,
    account_id         uuid NOT NULL,
    lot_id             uuid NOT NULL,
    payment_id         uuid NOT NULL,
    holder_party_id    uuid NOT NULL,
    fund               text COLLATE "C" NOT NULL,
    amount             numeric(16,2) NOT NULL,
    reason             text COLLATE "C" NOT NULL,
    status             text COLLATE "C" NOT NULL,
    channel_account_id uuid,
    value_on           date,
    CONSTRAINT refund_pkey PRIMARY KEY (ledger_id, generation, refund_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.collection (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    period          text COLLATE "C" NOT NULL,
    building        text COLLATE "C" NOT NULL,
    fee_item_id     uuid NOT NULL,
    effective_month text COLLATE "C" NOT NULL,
    fund            text COLLATE "C" NOT NULL,
    charged         numeric(16,2) NOT NULL,
    lowered         numeric(16,2) NOT NULL,
    written_off     numeric(16,2) NOT NULL,
    collected       numeric(16,2) NOT NULL,
    CONSTRAINT collection_pkey PRIMARY KEY (ledger_id, generation, period, building, fee_item_id, effective_month)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.formal_demand (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    demand_id    uuid NOT NULL,
    position     bigint NOT NULL,
    account_id   uuid NOT NULL,
    party_id     uuid NOT NULL,
    amount       numeric(16,2) NOT NULL,
    pay_by       date NOT NULL,
    sent_on      date NOT NULL,
    delivered_on date,
    evidence     text COLLATE "C",
    CONSTRAINT formal_demand_pkey PRIMARY KEY (ledger_id, generation, demand_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.payment (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    payment_id         uuid NOT NULL,
    position           bigint NOT NULL,
    channel_account_id uuid NOT NULL,
    channel            text COLLATE "C" NOT NULL,
    purse              text COLLATE "C" NOT NULL,
    reference          text COLLATE "C" NOT NULL,
    amount             numeric(16,2) NOT NULL,
    identified         numeric(16,2) NOT NULL,
    returned           numeric(16,2) NOT NULL,
    suspense           numeric(16,2) NOT NULL,
    value_on           date NOT NULL,
    effective_on       date NOT NULL,
    recorded_at        timestamptz NOT NULL,
    shift_id           uuid,
    payer_item_id      uuid,
    status             text COLLATE "C" NOT NULL,
    CONSTRAINT payment_pkey PRIMARY KEY (ledger_id, generation, payment_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.receipt (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    receipt_id          uuid NOT NULL,
    position            bigint NOT NULL,
    payment_id          uuid NOT NULL,
    series              text COLLATE "C" NOT NULL,
    number              text COLLATE "C" NOT NULL,
    obligor_party_id    uuid NOT NULL,
    issued_on           date NOT NULL,
    amount              numeric(16,2) NOT NULL,
    prints              integer NOT NULL,
    replaces_receipt_id uuid,
    status              text COLLATE "C" NOT NULL,
    CONSTRAINT receipt_pkey PRIMARY KEY (ledger_id, generation, receipt_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.shift (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    shift_id           uuid NOT NULL,
    channel_account_id uuid NOT NULL,
    purse              text COLLATE "C" NOT NULL,
    cashier_staff_id   uuid NOT NULL,
    opening_cash       numeric(16,2) NOT NULL,
    taken              numeric(16,2) NOT NULL,
    given_back         numeric(16,2) NOT NULL,
    slips              integer NOT NULL,
    counted            numeric(16,2),
    difference         numeric(16,2),
    opened_at          timestamptz NOT NULL,
    closed_at          timestamptz,
    status             text COLLATE "C" NOT NULL,
    CONSTRAINT shift_pkey PRIMARY KEY (ledger_id, generation, shift_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.approval (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    approval_id  uuid NOT NULL,
    position     bigint NOT NULL,
    operation    text COLLATE "C" NOT NULL,
    digest       text COLLATE "C" NOT NULL,
    payload      text COLLATE "C" NOT NULL,
    reason       text COLLATE "C" NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    decided_by   uuid,
    decided_at   timestamptz,
    status       text COLLATE "C" NOT NULL,
    CONSTRAINT approval_pkey PRIMARY KEY (ledger_id, generation, approval_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.period (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    period             text COLLATE "C" NOT NULL,
    position           bigint NOT NULL,
    version            integer NOT NULL,
    closed_at          timestamptz NOT NULL,
    closed_by_staff_id uuid NOT NULL,
    reopened_at        timestamptz,
    status             text COLLATE "C" NOT NULL,
    CONSTRAINT period_pkey PRIMARY KEY (ledger_id, generation, period)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.bill_run (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    run_id       uuid NOT NULL,
    position     bigint NOT NULL,
    month        text COLLATE "C" NOT NULL,
    units        integer NOT NULL,
    charges      integer NOT NULL,
    amount       numeric(16,2) NOT NULL,
    skipped      integer,
    started_at   timestamptz NOT NULL,
    completed_at timestamptz,
    CONSTRAINT bill_run_pkey PRIMARY KEY (ledger_id, generation, run_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.import (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    import_id    uuid NOT NULL,
    position     bigint NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    file         text COLLATE "C" NOT NULL,
    rows         integer NOT NULL,
    posted       integer,
    refused      integer,
    started_at   timestamptz NOT NULL,
    completed_at timestamptz,
    CONSTRAINT import_pkey PRIMARY KEY (ledger_id, generation, import_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.work_order (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    work_order_id       uuid NOT NULL,
    position            bigint NOT NULL,
    kind                text COLLATE "C" NOT NULL,
    category            text COLLATE "C" NOT NULL,
    priority            text COLLATE "C" NOT NULL,
    unit_id             uuid,
    place               text COLLATE "C",
    reporter_person_id  uuid,
    description_item_id uuid,
    assignee_staff_id   uuid,
    due_at              text COLLATE "C",
    quoted              numeric(16,2),
    quotation_accepted  boolean NOT NULL,
    charge_id           uuid,
    stars               integer,
    submitted_at        timestamptz NOT NULL,
    changed_at          timestamptz NOT NULL,
    status              text COLLATE "C" NOT NULL,
    CONSTRAINT work_order_pkey PRIMARY KEY (ledger_id, generation, work_order_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.trial_balance (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    month      text COLLATE "C" NOT NULL,
    purse      text COLLATE "C" NOT NULL,
    book       text COLLATE "C" NOT NULL,
    debit      numeric(16,2) NOT NULL,
    credit     numeric(16,2) NOT NULL,
    CONSTRAINT trial_balance_pkey PRIMARY KEY (ledger_id, generation, month, purse, book)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.receipt_line (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    receipt_id    uuid NOT NULL,
    line          integer NOT NULL,
    account_id    uuid,
    fee_item_id   uuid,
    fund          text COLLATE "C" NOT NULL,
    service_from  date,
    service_until date,
    part          text COLLATE "C",
    amount        numeric(16,2) NOT NULL,
    CONSTRAINT receipt_line_pkey PRIMARY KEY (ledger_id, generation, receipt_id, line)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.statement_line (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    account_id   uuid NOT NULL,
    position     bigint NOT NULL,
    event_type   text COLLATE "C" NOT NULL,
    effective_on date NOT NULL,
    value_on     date,
    party_id     uuid,
    charge_id    uuid,
    lot_id       uuid,
    payment_id   uuid,
    refund_id    uuid,
    fee_item_id  uuid,
    period       text COLLATE "C",
    amount       numeric(16,2) NOT NULL,
    effect       numeric(16,2) NOT NULL,
    balance      numeric(16,2) NOT NULL,
    CONSTRAINT statement_line_pkey PRIMARY KEY (ledger_id, generation, account_id, position)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.reminder (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    position        bigint NOT NULL,
    account_id      uuid NOT NULL,
    stage           integer NOT NULL,
    party_id        uuid,
    open            numeric(16,2),
    oldest_due_on   date,
    channel         text COLLATE "C",
    skipped_because text COLLATE "C",
    effective_on    date NOT NULL,
    recorded_at     timestamptz NOT NULL,
    CONSTRAINT reminder_pkey PRIMARY KEY (ledger_id, generation, position)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.journal (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    position           bigint NOT NULL,
    line               integer NOT NULL,
    event_type         text COLLATE "C" NOT NULL,
    effective_on       date NOT NULL,
    purse              text COLLATE "C" NOT NULL,
    book               text COLLATE "C" NOT NULL,
    amount             numeric(16,2) NOT NULL,
    fund               text COLLATE "C",
    account_id         uuid,
    party_id           uuid,
    charge_id          uuid,
    lot_id             uuid,
    deposit_id         uuid,
    fee_item_id        uuid,
    period             text COLLATE "C",
    channel_account_id uuid,
    vat_category       text COLLATE "C",
    counter_ledger_id  uuid,
    supplier_id        uuid,
    CONSTRAINT journal_pkey PRIMARY KEY (ledger_id, generation, position, line)
) PARTITION BY LIST (generation);

-- What the queries look up by, besides the keys.
CREATE INDEX charge_by_account ON read_model.charge (ledger_id, generation, account_id, position);
CREATE INDEX charge_open ON read_model.charge (ledger_id, generation, account_id, due_on) WHERE open > 0;
CREATE INDEX allocation_by_account ON read_model.allocation (ledger_id, generation, account_id, position);
CREATE INDEX credit_lot_by_account ON read_model.credit_lot (ledger_id, generation, account_id, position);
CREATE INDEX refund_by_account ON read_model.refund (ledger_id, generation, account_id, position);
CREATE INDEX payment_by_position ON read_model.payment (ledger_id, generation, position);
CREATE INDEX payment_in_suspense ON read_model.payment (ledger_id, generation, value_on) WHERE suspense > 0;
CREATE INDEX receipt_by_number ON read_model.receipt (ledger_id, generation, number);
CREATE INDEX receipt_by_payment ON read_model.receipt (ledger_id, generation, payment_id);
CREATE INDEX approval_by_status ON read_model.approval (ledger_id, generation, status, position);
CREATE INDEX work_order_by_status ON read_model.work_order (ledger_id, generation, status, position);
CREATE INDEX refund_by_position ON read_model.refund (ledger_id, generation, position);
CREATE INDEX approval_by_position ON read_model.approval (ledger_id, generation, position);
CREATE INDEX work_order_by_position ON read_model.work_order (ledger_id, generation, position);
CREATE INDEX bill_run_by_position ON read_model.bill_run (ledger_id, generation, position);
CREATE INDEX import_by_position ON read_model.import (ledger_id, generation, position);
CREATE INDEX shift_by_opening ON read_model.shift (ledger_id, generation, opened_at, shift_id);
CREATE INDEX formal_demand_by_account ON read_model.formal_demand (ledger_id, generation, account_id, position);
CREATE INDEX formal_demand_by_position ON read_model.formal_demand (ledger_id, generation, position);
CREATE INDEX reminder_by_account ON read_model.reminder (ledger_id, generation, account_id, position);
