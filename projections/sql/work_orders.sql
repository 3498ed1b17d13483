-- purpose: work orders, the newest first; all, or of one status
-- locks: none
-- index: work_order_by_status, or work_order_by_position
SELECT
    work_order_id, position, kind AS "kind: _", category AS "category: _", priority AS "priority: _", unit_id,
    place AS "place: _", reporter_person_id, description_item_id, assignee_staff_id, due_at, quoted AS "quoted: _",
    quotation_accepted, charge_id, stars, submitted_at, changed_at, status AS "status: _"
FROM read_model.work_order
WHERE ledger_id = $1 AND generation = $2
    AND (status = $3 OR $3 IS NULL) AND (assignee_staff_id = $4 OR $4 IS NULL) AND position < $5
ORDER BY position DESC LIMIT $6
