-- purpose: the roles of some staff, those that hold
-- locks: none
-- index: staff_role_pkey
SELECT
    staff_id, role AS "role: _", community_id, active
FROM read_model.staff_role
WHERE ledger_id = $1 AND generation = $2 AND staff_id = ANY($3) AND active
ORDER BY staff_id, role, community_id
