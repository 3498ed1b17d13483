-- purpose: a refund of credit from before the community went live names no payment
ALTER TABLE read_model.refund ALTER COLUMN payment_id DROP NOT NULL;
