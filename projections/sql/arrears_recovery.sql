-- purpose: open principal of earlier periods at the start of a period, and what was recovered of it until a month
-- locks: none
-- index: collection_pkey
SELECT
    coalesce(sum(charged), 0)
        - coalesce(sum(lowered + written_off + collected) FILTER (WHERE effective_month < $3), 0)
        - coalesce(sum(lowered) FILTER (WHERE effective_month >= $3), 0) AS "to_recover!: _",
    coalesce(sum(collected) FILTER (WHERE effective_month >= $3), 0) AS "recovered!: _"
FROM read_model.collection
WHERE ledger_id = $1 AND generation = $2 AND period < $3 AND effective_month <= $4 AND fund = $5
