-- purpose: prepayment offers, the newest first
-- locks: none
-- index: prepayment_offer_by_position
SELECT
    offer_id, position, fee_item_id, months, free_months, valid_from, valid_until, end_reason AS "end_reason: _", approval_id
FROM read_model.prepayment_offer
WHERE ledger_id = $1 AND generation = $2 AND position < $3
ORDER BY position DESC LIMIT $4
