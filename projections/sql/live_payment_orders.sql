-- purpose: payment orders that can be paid, the newest first
-- locks: none
-- index: payment_order_live
SELECT
    payment_order_id, position, method AS "method: _", channel_account_id, purse AS "purse: _", amount AS "amount: _",
    created_at, expires_at, payer_item_id, status AS "status: _", closed_for AS "closed_for: _", payment_id,
    received AS "received: _", spent AS "spent: _"
FROM read_model.payment_order
WHERE ledger_id = $1 AND generation = $2 AND status = 'live' AND position < $3
ORDER BY position DESC LIMIT $4
