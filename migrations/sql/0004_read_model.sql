-- purpose: the read models: their checkpoint, their generations, and the tables of who and what there is
-- A generation is one complete set of rows. Each table is partitioned by it, so that a rebuild fills tables that nobody
-- reads, builds their indexes afterwards, and attaches them; ledgers then move over one by one. The columns are those of
-- the declarations in projections/src, which a test compares with the catalogue; nothing here depends on a trigger.

-- How far the rows of a ledger are; moved in the transaction that writes them, and locked by whoever folds.
CREATE TABLE read_model.checkpoint (
    ledger_id           uuid     NOT NULL,
    generation          smallint NOT NULL,
    position            bigint   NOT NULL,
    is_current          boolean  NOT NULL,
    -- The event that cannot be folded, and the rule it breaks: no later one is folded until the code is repaired.
    stopped_at_position bigint,
    stopped_because     text COLLATE "C",
    CONSTRAINT checkpoint_pkey PRIMARY KEY (ledger_id, generation),
    CONSTRAINT checkpoint_position_from_zero CHECK (position >= 0),
    CONSTRAINT checkpoint_stopped_with_reason CHECK ((stopped_at_position IS NULL) = (stopped_because IS NULL))
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX checkpoint_current ON read_model.checkpoint (ledger_id) WHERE is_current;

-- The sets of tables; one that is not attached is being filled.
CREATE TABLE read_model.generation (
    generation  smallint NOT NULL,
    is_attached boolean  NOT NULL,
    CONSTRAINT generation_pkey PRIMARY KEY (generation)
);

CREATE TABLE read_model.ledger (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    stream_id        uuid NOT NULL,
    kind             text COLLATE "C" NOT NULL,
    parent_ledger_id uuid,
    code             text COLLATE "C" NOT NULL,
    clock            text COLLATE "C" NOT NULL,
    CONSTRAINT ledger_pkey PRIMARY KEY (ledger_id, generation, stream_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.company (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    company_id         uuid NOT NULL,
    code               text COLLATE "C" NOT NULL,
    name               text COLLATE "C" NOT NULL,
    social_credit_code text COLLATE "C",
    CONSTRAINT company_pkey PRIMARY KEY (ledger_id, generation, company_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.community (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    community_id uuid NOT NULL,
    code         text COLLATE "C" NOT NULL,
    name         text COLLATE "C" NOT NULL,
    CONSTRAINT community_pkey PRIMARY KEY (ledger_id, generation, community_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.community_rules (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    stream_id         uuid NOT NULL,
    allocation_policy text COLLATE "C" NOT NULL,
    notice_days       integer NOT NULL,
    go_live_on        date,
    CONSTRAINT community_rules_pkey PRIMARY KEY (ledger_id, generation, stream_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.channel_account (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    channel_account_id uuid NOT NULL,
    kind               text COLLATE "C" NOT NULL,
    purse              text COLLATE "C" NOT NULL,
    label              text COLLATE "C" NOT NULL,
    open               boolean NOT NULL,
    CONSTRAINT channel_account_pkey PRIMARY KEY (ledger_id, generation, channel_account_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.administrator (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    administrator_id uuid NOT NULL,
    name_item_id     uuid,
    active           boolean NOT NULL,
    CONSTRAINT administrator_pkey PRIMARY KEY (ledger_id, generation, administrator_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.staff (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    staff_id     uuid NOT NULL,
    name_item_id uuid NOT NULL,
    active       boolean NOT NULL,
    CONSTRAINT staff_pkey PRIMARY KEY (ledger_id, generation, staff_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.staff_role (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    staff_id     uuid NOT NULL,
    role         text COLLATE "C" NOT NULL,
    community_id uuid NOT NULL,
    active       boolean NOT NULL,
    CONSTRAINT staff_role_pkey PRIMARY KEY (ledger_id, generation, staff_id, role, community_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.person (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    person_id        uuid NOT NULL,
    name_item_id     uuid NOT NULL,
    mobile_item_id   uuid,
    identity_item_id uuid,
    erased           boolean NOT NULL,
    CONSTRAINT person_pkey PRIMARY KEY (ledger_id, generation, person_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.party (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    party_id          uuid NOT NULL,
    kind              text COLLATE "C" NOT NULL,
    contact_person_id uuid,
    name              text COLLATE "C",
    CONSTRAINT party_pkey PRIMARY KEY (ledger_id, generation, party_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.party_member (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    party_id   uuid NOT NULL,
    person_id  uuid NOT NULL,
    share      numeric,
    CONSTRAINT party_member_pkey PRIMARY KEY (ledger_id, generation, party_id, person_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.unit (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    unit_id            uuid NOT NULL,
    account_id         uuid NOT NULL,
    code               text COLLATE "C" NOT NULL,
    kind               text COLLATE "C" NOT NULL,
    building           text COLLATE "C",
    entrance           text COLLATE "C",
    floor              text COLLATE "C",
    status             text COLLATE "C",
    status_from        date,
    owner_party_id     uuid,
    owner_from         date,
    developer_party_id uuid,
    tenant_party_id    uuid,
    tenant_from        date,
    tenant_until       date,
    building_area_sqm  numeric,
    inner_area_sqm     numeric,
    area_from          date,
    CONSTRAINT unit_pkey PRIMARY KEY (ledger_id, generation, unit_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.unit_fee_item (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    unit_id        uuid NOT NULL,
    fee_item_id    uuid NOT NULL,
    attached_from  date NOT NULL,
    attached_until date,
    CONSTRAINT unit_fee_item_pkey PRIMARY KEY (ledger_id, generation, unit_id, fee_item_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.fee_item (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    fee_item_id  uuid NOT NULL,
    name         text COLLATE "C" NOT NULL,
    fund         text COLLATE "C" NOT NULL,
    priority     integer NOT NULL,
    vat_category text COLLATE "C" NOT NULL,
    vat_rate     numeric,
    vat_from     date,
    CONSTRAINT fee_item_pkey PRIMARY KEY (ledger_id, generation, fee_item_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.tariff (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    tariff_id    uuid NOT NULL,
    position     bigint NOT NULL,
    fee_item_id  uuid NOT NULL,
    priced_from  date NOT NULL,
    price        text COLLATE "C" NOT NULL,
    cycle_months integer NOT NULL,
    basis        text COLLATE "C" NOT NULL,
    timing       text COLLATE "C" NOT NULL,
    due          text COLLATE "C" NOT NULL,
    round_to     text COLLATE "C" NOT NULL,
    CONSTRAINT tariff_pkey PRIMARY KEY (ledger_id, generation, tariff_id)
) PARTITION BY LIST (generation);

-- What the queries look up by, besides the keys.
CREATE INDEX unit_by_code ON read_model.unit (ledger_id, generation, code);
CREATE INDEX party_member_by_person ON read_model.party_member (ledger_id, generation, person_id);
