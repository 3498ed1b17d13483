-- purpose: a ledger is read from a generation from now on
-- locks: the checkpoint
-- index: checkpoint_pkey
UPDATE read_model.checkpoint SET is_current = true WHERE ledger_id = $1 AND generation = $2
