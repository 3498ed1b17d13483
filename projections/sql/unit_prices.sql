-- purpose: the prices of a unit's own
-- locks: none
-- index: unit_price_pkey
SELECT
    unit_id, fee_item_id, priced_from, position, price, reason AS "reason: _"
FROM read_model.unit_price
WHERE ledger_id = $1 AND generation = $2 AND unit_id = $3
ORDER BY fee_item_id, priced_from
