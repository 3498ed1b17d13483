-- purpose: whether the key store holds any key (key store)
-- locks: none
-- index: subject_key_pkey, index_key_pkey, one row each
SELECT (EXISTS (SELECT FROM subject_key) OR EXISTS (SELECT FROM index_key)) AS "in_use!"
