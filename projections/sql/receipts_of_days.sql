-- purpose: the receipts issued from a day to a day, by number; more than the limit says that there are more
-- locks: none
-- index: receipt_by_day
SELECT receipt_id
FROM read_model.receipt
WHERE ledger_id = $1 AND generation = $2 AND issued_on BETWEEN $3 AND $4
ORDER BY number LIMIT $5
