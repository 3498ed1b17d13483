-- purpose: of given accounts: what is open that was due before a day, since when, and the last day on which the first of
-- these claims is not yet time-barred: three years (Civil Code art. 188, 195) from its due date or from what interrupted it
-- since, which is a delivered demand, a promise or a part payment that was not undone
-- locks: none
-- index: account_pkey, charge_open
SELECT
    o.account_id, o.unit_id, u.code AS "unit_code?: _", o.building AS "building: _",
    coalesce(sum(c.open), 0) AS "open!: _", min(c.due_on) AS oldest_due_on, count(c.charge_id) AS "charges!",
    min(l.limitation_on) AS limitation_on,
    coalesce(sum(c.open) FILTER (WHERE l.limitation_on < $3), 0) AS "time_barred!: _"
FROM read_model.account o
LEFT JOIN read_model.unit u ON u.ledger_id = o.ledger_id AND u.generation = o.generation AND u.unit_id = o.unit_id
LEFT JOIN read_model.charge c
    ON c.ledger_id = o.ledger_id AND c.generation = o.generation AND c.account_id = o.account_id
        AND c.open > 0 AND c.due_on < $3
LEFT JOIN LATERAL (
    SELECT (greatest(c.due_on, c.interrupted_on, CASE WHEN c.paid > 0 THEN (
        SELECT max(a.value_on) FROM read_model.allocation a
        WHERE a.ledger_id = c.ledger_id AND a.generation = c.generation AND a.account_id = c.account_id
            AND a.charge_id = c.charge_id AND a.amount > a.undone
    ) END) + interval '3 years')::date AS limitation_on
) l ON c.charge_id IS NOT NULL
WHERE o.ledger_id = $1 AND o.generation = $2 AND o.account_id = ANY($4)
GROUP BY o.account_id, o.unit_id, u.code, o.building
ORDER BY o.account_id
