-- purpose: free credit, which no late fee grows beside: its lots, the oldest first
-- locks: none
-- index: a scan of what is unspent
SELECT
    lot_id, account_id, holder_party_id, earmark_fee_item_id, unspent AS "unspent: _", value_on
FROM read_model.credit_lot
WHERE ledger_id = $1 AND generation = $2 AND unspent > 0 AND NOT held_back AND fund = 'operating'
ORDER BY position
