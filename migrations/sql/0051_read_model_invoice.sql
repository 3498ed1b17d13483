-- purpose: read model: invoices with their lines, tax classifications of fee items, receipts that are exchanged

CREATE TABLE read_model.invoice (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    invoice_id     uuid NOT NULL,
    position       bigint NOT NULL,
    payment_id     uuid NOT NULL,
    obligor_party_id uuid NOT NULL,
    kind           text COLLATE "C" NOT NULL,
    buyer          text COLLATE "C" NOT NULL,
    buyer_name_item_id uuid NOT NULL,
    buyer_tax_number_item_id uuid,
    amount         numeric(14, 2) NOT NULL,
    net            numeric(14, 2) NOT NULL,
    tax            numeric(14, 2) NOT NULL,
    requested_at   timestamptz NOT NULL,
    serial         text COLLATE "C" NOT NULL,
    status         text COLLATE "C" NOT NULL,
    number         text COLLATE "C",
    issued_on      date,
    failed_because text COLLATE "C",
    red_serial     text COLLATE "C",
    red_reason     text COLLATE "C",
    red_confirmation text COLLATE "C",
    red_number     text COLLATE "C",
    red_on         date,
    CONSTRAINT invoice_pkey PRIMARY KEY (ledger_id, generation, invoice_id)
) PARTITION BY LIST (generation);

CREATE INDEX invoice_by_position ON read_model.invoice (ledger_id, generation, position);
CREATE INDEX invoice_by_payment ON read_model.invoice (ledger_id, generation, payment_id);
CREATE INDEX invoice_ongoing ON read_model.invoice (ledger_id, generation, position)
    WHERE status IN ('requested', 'submitted', 'red_requested', 'red_confirmed');

CREATE TABLE read_model.invoiced_line (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    invoice_id    uuid NOT NULL,
    line          integer NOT NULL,
    account_id    uuid NOT NULL,
    fee_item_id   uuid NOT NULL,
    tax_code      text COLLATE "C" NOT NULL,
    short_name    text COLLATE "C" NOT NULL,
    name          text COLLATE "C" NOT NULL,
    service_from  date,
    service_until date,
    vat_category  text COLLATE "C" NOT NULL,
    vat_rate      numeric(20, 8),
    amount        numeric(14, 2) NOT NULL,
    net           numeric(14, 2) NOT NULL,
    tax           numeric(14, 2) NOT NULL,
    CONSTRAINT invoiced_line_pkey PRIMARY KEY (ledger_id, generation, invoice_id, line)
) PARTITION BY LIST (generation);

ALTER TABLE read_model.fee_item ADD COLUMN tax_code text COLLATE "C";
ALTER TABLE read_model.fee_item ADD COLUMN tax_code_name text COLLATE "C";
ALTER TABLE read_model.fee_item ADD COLUMN tax_code_from date;

ALTER TABLE read_model.receipt ADD COLUMN invoice_id uuid;

SELECT read_model.add_missing_parts();
SELECT read_model.outdate('fee_item');
SELECT read_model.outdate('receipt');
