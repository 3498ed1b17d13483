-- purpose: staff by id
-- locks: none
-- index: staff_pkey
SELECT
    staff_id, name_item_id, active
FROM read_model.staff
WHERE ledger_id = $1 AND generation = $2 AND staff_id > $3
ORDER BY staff_id LIMIT $4
