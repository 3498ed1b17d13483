-- purpose: read model: what a payer put on the counter, and what he got back

ALTER TABLE read_model.payment ADD COLUMN tendered numeric(14,2);
ALTER TABLE read_model.payment ADD COLUMN change numeric(14,2);

SELECT read_model.outdate('payment');
