-- purpose: payment orders that have one of some ids
-- locks: none
-- index: payment_order_pkey
SELECT payment_order_id FROM read_model.payment_order
WHERE ledger_id = $1 AND generation = $2 AND payment_order_id = ANY($3)
ORDER BY payment_order_id
