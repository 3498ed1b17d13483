-- purpose: stops the projection of a ledger whose next event the database refuses to hold
-- locks: the checkpoint
-- index: checkpoint_current
UPDATE read_model.checkpoint
SET stopped_at_position = position + 1, stopped_because = $2
WHERE ledger_id = $1 AND is_current
