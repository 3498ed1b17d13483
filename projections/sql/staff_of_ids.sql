-- purpose: some members of staff
-- locks: none
-- index: staff_pkey
SELECT
    staff_id, name_item_id, active
FROM read_model.staff
WHERE ledger_id = $1 AND generation = $2 AND staff_id = ANY($3::uuid[])
ORDER BY staff_id
