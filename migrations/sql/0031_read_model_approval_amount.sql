-- purpose: read model: approvals say the amount that is at stake

ALTER TABLE read_model.approval ADD COLUMN amount numeric(14,2);

SELECT read_model.outdate('approval');
