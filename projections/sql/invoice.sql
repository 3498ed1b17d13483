-- purpose: one invoice
-- locks: none
-- index: invoice_pkey
SELECT
    invoice_id, position, payment_id, obligor_party_id, kind AS "kind: _", buyer AS "buyer: _", buyer_name_item_id,
    buyer_tax_number_item_id, amount AS "amount: _", net AS "net: _", tax AS "tax: _", requested_at, serial,
    status AS "status: _", number AS "number: _", issued_on, failed_because AS "failed_because: _", red_serial,
    red_reason AS "red_reason: _", red_confirmation AS "red_confirmation: _", red_number AS "red_number: _", red_on, taxes
FROM read_model.invoice
WHERE ledger_id = $1 AND generation = $2 AND invoice_id = $3
ORDER BY invoice_id
