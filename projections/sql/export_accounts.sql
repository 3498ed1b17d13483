-- purpose: what parties of accounts had on some books before a month, and what was posted in it
-- locks: none
-- index: a scan of the ledger's accounts and months
SELECT
    account_id, book AS "book: _", fund AS "fund: _", party_id,
    coalesce(sum(debit - credit) FILTER (WHERE month < $3), 0)::numeric(16, 2) AS "opening!: _",
    coalesce(sum(debit) FILTER (WHERE month = $3), 0)::numeric(16, 2) AS "debit!: _",
    coalesce(sum(credit) FILTER (WHERE month = $3), 0)::numeric(16, 2) AS "credit!: _"
FROM read_model.account_turnover
WHERE ledger_id = $1 AND generation = $2 AND month <= $3 AND book = ANY ($4)
GROUP BY account_id, book, fund, party_id
HAVING sum(debit - credit) <> 0 OR bool_or(month = $3)
ORDER BY account_id, book, fund, party_id LIMIT $5
