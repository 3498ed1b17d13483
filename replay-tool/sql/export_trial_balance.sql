-- purpose: what the live trial balance says of each book and month
-- locks: none
-- index: trial_balance_pkey
SELECT month, purse, book, debit, credit
FROM read_model.trial_balance
WHERE ledger_id = $1 AND generation = $2
ORDER BY month, purse, book
