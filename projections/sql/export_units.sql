-- purpose: the codes that accounts had at a position
-- locks: none
-- index: a scan of the ledger's accounts
SELECT DISTINCT ON (account_id) account_id, code
FROM read_model.account_code
WHERE ledger_id = $1 AND generation = $2 AND position <= $3
ORDER BY account_id, position DESC
