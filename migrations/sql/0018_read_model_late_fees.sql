-- purpose: read model: what late fees are computed from without the history of their accounts

CREATE TABLE read_model.charge_lateness (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    charge_id uuid NOT NULL,
    late      boolean NOT NULL,
    lateness  text COLLATE "C" NOT NULL,
    CONSTRAINT charge_lateness_pkey PRIMARY KEY (ledger_id, generation, charge_id)
) PARTITION BY LIST (generation);

CREATE TABLE read_model.lot_taken_back (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    lot_id  uuid NOT NULL,
    charges text COLLATE "C" NOT NULL,
    CONSTRAINT lot_taken_back_pkey PRIMARY KEY (ledger_id, generation, lot_id)
) PARTITION BY LIST (generation);

CREATE INDEX charge_lateness_late ON read_model.charge_lateness (ledger_id, generation, charge_id) WHERE late;
CREATE INDEX credit_lot_unspent ON read_model.credit_lot (ledger_id, generation, position) WHERE unspent > 0;

SELECT read_model.add_missing_parts();
