-- purpose: bill runs, the newest first
-- locks: none
-- index: bill_run_by_position
SELECT
    run_id, position, month AS "month: _", units, charges, amount AS "amount: _", skipped, started_at, completed_at,
    status AS "status: _", published_on, drafted_units, drafted_charges, drafted_amount AS "drafted_amount: _", digest AS "digest: _",
    reversed_charges, reversed_amount AS "reversed_amount: _", not_reversed, reversed_at
FROM read_model.bill_run
WHERE ledger_id = $1 AND generation = $2 AND position < $3
ORDER BY position DESC LIMIT $4
