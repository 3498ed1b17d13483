-- purpose: whether anybody of a kind can sign in, asked once at start
-- locks: none
-- index: none; the table has one row per principal
SELECT EXISTS (SELECT FROM identity.sign_in WHERE principal_kind = $1) AS "any!"
