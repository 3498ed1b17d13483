-- purpose: receipts of a month, for their documents

CREATE INDEX receipt_by_day ON read_model.receipt (ledger_id, generation, issued_on, number);
