-- purpose: approvals, the newest first; all, or of one status
-- locks: none
-- index: approval_by_status, or approval_by_position
SELECT
    approval_id, position, operation AS "operation: _", digest AS "digest: _", payload, reason AS "reason: _",
    requested_by, requested_at, decided_by, decided_at, status AS "status: _",
    amount AS "amount: _"
FROM read_model.approval
WHERE ledger_id = $1 AND generation = $2
    AND (status = $3 OR $3 IS NULL) AND position < $4
ORDER BY position DESC LIMIT $5
