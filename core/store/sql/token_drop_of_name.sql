-- purpose: a changed password ends every session of the name
-- locks: the rows
-- index: token_sign_in_name
DELETE FROM identity.token WHERE sign_in_name = $1
