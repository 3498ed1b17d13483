-- purpose: read model: campaigns of fee items

CREATE TABLE read_model.campaign (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    campaign_id uuid NOT NULL,
    position    bigint NOT NULL,
    fee_item_id uuid NOT NULL,
    name        text COLLATE "C" NOT NULL,
    scope       text COLLATE "C" NOT NULL,
    off         numeric,
    per_month   numeric(14,2),
    days_from   date NOT NULL,
    days_until  date NOT NULL,
    end_reason  text COLLATE "C",
    approval_id uuid,
    CONSTRAINT campaign_pkey PRIMARY KEY (ledger_id, generation, campaign_id)
) PARTITION BY LIST (generation);

CREATE INDEX campaign_by_position ON read_model.campaign (ledger_id, generation, position);

SELECT read_model.add_missing_parts();
