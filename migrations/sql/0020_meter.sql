-- purpose: the read models of meters 表: where each stands, and its readings

CREATE TABLE read_model.meter (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    meter_id        uuid NOT NULL,
    position        bigint NOT NULL,
    code            text COLLATE "C" NOT NULL,
    utility         text COLLATE "C" NOT NULL,
    unit_id         uuid,
    building        text COLLATE "C",
    digits          integer NOT NULL,
    multiplier      numeric NOT NULL,
    reversed        boolean NOT NULL,
    opened_on       date,
    read_on         date,
    value           numeric,
    total           numeric NOT NULL,
    held_reading_id uuid,
    removed_on      date,
    status          text COLLATE "C" NOT NULL,
    CONSTRAINT meter_pkey PRIMARY KEY (ledger_id, generation, meter_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.meter_reading (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    reading_id  uuid NOT NULL,
    position    bigint NOT NULL,
    meter_id    uuid NOT NULL,
    kind        text COLLATE "C" NOT NULL,
    read_on     date NOT NULL,
    value       numeric NOT NULL,
    starts_at   numeric,
    rolled_over boolean NOT NULL,
    total       numeric NOT NULL,
    photo       text COLLATE "C",
    corrected   boolean NOT NULL,
    reason      text COLLATE "C",
    status      text COLLATE "C" NOT NULL,
    CONSTRAINT meter_reading_pkey PRIMARY KEY (ledger_id, generation, reading_id)
) PARTITION BY LIST (generation);

CREATE INDEX meter_by_position ON read_model.meter (ledger_id, generation, position);
CREATE INDEX meter_by_unit ON read_model.meter (ledger_id, generation, unit_id, position);
CREATE INDEX meter_by_code ON read_model.meter (ledger_id, generation, code);
CREATE INDEX meter_reading_by_meter ON read_model.meter_reading (ledger_id, generation, meter_id, read_on);

SELECT read_model.add_missing_parts();
