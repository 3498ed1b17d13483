-- purpose: campaigns, the newest first
-- locks: none
-- index: campaign_by_position
SELECT
    campaign_id, position, fee_item_id, name AS "name: _", scope, off AS "off: _", per_month AS "per_month: _", days_from,
    days_until, end_reason AS "end_reason: _", approval_id
FROM read_model.campaign
WHERE ledger_id = $1 AND generation = $2 AND position < $3
ORDER BY position DESC LIMIT $4
