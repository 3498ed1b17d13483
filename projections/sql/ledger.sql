-- purpose: what the ledger is
-- locks: none
-- index: ledger_pkey
SELECT
    stream_id, kind AS "kind: _", parent_ledger_id, code AS "code: _", clock AS "clock: _"
FROM read_model.ledger
WHERE ledger_id = $1 AND generation = $2
ORDER BY stream_id
