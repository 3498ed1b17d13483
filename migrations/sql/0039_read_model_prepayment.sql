-- purpose: read model: prepayment offers of fee items, and the months that discounts by them free

CREATE TABLE read_model.prepayment_offer (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    offer_id    uuid NOT NULL,
    position    bigint NOT NULL,
    fee_item_id uuid NOT NULL,
    months      integer NOT NULL,
    free_months integer NOT NULL,
    valid_from  date NOT NULL,
    valid_until date NOT NULL,
    end_reason  text COLLATE "C",
    approval_id uuid,
    CONSTRAINT prepayment_offer_pkey PRIMARY KEY (ledger_id, generation, offer_id)
) PARTITION BY LIST (generation);

CREATE INDEX prepayment_offer_by_position ON read_model.prepayment_offer (ledger_id, generation, position);

ALTER TABLE read_model.discount ADD COLUMN free_months integer;
ALTER TABLE read_model.discount ADD COLUMN of_months integer;
ALTER TABLE read_model.discount ADD COLUMN offer_id uuid;

SELECT read_model.add_missing_parts();
SELECT read_model.outdate('discount');
