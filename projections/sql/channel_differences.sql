-- purpose: what a day's bill and the log differed in, the newest first
-- locks: none
-- index: channel_difference_of_day
SELECT
    channel_difference_id, position, channel_day_id, kind AS "kind: _", reference AS "reference: _", community_id,
    theirs AS "theirs: _", ours AS "ours: _", status AS "status: _", note AS "note: _"
FROM read_model.channel_difference
WHERE ledger_id = $1 AND generation = $2 AND channel_day_id = $3 AND position < $4
ORDER BY position DESC LIMIT $5
