-- purpose: search by phone or identity number without storing either; mutable, outside every ledger
-- A token is an HMAC under the company's index key, which lies in the key store; erasing a person deletes its rows.
CREATE TABLE identity.blind_index (
    company_ledger_id uuid             NOT NULL,
    kind              text COLLATE "C" NOT NULL,
    token             bytea            NOT NULL,
    subject_id        uuid             NOT NULL,
    item_id           uuid             NOT NULL,
    CONSTRAINT blind_index_pkey PRIMARY KEY (company_ledger_id, kind, token, subject_id),
    CONSTRAINT blind_index_kind CHECK (kind IN ('mobile', 'identity')),
    CONSTRAINT blind_index_token_length CHECK (octet_length(token) = 32)
);
CREATE INDEX blind_index_subject ON identity.blind_index (company_ledger_id, subject_id);
