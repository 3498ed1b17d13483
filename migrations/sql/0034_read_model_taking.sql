-- purpose: read model: walk-in takings, such as temporary stays

CREATE TABLE read_model.taking (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    charge_id    uuid NOT NULL,
    position     bigint NOT NULL,
    taking_id    uuid NOT NULL,
    payment_id   uuid NOT NULL,
    fee_item_id  uuid NOT NULL,
    fund         text COLLATE "C" NOT NULL,
    period       text COLLATE "C" NOT NULL,
    number       text COLLATE "C" NOT NULL,
    entered_at   timestamptz NOT NULL,
    left_at      timestamptz NOT NULL,
    amount       numeric(14, 2) NOT NULL,
    tax          numeric(14, 2) NOT NULL,
    channel_account_id uuid NOT NULL,
    channel      text COLLATE "C" NOT NULL,
    reference    text COLLATE "C" NOT NULL,
    shift_id     uuid,
    value_on     date NOT NULL,
    effective_on date NOT NULL,
    recorded_at  timestamptz NOT NULL,
    plate_item_id uuid,
    status       text COLLATE "C" NOT NULL,
    CONSTRAINT taking_pkey PRIMARY KEY (ledger_id, generation, charge_id)
) PARTITION BY LIST (generation);

CREATE INDEX taking_by_position ON read_model.taking (ledger_id, generation, position);

SELECT read_model.add_missing_parts();
