-- purpose: remember the hash of a bearer token
-- locks: the row
-- index: token_pkey
INSERT INTO identity.token (token_hash, sign_in_name, issued_at, expires_at) VALUES ($1, $2, $3, $4)
