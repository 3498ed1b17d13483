-- purpose: what a draft of a bill run says of each unit, in the order of its chunks
-- locks: none
-- index: bill_run_unit_by_run
SELECT
    r.position, r.line, r.unit_id, u.code AS "unit_code: _", r.charges, r.amount AS "amount: _"
FROM read_model.bill_run_unit r
JOIN read_model.unit u ON u.ledger_id = r.ledger_id AND u.generation = r.generation AND u.unit_id = r.unit_id
WHERE r.ledger_id = $1 AND r.generation = $2 AND r.run_id = $3 AND (r.position, r.line) > ($4, $5)
ORDER BY r.position, r.line LIMIT $6
