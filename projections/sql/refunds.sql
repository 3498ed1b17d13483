-- purpose: refunds of an account or of all, of one holder or of all, the newest first
-- locks: none
-- index: refund_by_account, or refund_by_position
SELECT
    refund_id, position, account_id, lot_id, payment_id, holder_party_id, fund AS "fund: _", amount AS "amount: _",
    reason AS "reason: _", status AS "status: _", channel_account_id, value_on, deposit_id, sent_at,
    sent_by_channel_account_id, channel_number, channel_reference AS "channel_reference: _",
    channel_status AS "channel_status: _"
FROM read_model.refund
WHERE ledger_id = $1 AND generation = $2
    AND (account_id = $3 OR $3 IS NULL) AND (holder_party_id = $4 OR $4::uuid IS NULL) AND position < $5
ORDER BY position DESC LIMIT $6
