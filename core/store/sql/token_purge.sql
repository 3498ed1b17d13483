-- purpose: forget tokens that have expired
-- locks: the rows
-- index: token_expires_at
DELETE FROM identity.token WHERE expires_at <= $1
