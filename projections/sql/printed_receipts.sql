-- purpose: receipts as they are printed, by number: with their payments, and the receipts before and after them
-- locks: none
-- index: receipt_pkey, payment_pkey, invoice_pkey, shift_pkey, receipt_by_payment
SELECT
    r.receipt_id, r.position, r.payment_id, r.series AS "series: _", r.number AS "number: _", r.obligor_party_id, r.issued_on,
    r.amount AS "amount: _", r.prints, r.status AS "status: _", p.channel_account_id, p.channel AS "channel: _",
    p.reference AS "reference: _", p.value_on, p.payer_item_id, s.cashier_staff_id AS "cashier_staff_id?",
    (
        SELECT o.number FROM read_model.receipt o
        WHERE o.ledger_id = $1 AND o.generation = $2 AND o.receipt_id = r.replaces_receipt_id
    ) AS "replaces: _",
    (
        SELECT min(n.number) FROM read_model.receipt n
        WHERE n.ledger_id = $1 AND n.generation = $2 AND n.payment_id = r.payment_id
            AND n.replaces_receipt_id = r.receipt_id
    ) AS "replaced_by: _",
    i.number AS "exchanged_for?: _"
FROM read_model.receipt r
JOIN read_model.payment p ON p.ledger_id = $1 AND p.generation = $2 AND p.payment_id = r.payment_id
LEFT JOIN read_model.invoice i ON i.ledger_id = $1 AND i.generation = $2 AND i.invoice_id = r.invoice_id
LEFT JOIN read_model.shift s ON s.ledger_id = $1 AND s.generation = $2 AND s.shift_id = p.shift_id
WHERE r.ledger_id = $1 AND r.generation = $2 AND r.receipt_id = ANY($3::uuid[])
ORDER BY r.number
