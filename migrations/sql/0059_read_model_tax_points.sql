-- purpose: read model: when the tax of a fee item is due, and what of a charge stands on invoices

ALTER TABLE read_model.fee_item ADD COLUMN tax_point text COLLATE "C" NOT NULL DEFAULT 'service_month';
ALTER TABLE read_model.fee_item ADD COLUMN tax_waits boolean NOT NULL DEFAULT false;
ALTER TABLE read_model.charge ADD COLUMN invoiced numeric(14, 2) NOT NULL DEFAULT 0.00;
ALTER TABLE read_model.charge ADD COLUMN red_lettered numeric(14, 2) NOT NULL DEFAULT 0.00;
