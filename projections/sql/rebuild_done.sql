-- purpose: notes that a ledger is loaded into a generation that nobody reads yet
-- locks: the new row
-- index: checkpoint_pkey
INSERT INTO read_model.checkpoint (ledger_id, generation, position, is_current) VALUES ($1, $2, $3, false)
