-- purpose: keeps the live fold of a ledger still while it moves to another generation
-- locks: the checkpoint, until the transaction ends
-- index: checkpoint_current
SELECT generation, position FROM read_model.checkpoint WHERE ledger_id = $1 AND is_current FOR UPDATE
