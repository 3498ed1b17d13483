-- purpose: read model: payment orders, and what each of them asks for

CREATE TABLE read_model.payment_order (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    payment_order_id uuid NOT NULL,
    position     bigint NOT NULL,
    method       text COLLATE "C" NOT NULL,
    channel_account_id uuid NOT NULL,
    purse        text COLLATE "C" NOT NULL,
    amount       numeric(14, 2) NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    payer_item_id uuid,
    status       text COLLATE "C" NOT NULL,
    closed_for   text COLLATE "C",
    payment_id   uuid,
    received     numeric(14, 2) NOT NULL,
    spent        text COLLATE "C",
    CONSTRAINT payment_order_pkey PRIMARY KEY (ledger_id, generation, payment_order_id)
) PARTITION BY LIST (generation);

CREATE INDEX payment_order_by_position ON read_model.payment_order (ledger_id, generation, position);
CREATE INDEX payment_order_live ON read_model.payment_order (ledger_id, generation, position) WHERE status = 'live';

CREATE TABLE read_model.ordered_part (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    payment_order_id uuid NOT NULL,
    ordinal      integer NOT NULL,
    account_id   uuid NOT NULL,
    charge_id    uuid,
    amount       numeric(14, 2) NOT NULL,
    CONSTRAINT ordered_part_pkey PRIMARY KEY (ledger_id, generation, payment_order_id, ordinal)
) PARTITION BY LIST (generation);

SELECT read_model.add_missing_parts();
