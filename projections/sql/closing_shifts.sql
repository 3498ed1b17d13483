-- purpose: shifts that were opened by the end of a month and are not closed, the oldest first
-- locks: none
-- index: shift_open
SELECT shift_id FROM read_model.shift
WHERE ledger_id = $1 AND generation = $2 AND opened_at < $3 AND closed_at IS NULL
ORDER BY opened_at, shift_id LIMIT 100
