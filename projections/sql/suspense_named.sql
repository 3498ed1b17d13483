-- purpose: the units that the remarks of payments name
-- locks: none
-- index: suspense_hint_pkey, unit_pkey
SELECT h.payment_id, u.unit_id, u.account_id, u.code AS "code: _"
FROM read_model.suspense_hint h
JOIN read_model.unit u ON u.ledger_id = h.ledger_id AND u.generation = h.generation AND u.unit_id = h.unit_id
WHERE h.ledger_id = $1 AND h.generation = $2 AND h.payment_id = ANY($3)
ORDER BY h.payment_id, u.code
