-- purpose: ledgers that one of these reactors has not answered to the end, but for those it stopped at
-- locks: none
-- index: log_head_pkey and reactor.checkpoint_pkey, a row per ledger for each reactor
SELECT DISTINCT h.ledger_id
FROM log_head h
CROSS JOIN unnest($1::text[]) AS known (reactor)
LEFT JOIN reactor.checkpoint c ON c.ledger_id = h.ledger_id AND c.reactor = known.reactor
WHERE h.size > coalesce(c.position, 0) AND h.ledger_id <> ALL ($2::uuid[])
ORDER BY h.ledger_id
