-- purpose: bill runs of a month or of one before that are not complete, the oldest first
-- locks: none
-- index: bill_run_by_position
SELECT run_id FROM read_model.bill_run
WHERE ledger_id = $1 AND generation = $2 AND month <= $3 AND completed_at IS NULL
ORDER BY position LIMIT 100
