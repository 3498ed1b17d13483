-- purpose: bill runs of a month or of one before that are not at their end, the oldest first
-- locks: none
-- index: bill_run_under_way
SELECT run_id FROM read_model.bill_run
WHERE ledger_id = $1 AND generation = $2 AND status IN ('drafting', 'drafted', 'posting', 'reversing') AND month <= $3
ORDER BY position LIMIT 100
