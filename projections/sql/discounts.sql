-- purpose: discounts, the newest first, of every kind or of one
-- locks: none
-- index: discount_by_position
SELECT
    discount_id, position, unit_id, fee_item_id, kind AS "kind: _", off AS "off: _", per_month AS "per_month: _",
    free_months, of_months, offer_id, days_from, days_until, ended, reason AS "reason: _", end_reason AS "end_reason: _", approval_id, requested_by,
    approved_by
FROM read_model.discount
WHERE ledger_id = $1 AND generation = $2 AND ($3::text IS NULL OR kind = $3) AND position < $4
ORDER BY position DESC LIMIT $5
