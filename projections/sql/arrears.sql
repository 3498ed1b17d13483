-- purpose: accounts with open charges that were due before a day, with what is open of them and since when
-- locks: none
-- index: charge_open
SELECT
    c.account_id, c.unit_id, u.code AS "unit_code?: _", c.building AS "building: _", sum(c.open) AS "open!: _",
    min(c.due_on) AS "oldest_due_on!", count(*) AS "charges!"
FROM read_model.charge c
LEFT JOIN read_model.unit u ON u.ledger_id = c.ledger_id AND u.generation = c.generation AND u.unit_id = c.unit_id
WHERE c.ledger_id = $1 AND c.generation = $2 AND c.open > 0 AND c.due_on < $3 AND c.account_id > $4
GROUP BY c.account_id, c.unit_id, u.code, c.building
ORDER BY c.account_id
LIMIT $5
