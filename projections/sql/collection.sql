-- purpose: net charges of periods and what was collected of them until a month, by period, building and fee item
-- locks: none
-- index: collection_pkey
SELECT
    period AS "period: _", building, fee_item_id, fund AS "fund: _",
    sum(charged - lowered) AS "net!: _", sum(collected) AS "collected!: _"
FROM read_model.collection
WHERE ledger_id = $1 AND generation = $2 AND period BETWEEN $3 AND $4 AND effective_month <= $5
GROUP BY period, building, fee_item_id, fund
ORDER BY period, building, fee_item_id
