-- purpose: the units of a fee item are found without looking at all of them

CREATE INDEX unit_fee_item_by_item ON read_model.unit_fee_item (ledger_id, generation, fee_item_id, unit_id);
