-- purpose: what bills and the log differ in and nobody explained, the newest first
-- locks: none
-- index: channel_difference_open
SELECT
    channel_difference_id, position, channel_day_id, kind AS "kind: _", reference AS "reference: _", community_id,
    theirs AS "theirs: _", ours AS "ours: _", status AS "status: _", note AS "note: _"
FROM read_model.channel_difference
WHERE ledger_id = $1 AND generation = $2 AND status = 'open' AND position < $3
ORDER BY position DESC LIMIT $4
