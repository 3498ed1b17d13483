-- purpose: whose account it is, and its balance before a day
-- locks: none
-- index: account_pkey, unit_pkey, statement_line_pkey
SELECT
    u.code AS "code?: _",
    (
        SELECT coalesce(sum(l.effect), 0.00)
        FROM read_model.statement_line l
        WHERE l.ledger_id = $1 AND l.generation = $2 AND l.account_id = $3 AND l.effective_on < $4
    ) AS "balance!: _"
FROM read_model.account a
LEFT JOIN read_model.unit u ON u.ledger_id = $1 AND u.generation = $2 AND u.unit_id = a.unit_id
WHERE a.ledger_id = $1 AND a.generation = $2 AND a.account_id = $3
