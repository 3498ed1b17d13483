-- purpose: accounts with charges of a month that were posted before it began
-- locks: none
-- index: a scan of the ledger's charges
SELECT DISTINCT account_id FROM read_model.charge
WHERE ledger_id = $1 AND generation = $2 AND period = $3 AND effective_on < $4
ORDER BY account_id
