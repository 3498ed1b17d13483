-- purpose: read model: by what a payment came, what the system found of its line, and when the bank took it back

ALTER TABLE read_model.payment ADD COLUMN method text COLLATE "C";
ALTER TABLE read_model.payment ADD COLUMN match_status text COLLATE "C";
ALTER TABLE read_model.payment ADD COLUMN bounced_on date;

SELECT read_model.outdate('payment');
