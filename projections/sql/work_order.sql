-- purpose: one work order
-- locks: none
-- index: work_order_pkey
SELECT
    work_order_id, position, kind AS "kind: _", category AS "category: _", priority AS "priority: _", unit_id,
    place AS "place: _", reporter_person_id, description_item_id, assignee_staff_id, due_at, quoted AS "quoted: _",
    quotation_accepted, charge_id, stars, submitted_at, changed_at, status AS "status: _"
FROM read_model.work_order
WHERE ledger_id = $1 AND generation = $2 AND work_order_id = $3
ORDER BY work_order_id
