-- purpose: what a payment order asks for
-- locks: none
-- index: ordered_part_pkey
SELECT
    payment_order_id, ordinal, account_id, charge_id, amount AS "amount: _"
FROM read_model.ordered_part
WHERE ledger_id = $1 AND generation = $2 AND payment_order_id = $3
ORDER BY ordinal
