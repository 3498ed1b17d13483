-- purpose: the index key of a company (key store)
-- locks: none
-- index: index_key_pkey
SELECT wrapped_key FROM index_key WHERE ledger_id = $1
