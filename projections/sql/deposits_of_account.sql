-- purpose: the deposits of an account in the order they were taken, of all or of one payer
-- locks: none
-- index: deposit_by_account
SELECT
    deposit_id, payer_party_id, position, account_id, fee_item_id, opening_id, old_receipt AS "old_receipt: _", taken_on,
    taken AS "taken: _", returned AS "returned: _", forfeited AS "forfeited: _", held AS "held: _"
FROM read_model.deposit
WHERE ledger_id = $1 AND generation = $2 AND account_id = $3 AND position > $4
    AND ($5::uuid IS NULL OR payer_party_id = $5)
ORDER BY position LIMIT $6
