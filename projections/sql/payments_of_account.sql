-- purpose: the payments whose money became credit of an account, the newest first
-- locks: none
-- index: credit_lot_by_account, payment_pkey
SELECT
    payment_id, position, channel_account_id, channel AS "channel: _", purse AS "purse: _",
    reference AS "reference: _", amount AS "amount: _", identified AS "identified: _", returned AS "returned: _",
    suspense AS "suspense: _", value_on, effective_on, recorded_at, shift_id, payer_item_id, status AS "status: _",
    payer_account_item_id, remark_item_id
FROM read_model.payment
WHERE ledger_id = $1 AND generation = $2
    AND payment_id IN (
        SELECT l.payment_id FROM read_model.credit_lot l
        WHERE l.ledger_id = $1 AND l.generation = $2 AND l.account_id = $3)
    AND position < $4
ORDER BY position DESC LIMIT $5
