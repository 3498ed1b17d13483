-- purpose: the names of fee items
-- locks: none
-- index: fee_item_pkey
SELECT fee_item_id, name AS "name: Text<Label>"
FROM read_model.fee_item
WHERE ledger_id = $1 AND generation = $2
