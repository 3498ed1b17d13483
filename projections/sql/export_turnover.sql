-- purpose: what each book had before a month and what was posted in it, by whatever may have a code of its own
-- locks: none
-- index: a scan of the ledger's months
SELECT
    book AS "book: _", fund AS "fund: _", fee_item_id, channel_account_id,
    coalesce(sum(debit - credit) FILTER (WHERE month < $4), 0)::numeric(16, 2) AS "opening!: _",
    coalesce(sum(debit) FILTER (WHERE month = $4), 0)::numeric(16, 2) AS "debit!: _",
    coalesce(sum(credit) FILTER (WHERE month = $4), 0)::numeric(16, 2) AS "credit!: _"
FROM read_model.book_turnover
WHERE ledger_id = $1 AND generation = $2 AND purse = $3 AND month <= $4
GROUP BY book, fund, fee_item_id, channel_account_id
ORDER BY book, fund, fee_item_id, channel_account_id
