-- purpose: invoices of which the provider is to say something, the newest first
-- locks: none
-- index: invoice_ongoing
SELECT
    invoice_id, position, payment_id, obligor_party_id, kind AS "kind: _", buyer AS "buyer: _", buyer_name_item_id,
    buyer_tax_number_item_id, amount AS "amount: _", net AS "net: _", tax AS "tax: _", requested_at, serial,
    status AS "status: _", number AS "number: _", issued_on, failed_because AS "failed_because: _", red_serial,
    red_reason AS "red_reason: _", red_confirmation AS "red_confirmation: _", red_number AS "red_number: _", red_on, taxes
FROM read_model.invoice
WHERE ledger_id = $1 AND generation = $2
    AND status IN ('requested', 'submitted', 'red_requested', 'red_confirmed') AND position < $3
ORDER BY position DESC LIMIT $4
