-- purpose: the one append: moves each ledger's head if it is still where this lane knew it, and only then writes the rows
-- locks: one log_head row per ledger, for the length of this statement; a head that moved writes nothing and is not returned
-- index: log_head_pkey, event_pkey, event_stream_version_unique, command_pkey, vault_item_pkey
WITH moved AS (
    UPDATE log_head AS head
    SET size = want.new_size, root = want.new_root, frontier = want.frontier, recorded_at = want.recorded_at
    FROM UNNEST($1::uuid[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bytea[], $6::bytea[], $7::timestamptz[], $8::boolean[])
        AS want (ledger_id, old_size, old_root, new_size, new_root, frontier, recorded_at, by_system_clock)
    WHERE head.ledger_id = want.ledger_id AND head.size = want.old_size AND head.root = want.old_root
      AND (NOT want.by_system_clock
           OR want.recorded_at BETWEEN clock_timestamp() - interval '5 seconds' AND clock_timestamp() + interval '5 seconds')
    RETURNING head.ledger_id
), events AS (
    INSERT INTO event (ledger_id, position, stream_id, stream_version, body, leaf_hash)
    SELECT row.ledger_id, row.position, row.stream_id, row.stream_version, row.body, row.leaf_hash
    FROM UNNEST($9::uuid[], $10::bigint[], $11::uuid[], $12::bigint[], $13::bytea[], $14::bytea[])
        AS row (ledger_id, position, stream_id, stream_version, body, leaf_hash)
    JOIN moved USING (ledger_id)
), commands AS (
    INSERT INTO command (ledger_id, command_id, request_digest, first_position, last_position)
    SELECT row.ledger_id, row.command_id, row.request_digest, row.first_position, row.last_position
    FROM UNNEST($15::uuid[], $16::uuid[], $17::bytea[], $18::bigint[], $19::bigint[])
        AS row (ledger_id, command_id, request_digest, first_position, last_position)
    JOIN moved USING (ledger_id)
), vault AS (
    INSERT INTO vault_item (ledger_id, item_id, subject_id, nonce, ciphertext)
    SELECT row.ledger_id, row.item_id, row.subject_id, row.nonce, row.ciphertext
    FROM UNNEST($20::uuid[], $21::uuid[], $22::uuid[], $23::bytea[], $24::bytea[])
        AS row (ledger_id, item_id, subject_id, nonce, ciphertext)
    JOIN moved USING (ledger_id)
)
SELECT ledger_id FROM moved
