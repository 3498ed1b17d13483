-- purpose: applications for vacancy discounts, the newest first, of every stage or of one
-- locks: none
-- index: vacancy_by_position
SELECT
    vacancy_id, position, unit_id, fee_item_id, days_from, days_until, reason AS "reason: _", applied_by, applied_at,
    inspected_on, inspected_by, found AS "found: _", photos, discount_id, decline_reason AS "decline_reason: _",
    stage AS "stage: _"
FROM read_model.vacancy
WHERE ledger_id = $1 AND generation = $2 AND ($3::text IS NULL OR stage = $3) AND position < $4
ORDER BY position DESC LIMIT $5
