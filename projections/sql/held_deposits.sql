-- purpose: the deposits that are held, those taken first before the others
-- locks: none
-- index: deposit_by_age
SELECT
    deposit_id, payer_party_id, position, account_id, fee_item_id, opening_id, old_receipt AS "old_receipt: _", taken_on,
    taken AS "taken: _", returned AS "returned: _", forfeited AS "forfeited: _", held AS "held: _"
FROM read_model.deposit
WHERE ledger_id = $1 AND generation = $2
    AND held > 0 AND (taken_on, position) > ($3, $4)
ORDER BY taken_on, position LIMIT $5
