-- purpose: ledgers that a generation does not hold yet, the largest first, so that workers end together
-- locks: none
-- index: log_head_pkey, checkpoint_pkey
SELECT h.ledger_id, h.size
FROM log_head h
WHERE h.size > 0 AND (h.ledger_id = ANY($2) OR $3)
    AND NOT EXISTS (
        SELECT FROM read_model.checkpoint c WHERE c.ledger_id = h.ledger_id AND c.generation = $1)
ORDER BY h.size DESC, h.ledger_id
