-- purpose: one refund
-- locks: none
-- index: refund_pkey
SELECT
    refund_id, position, account_id, lot_id, payment_id, holder_party_id, fund AS "fund: _", amount AS "amount: _",
    reason AS "reason: _", status AS "status: _", channel_account_id, value_on, deposit_id
FROM read_model.refund
WHERE ledger_id = $1 AND generation = $2 AND refund_id = $3
ORDER BY refund_id
