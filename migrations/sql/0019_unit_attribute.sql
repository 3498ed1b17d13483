-- purpose: the read models of what prices rest on besides areas: attributes of units, and prices of their own

CREATE TABLE read_model.attribute_definition (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    name  text COLLATE "C" NOT NULL,
    label text COLLATE "C" NOT NULL,
    CONSTRAINT attribute_definition_pkey PRIMARY KEY (ledger_id, generation, name)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.unit_attribute (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    unit_id    uuid NOT NULL,
    name       text COLLATE "C" NOT NULL,
    value      numeric,
    valid_from date NOT NULL,
    CONSTRAINT unit_attribute_pkey PRIMARY KEY (ledger_id, generation, unit_id, name)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.unit_price (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    unit_id     uuid NOT NULL,
    fee_item_id uuid NOT NULL,
    priced_from date NOT NULL,
    position    bigint NOT NULL,
    price       text COLLATE "C",
    reason      text COLLATE "C" NOT NULL,
    CONSTRAINT unit_price_pkey PRIMARY KEY (ledger_id, generation, unit_id, fee_item_id, priced_from)
) PARTITION BY LIST (generation);

SELECT read_model.add_missing_parts();
