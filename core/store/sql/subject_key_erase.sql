-- purpose: erases a subject: what is sealed under its key can never be read again (key store)
-- locks: the row
-- index: subject_key_pkey
DELETE FROM subject_key WHERE subject_id = $1
