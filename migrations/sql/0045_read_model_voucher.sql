-- purpose: read model: vouchers, their numbers, and on whose word commands stand

CREATE TABLE read_model.voucher (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    voucher_id     uuid NOT NULL,
    purse          text COLLATE "C" NOT NULL,
    period         text COLLATE "C" NOT NULL,
    number         integer NOT NULL,
    effective_on   date NOT NULL,
    first_position bigint NOT NULL,
    last_position  bigint NOT NULL,
    event_type     text COLLATE "C" NOT NULL,
    facts          integer NOT NULL,
    lines          integer NOT NULL,
    amount         numeric(16,2) NOT NULL,
    attachments    integer NOT NULL,
    recorded_at    timestamptz NOT NULL,
    actor_kind     text COLLATE "C" NOT NULL,
    actor_id       uuid NOT NULL,
    command_id     uuid NOT NULL,
    correlation_id uuid NOT NULL,
    CONSTRAINT voucher_pkey PRIMARY KEY (ledger_id, generation, voucher_id)
) PARTITION BY LIST (generation);

CREATE INDEX voucher_by_number ON read_model.voucher (ledger_id, generation, purse, period, number);

CREATE TABLE read_model.voucher_series (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    period text COLLATE "C" NOT NULL,
    purse  text COLLATE "C" NOT NULL,
    last   integer NOT NULL,
    CONSTRAINT voucher_series_pkey PRIMARY KEY (ledger_id, generation, period, purse)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.approved_command (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    command_id   uuid NOT NULL,
    requested_by uuid NOT NULL,
    approved_by  uuid,
    approval_id  uuid,
    CONSTRAINT approved_command_pkey PRIMARY KEY (ledger_id, generation, command_id)
) PARTITION BY LIST (generation);

SELECT read_model.add_missing_parts();
