-- purpose: one approval
-- locks: none
-- index: approval_pkey
SELECT
    approval_id, position, operation AS "operation: _", digest AS "digest: _", payload, reason AS "reason: _",
    requested_by, requested_at, decided_by, decided_at, status AS "status: _",
    amount AS "amount: _"
FROM read_model.approval
WHERE ledger_id = $1 AND generation = $2 AND approval_id = $3
ORDER BY approval_id
