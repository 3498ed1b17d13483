-- purpose: moves the checkpoints of folded ledgers, and notes which of them stopped and why (0 and '': did not stop)
-- locks: the checkpoints, which the transaction holds already
-- index: checkpoint_pkey
UPDATE read_model.checkpoint c
SET position = moved.position, stopped_at_position = nullif(moved.stopped_at_position, 0),
    stopped_because = nullif(moved.stopped_because, '')
FROM unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::bigint[], $5::text[])
    AS moved (ledger_id, generation, position, stopped_at_position, stopped_because)
WHERE c.ledger_id = moved.ledger_id AND c.generation = moved.generation
