-- purpose: keeps a company's index key unless it has one; its own commit, before anything derives from it (key store)
-- locks: the new row
-- index: index_key_pkey
INSERT INTO index_key (ledger_id, wrapped_key) VALUES ($1, $2)
ON CONFLICT (ledger_id) DO NOTHING
