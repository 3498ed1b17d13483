-- purpose: keeps keys of subjects that have none; its own commit, before anything is sealed under them (key store)
-- locks: the new rows
-- index: subject_key_pkey
INSERT INTO subject_key (subject_id, wrapped_key, created_at)
SELECT fresh.subject_id, fresh.wrapped_key, $3
FROM UNNEST($1::uuid[], $2::bytea[]) AS fresh (subject_id, wrapped_key)
ON CONFLICT (subject_id) DO NOTHING
