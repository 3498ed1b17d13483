-- purpose: whose token it is
-- locks: none
-- index: token_pkey, sign_in_pkey
SELECT sign_in.name, sign_in.principal_kind, sign_in.principal_id, sign_in.ledger_id, token.expires_at
FROM identity.token JOIN identity.sign_in ON sign_in.name = token.sign_in_name
WHERE token.token_hash = $1 AND token.expires_at > $2
