-- purpose: read model: what the provider says of a refund that goes back the way its money came

ALTER TABLE read_model.refund ADD COLUMN sent_at timestamptz;
ALTER TABLE read_model.refund ADD COLUMN sent_by_channel_account_id uuid;
ALTER TABLE read_model.refund ADD COLUMN channel_number text COLLATE "C";
ALTER TABLE read_model.refund ADD COLUMN channel_reference text COLLATE "C";
ALTER TABLE read_model.refund ADD COLUMN channel_status text COLLATE "C";

CREATE INDEX refund_at_provider ON read_model.refund (ledger_id, generation, position)
    WHERE channel_status IN ('sent', 'accepted', 'abnormal', 'withdrawn');

SELECT read_model.outdate('refund');
