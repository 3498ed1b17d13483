-- purpose: what a bill run did not bill, and why, of one reason or of all, in the order it was found
-- locks: none
-- index: bill_run_skip_by_run
SELECT
    s.position, s.line, s.unit_id, u.code AS "unit_code: _", s.fee_item_id, s.service_from, s.service_until,
    s.reason, s.missing
FROM read_model.bill_run_skip s
JOIN read_model.unit u ON u.ledger_id = s.ledger_id AND u.generation = s.generation AND u.unit_id = s.unit_id
WHERE s.ledger_id = $1 AND s.generation = $2 AND s.run_id = $3 AND (s.reason = $4 OR $4 IS NULL)
    AND (s.position, s.line) > ($5, $6)
ORDER BY s.position, s.line LIMIT $7
