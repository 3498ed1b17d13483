-- purpose: what stood on a channel account when a month began
-- locks: none
-- index: book_turnover_pkey
SELECT coalesce(sum(debit) - sum(credit), 0.00) AS "opening!: _"
FROM read_model.book_turnover
WHERE ledger_id = $1 AND generation = $2 AND channel_account_id = $3 AND book IN ('cash', 'bank', 'channel') AND month < $4
