-- purpose: when units top their maintenance fund up
-- locks: none
-- index: top_up_rule_pkey
SELECT
    fee_item_id, valid_from, position, below AS "below: _", top_up_to AS "top_up_to: _"
FROM read_model.top_up_rule
WHERE ledger_id = $1 AND generation = $2
ORDER BY fee_item_id, valid_from
