-- purpose: accounts with free credit of a holder who owes something on them
-- locks: none
-- index: a scan of the ledger's credit, charge_open
SELECT DISTINCT l.account_id
FROM read_model.credit_lot l
JOIN read_model.charge c ON c.ledger_id = l.ledger_id AND c.generation = l.generation AND c.account_id = l.account_id
    AND c.open > 0 AND c.fund IN ('operating', 'pass_through')
    AND l.holder_party_id IN (c.obligor_party_id, c.agreed_payer_party_id)
    AND (l.earmark_fee_item_id IS NULL OR l.earmark_fee_item_id = c.fee_item_id)
WHERE l.ledger_id = $1 AND l.generation = $2 AND l.unspent > 0 AND NOT l.held_back AND l.fund = 'operating'
ORDER BY l.account_id
