-- purpose: read models: days of channel accounts, what their bills differ in, and what came to the bank

CREATE TABLE read_model.channel_day (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    channel_day_id uuid NOT NULL,
    position     bigint NOT NULL,
    channel_account_id uuid NOT NULL,
    day          date NOT NULL,
    bill         text COLLATE "C" NOT NULL,
    lines        integer NOT NULL,
    matched      integer NOT NULL,
    open_differences integer NOT NULL,
    explained_differences integer NOT NULL,
    paid         numeric(14, 2) NOT NULL,
    refunded     numeric(14, 2) NOT NULL,
    fee          numeric(14, 2) NOT NULL,
    reconciled_at timestamptz NOT NULL,
    signed_off_at timestamptz,
    signed_off_by_staff_id uuid,
    CONSTRAINT channel_day_pkey PRIMARY KEY (ledger_id, generation, channel_day_id)
) PARTITION BY LIST (generation);

CREATE INDEX channel_day_by_day ON read_model.channel_day (ledger_id, generation, day, channel_day_id);

CREATE TABLE read_model.channel_day_split (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    channel_day_id uuid NOT NULL,
    reading      bigint NOT NULL,
    part         uuid NOT NULL,
    community_id uuid,
    paid         numeric(14, 2) NOT NULL,
    refunded     numeric(14, 2) NOT NULL,
    fee          numeric(14, 2) NOT NULL,
    CONSTRAINT channel_day_split_pkey PRIMARY KEY (ledger_id, generation, channel_day_id, reading, part)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.channel_difference (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    channel_difference_id uuid NOT NULL,
    position     bigint NOT NULL,
    channel_day_id uuid NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    reference    text COLLATE "C" NOT NULL,
    community_id uuid,
    theirs       numeric(14, 2),
    ours         numeric(14, 2),
    status       text COLLATE "C" NOT NULL,
    note         text COLLATE "C",
    CONSTRAINT channel_difference_pkey PRIMARY KEY (ledger_id, generation, channel_difference_id)
) PARTITION BY LIST (generation);

CREATE INDEX channel_difference_of_day ON read_model.channel_difference (ledger_id, generation, channel_day_id, position);
CREATE INDEX channel_difference_open ON read_model.channel_difference (ledger_id, generation, position) WHERE status = 'open';

CREATE TABLE read_model.channel_settlement (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    channel_settlement_id uuid NOT NULL,
    position     bigint NOT NULL,
    channel_account_id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    day          date NOT NULL,
    gross        numeric(14, 2) NOT NULL,
    fee          numeric(14, 2) NOT NULL,
    net          numeric(14, 2) NOT NULL,
    value_on     date NOT NULL,
    reversed     boolean NOT NULL,
    CONSTRAINT channel_settlement_pkey PRIMARY KEY (ledger_id, generation, channel_settlement_id)
) PARTITION BY LIST (generation);

CREATE INDEX channel_settlement_by_position ON read_model.channel_settlement (ledger_id, generation, position);

-- What the log has of a day of a channel account.
CREATE INDEX payment_of_channel_day ON read_model.payment (ledger_id, generation, channel_account_id, value_on)
    WHERE channel = 'online';
CREATE INDEX refund_of_channel_day ON read_model.refund (ledger_id, generation, channel_account_id, value_on)
    WHERE status = 'settled';
CREATE INDEX refund_sent_on_day ON read_model.refund (ledger_id, generation, sent_by_channel_account_id, sent_at)
    WHERE sent_at IS NOT NULL;

SELECT read_model.add_missing_parts();
