-- purpose: invoices, of one state, issued on some days, or all, the newest first
-- locks: none
-- index: invoice_by_position
SELECT
    invoice_id, position, payment_id, obligor_party_id, kind AS "kind: _", buyer AS "buyer: _", buyer_name_item_id,
    buyer_tax_number_item_id, amount AS "amount: _", net AS "net: _", tax AS "tax: _", requested_at, serial,
    status AS "status: _", number AS "number: _", issued_on, failed_because AS "failed_because: _", red_serial,
    red_reason AS "red_reason: _", red_confirmation AS "red_confirmation: _", red_number AS "red_number: _", red_on, taxes
FROM read_model.invoice
WHERE ledger_id = $1 AND generation = $2
    AND (status = $3 OR $3::text IS NULL) AND (issued_on >= $4 OR $4::date IS NULL)
    AND (issued_on < $5 OR $5::date IS NULL) AND position < $6
ORDER BY position DESC LIMIT $7
