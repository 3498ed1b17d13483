-- purpose: read model: cash at the counter: what a payer puts down and gets back, and what of it is let go

ALTER TABLE read_model.payment ADD COLUMN tendered numeric(14,2);
ALTER TABLE read_model.payment ADD COLUMN change numeric(14,2);
ALTER TABLE read_model.payment ADD COLUMN rounding numeric(14,2);
ALTER TABLE read_model.community_rules ADD COLUMN cash_rounding_limit numeric(14,2) NOT NULL DEFAULT 0.00;

SELECT read_model.outdate('payment');
SELECT read_model.outdate('community_rules');
