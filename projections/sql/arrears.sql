-- purpose: accounts with open charges that were due before a day: what is open of them, since when, and the last day on
-- which the first of these claims is not yet time-barred: three years (Civil Code art. 188, 195) from its due date or from
-- what interrupted it since, which is a delivered demand, a promise or a part payment that was not undone
-- locks: none
-- index: charge_open
SELECT
    c.account_id, c.unit_id, u.code AS "unit_code?: _", c.building AS "building: _", sum(c.open) AS "open!: _",
    min(c.due_on) AS "oldest_due_on!", count(*) AS "charges!", min(l.limitation_on) AS "limitation_on!",
    coalesce(sum(c.open) FILTER (WHERE l.limitation_on < $3), 0) AS "time_barred!: _"
FROM read_model.charge c
LEFT JOIN read_model.unit u ON u.ledger_id = c.ledger_id AND u.generation = c.generation AND u.unit_id = c.unit_id
CROSS JOIN LATERAL (
    SELECT (greatest(c.due_on, c.interrupted_on, CASE WHEN c.paid > 0 THEN (
        SELECT max(a.value_on) FROM read_model.allocation a
        WHERE a.ledger_id = c.ledger_id AND a.generation = c.generation AND a.account_id = c.account_id
            AND a.charge_id = c.charge_id AND a.amount > a.undone
    ) END) + interval '3 years')::date AS limitation_on
) l
WHERE c.ledger_id = $1 AND c.generation = $2 AND c.open > 0 AND c.due_on < $3 AND c.account_id > $4
GROUP BY c.account_id, c.unit_id, u.code, c.building
ORDER BY c.account_id
LIMIT $5
