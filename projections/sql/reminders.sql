-- purpose: the reminders of an account or of all, to one party or to all, the newest first
-- locks: none
-- index: reminder_by_account, or reminder_pkey
SELECT
    position, account_id, stage, party_id, open AS "open: _", oldest_due_on, channel AS "channel: _",
    skipped_because AS "skipped_because: _", effective_on, recorded_at
FROM read_model.reminder
WHERE ledger_id = $1 AND generation = $2
    AND (account_id = $3 OR $3 IS NULL) AND (party_id = $4 OR $4::uuid IS NULL) AND position < $5
ORDER BY position DESC LIMIT $6
