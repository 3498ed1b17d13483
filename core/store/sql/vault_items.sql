-- purpose: sealed items of a ledger
-- locks: none
-- index: vault_item_pkey
SELECT item_id, subject_id, nonce, ciphertext
FROM vault_item
WHERE ledger_id = $1 AND item_id = ANY($2::uuid[])
