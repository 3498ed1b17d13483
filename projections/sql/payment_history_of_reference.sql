-- purpose: payments of an old system with a number within some days, the newest first
-- locks: none
-- index: payment_history_by_reference
SELECT DISTINCT ON (h.paid_on, h.history_id)
    h.import_id, h.history_id, h.position, h.account_id, h.item AS "item: _", h.fee_item_id, h.service_from, h.service_until,
    h.paid_on, h.due AS "due: _", h.paid AS "paid: _", h.reference AS "reference: _", h.note_item_id
FROM read_model.payment_history h
JOIN read_model.import i ON i.ledger_id = $1 AND i.generation = $2 AND i.import_id = h.import_id
WHERE h.ledger_id = $1 AND h.generation = $2 AND h.reference = $3
    AND h.paid_on >= $4 AND (h.paid_on, h.history_id) < ($5, $6) AND i.withdrawn_at IS NULL
ORDER BY h.paid_on DESC, h.history_id DESC LIMIT $7
