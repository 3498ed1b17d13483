-- purpose: refunds that a provider may still pay, the newest first
-- locks: none
-- index: refund_at_provider
SELECT
    refund_id, position, account_id, lot_id, payment_id, holder_party_id, fund AS "fund: _", amount AS "amount: _",
    reason AS "reason: _", status AS "status: _", channel_account_id, value_on, deposit_id, sent_at,
    sent_by_channel_account_id, channel_number, channel_reference AS "channel_reference: _",
    channel_status AS "channel_status: _"
FROM read_model.refund
WHERE ledger_id = $1 AND generation = $2 AND channel_status IN ('sent', 'accepted', 'abnormal', 'withdrawn')
    AND position < $3
ORDER BY position DESC LIMIT $4
