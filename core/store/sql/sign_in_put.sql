-- purpose: give a principal a sign-in name and password, or change its password; somebody else's name is left alone
-- locks: the row
-- index: sign_in_pkey
INSERT INTO identity.sign_in (name, principal_kind, principal_id, ledger_id, password_hash, changed_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (name) DO UPDATE
SET password_hash = excluded.password_hash, changed_at = excluded.changed_at
WHERE sign_in.principal_id = excluded.principal_id AND sign_in.ledger_id = excluded.ledger_id
