-- purpose: how often a bill run left something out, by reason
-- locks: none
-- index: bill_run_skip_by_run
SELECT reason, count(*) AS "items!"
FROM read_model.bill_run_skip
WHERE ledger_id = $1 AND generation = $2 AND run_id = $3
GROUP BY reason
ORDER BY reason
