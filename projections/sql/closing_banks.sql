-- purpose: bank accounts on which something moved in a month
-- locks: none
-- index: book_turnover_pkey
SELECT channel_account_id FROM read_model.book_turnover
WHERE ledger_id = $1 AND generation = $2 AND month = $3 AND book = 'bank'
GROUP BY channel_account_id ORDER BY channel_account_id
