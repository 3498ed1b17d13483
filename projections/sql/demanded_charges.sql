-- purpose: charges as a demand names them
-- locks: none
-- index: charge_pkey, fee_item_pkey
SELECT
    c.charge_id, f.name AS "item: _", c.service_from, c.service_until, c.due_on
FROM read_model.charge c
JOIN read_model.fee_item f ON f.ledger_id = $1 AND f.generation = $2 AND f.fee_item_id = c.fee_item_id
WHERE c.ledger_id = $1 AND c.generation = $2 AND c.charge_id = ANY($3::uuid[])
ORDER BY c.charge_id
