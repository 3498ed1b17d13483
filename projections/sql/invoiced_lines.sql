-- purpose: the lines of an invoice
-- locks: none
-- index: invoiced_line_pkey
SELECT
    invoice_id, line, account_id, fee_item_id, tax_code AS "tax_code: _", short_name AS "short_name: _",
    name AS "name: _", service_from, service_until, vat_category AS "vat_category: _", vat_rate AS "vat_rate: _",
    amount AS "amount: _", net AS "net: _", tax AS "tax: _"
FROM read_model.invoiced_line
WHERE ledger_id = $1 AND generation = $2 AND invoice_id = $3
ORDER BY line
