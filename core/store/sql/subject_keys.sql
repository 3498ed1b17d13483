-- purpose: the keys of some subjects (key store)
-- locks: none
-- index: subject_key_pkey
SELECT subject_id, wrapped_key FROM subject_key WHERE subject_id = ANY($1::uuid[])
