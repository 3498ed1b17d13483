-- purpose: read model: tax of the VAT book and of invoices, by month, fee item and period of the charges

CREATE TABLE read_model.tax_turnover (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    month       text COLLATE "C" NOT NULL,
    fee_item_id uuid NOT NULL,
    period      text COLLATE "C" NOT NULL,
    due         numeric(16, 2) NOT NULL,
    taken_back  numeric(16, 2) NOT NULL,
    invoiced    numeric(16, 2) NOT NULL,
    red         numeric(16, 2) NOT NULL,
    CONSTRAINT tax_turnover_pkey PRIMARY KEY (ledger_id, generation, month, fee_item_id, period)
) PARTITION BY LIST (generation);

ALTER TABLE read_model.invoice ADD COLUMN taxes text COLLATE "C" NOT NULL DEFAULT '[]';
ALTER TABLE read_model.invoice ALTER COLUMN taxes DROP DEFAULT;

SELECT read_model.add_missing_parts();
SELECT read_model.outdate('invoice');
