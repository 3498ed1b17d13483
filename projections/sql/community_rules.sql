-- purpose: the rules of the community
-- locks: none
-- index: community_rules_pkey
SELECT
    stream_id, allocation_policy AS "allocation_policy: _", notice_days, go_live_on, bill_runs_need_approval,
    cash_rounding_limit AS "cash_rounding_limit: _"
FROM read_model.community_rules
WHERE ledger_id = $1 AND generation = $2
ORDER BY stream_id
