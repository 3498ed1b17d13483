-- purpose: a voucher, with whose word it stands on
-- locks: none
-- index: voucher_pkey, approved_command_pkey
SELECT
    v.voucher_id, v.purse AS "purse: _", v.period AS "period: _", v.number, v.effective_on, v.event_type AS "event_type: _",
    v.event_type AS "summary: _",
    v.facts, v.lines, v.amount AS "amount: _", v.attachments, v.first_position, v.last_position, v.recorded_at,
    v.actor_kind AS "actor_kind: _", v.actor_id, v.command_id,
    coalesce(own.requested_by, first.requested_by) AS "requested_by?",
    CASE WHEN own.command_id IS NULL THEN first.approved_by ELSE own.approved_by END AS "approved_by?",
    CASE WHEN own.command_id IS NULL THEN first.approval_id ELSE own.approval_id END AS "approval_id?"
FROM read_model.voucher v
LEFT JOIN read_model.approved_command own ON own.ledger_id = v.ledger_id AND own.generation = v.generation
    AND own.command_id = v.command_id
LEFT JOIN read_model.approved_command first ON first.ledger_id = v.ledger_id AND first.generation = v.generation
    AND first.command_id = v.correlation_id
WHERE v.ledger_id = $1 AND v.generation = $2 AND v.voucher_id = $3
