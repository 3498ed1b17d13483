-- purpose: payments with money in suspense, the oldest first
-- locks: none
-- index: payment_by_age_in_suspense
SELECT
    payment_id, position, channel_account_id, channel AS "channel: _", purse AS "purse: _",
    reference AS "reference: _", amount AS "amount: _", identified AS "identified: _", returned AS "returned: _",
    suspense AS "suspense: _", value_on, effective_on, recorded_at, shift_id, payer_item_id, status AS "status: _",
    payer_account_item_id, remark_item_id, method AS "method: _", match_status AS "match_status: _", bounced_on, bounce_effective_on,
    tendered AS "tendered: _", change AS "change: _", rounding AS "rounding: _", named_order_id
FROM read_model.payment
WHERE ledger_id = $1 AND generation = $2
    AND suspense > 0 AND (value_on, position) > ($3, $4)
ORDER BY value_on, position LIMIT $5
