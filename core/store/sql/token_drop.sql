-- purpose: sign out
-- locks: the row
-- index: token_pkey
DELETE FROM identity.token WHERE token_hash = $1
