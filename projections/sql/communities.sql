-- purpose: communities by id
-- locks: none
-- index: community_pkey
SELECT
    community_id, code AS "code: _", name AS "name: _"
FROM read_model.community
WHERE ledger_id = $1 AND generation = $2 AND community_id > $3
ORDER BY community_id LIMIT $4
