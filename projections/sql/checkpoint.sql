-- purpose: which generation a ledger is read from, and the position its rows reflect
-- locks: none
-- index: checkpoint_current
SELECT generation, position, stopped_at_position, stopped_because
FROM read_model.checkpoint
WHERE ledger_id = $1 AND is_current
