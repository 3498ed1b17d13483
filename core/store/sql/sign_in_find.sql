-- purpose: who signs in under a name
-- locks: none
-- index: sign_in_pkey
SELECT name, principal_kind, principal_id, ledger_id, password_hash
FROM identity.sign_in
WHERE name = $1
