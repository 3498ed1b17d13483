-- purpose: bill runs, the newest first
-- locks: none
-- index: bill_run_by_position
SELECT
    run_id, position, month AS "month: _", units, charges, amount AS "amount: _", skipped, started_at, completed_at
FROM read_model.bill_run
WHERE ledger_id = $1 AND generation = $2 AND position < $3
ORDER BY position DESC LIMIT $4
