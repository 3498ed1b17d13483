-- purpose: forgets a ledger in a generation whose rows of it are gone
-- locks: the checkpoint
-- index: checkpoint_pkey
DELETE FROM read_model.checkpoint WHERE ledger_id = $1 AND generation = $2
