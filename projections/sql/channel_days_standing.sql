-- purpose: how reconciled days of a company's channel accounts stand, as one of its communities sees it
-- locks: none
-- index: channel_day_by_day, channel_difference_of_day
SELECT
    d.channel_account_id, d.day, d.signed_off_at IS NOT NULL AS "signed_off!",
    EXISTS (
        SELECT FROM read_model.channel_difference x
        WHERE x.ledger_id = d.ledger_id AND x.generation = d.generation AND x.channel_day_id = d.channel_day_id
            AND x.community_id = $6
    ) AS "differs_here!"
FROM read_model.channel_day d
WHERE d.ledger_id = $1 AND d.generation = $2 AND d.channel_account_id = ANY ($3::uuid[]) AND d.day BETWEEN $4 AND $5
