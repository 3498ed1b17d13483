-- purpose: a ledger is no longer read from a generation; its rows there are thrown away later
-- locks: the checkpoint
-- index: checkpoint_pkey
UPDATE read_model.checkpoint SET is_current = false WHERE ledger_id = $1 AND generation = $2
