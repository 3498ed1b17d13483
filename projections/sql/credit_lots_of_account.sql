-- purpose: the lots of an account, all or only those with unspent credit, of all or of one holder
-- locks: none
-- index: credit_lot_by_account
SELECT
    lot_id, position, account_id, payment_id, holder_party_id, fund AS "fund: _", earmark_fee_item_id, held_back,
    amount AS "amount: _", unspent AS "unspent: _", value_on, opening_id
FROM read_model.credit_lot
WHERE ledger_id = $1 AND generation = $2
    AND account_id = $3 AND position > $4 AND (unspent > 0 OR NOT $5)
    AND ($6::uuid IS NULL OR holder_party_id = $6)
ORDER BY position LIMIT $7
