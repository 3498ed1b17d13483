-- purpose: money until a month, by building, fund and month
-- locks: none
-- index: a scan of the ledger's sums
SELECT building, fund, effective_month AS "effective_month: _", identified AS "identified: _", settled AS "settled: _",
    suspense AS "suspense: _"
FROM read_model.figure_money
WHERE ledger_id = $1 AND generation = $2 AND effective_month <= $3
