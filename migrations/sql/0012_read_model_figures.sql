-- purpose: read model: sums by month that the figures of any month are answered from

CREATE TABLE read_model.figure_charge (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    account_id      uuid NOT NULL,
    fee_item_id     uuid NOT NULL,
    period          text COLLATE "C" NOT NULL,
    due_on          date NOT NULL,
    effective_month text COLLATE "C" NOT NULL,
    fund            text COLLATE "C" NOT NULL,
    building        text COLLATE "C" NOT NULL,
    household       boolean NOT NULL,
    charged         numeric(16,2) NOT NULL,
    reduced         numeric(16,2) NOT NULL,
    waived          numeric(16,2) NOT NULL,
    reversed        numeric(16,2) NOT NULL,
    written_off     numeric(16,2) NOT NULL,
    received        numeric(16,2) NOT NULL,
    drawn           numeric(16,2) NOT NULL,
    refunded        numeric(16,2) NOT NULL,
    refunded_drawn  numeric(16,2) NOT NULL,
    late_fee        numeric(16,2) NOT NULL,
    booked          numeric(16,2) NOT NULL,
    CONSTRAINT figure_charge_pkey PRIMARY KEY (ledger_id, generation, account_id, fee_item_id, period, due_on, effective_month)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.figure_money (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    building        text COLLATE "C" NOT NULL,
    fund            text COLLATE "C" NOT NULL,
    effective_month text COLLATE "C" NOT NULL,
    identified      numeric(16,2) NOT NULL,
    settled         numeric(16,2) NOT NULL,
    suspense        numeric(16,2) NOT NULL,
    CONSTRAINT figure_money_pkey PRIMARY KEY (ledger_id, generation, building, fund, effective_month)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.figure_credit (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    account_id      uuid NOT NULL,
    party_id        uuid NOT NULL,
    fund            text COLLATE "C" NOT NULL,
    effective_month text COLLATE "C" NOT NULL,
    building        text COLLATE "C" NOT NULL,
    credit          numeric(16,2) NOT NULL,
    booked          numeric(16,2) NOT NULL,
    CONSTRAINT figure_credit_pkey PRIMARY KEY (ledger_id, generation, account_id, party_id, fund, effective_month)
) PARTITION BY LIST (generation);

SELECT read_model.add_missing_parts();
