-- purpose: read model: discounts of units

CREATE TABLE read_model.discount (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    discount_id         uuid NOT NULL,
    position            bigint NOT NULL,
    unit_id             uuid NOT NULL,
    fee_item_id         uuid NOT NULL,
    kind                text COLLATE "C" NOT NULL,
    off                 numeric,
    per_month           numeric(14,2),
    days_from           date NOT NULL,
    days_until          date NOT NULL,
    ended               boolean NOT NULL,
    reason              text COLLATE "C" NOT NULL,
    end_reason          text COLLATE "C",
    approval_id         uuid,
    requested_by        uuid,
    approved_by         uuid,
    CONSTRAINT discount_pkey PRIMARY KEY (ledger_id, generation, discount_id)
) PARTITION BY LIST (generation);

CREATE INDEX discount_by_position ON read_model.discount (ledger_id, generation, position);
CREATE INDEX discount_by_unit ON read_model.discount (ledger_id, generation, unit_id, position);

SELECT read_model.add_missing_parts();
