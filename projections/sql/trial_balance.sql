-- purpose: debits and credits by month, purse and book, up to a month
-- locks: none
-- index: trial_balance_pkey
SELECT
    month AS "month: _", purse AS "purse: _", book AS "book: _", debit AS "debit: _", credit AS "credit: _"
FROM read_model.trial_balance
WHERE ledger_id = $1 AND generation = $2 AND month <= $3
ORDER BY month, purse, book
