-- purpose: who may sign in, under which name, and the tokens that are out; mutable, outside every ledger
-- The name routes to a ledger, so a name is unique in the installation. Passwords and tokens are stored as hashes only.
CREATE TABLE identity.sign_in (
    name           text COLLATE "C" NOT NULL,
    principal_kind text COLLATE "C" NOT NULL,
    principal_id   uuid             NOT NULL,
    ledger_id      uuid             NOT NULL,
    password_hash  text COLLATE "C" NOT NULL,
    changed_at     timestamptz      NOT NULL,
    CONSTRAINT sign_in_pkey PRIMARY KEY (name),
    CONSTRAINT sign_in_one_per_principal UNIQUE (ledger_id, principal_id),
    CONSTRAINT sign_in_kind CHECK (principal_kind IN ('administrator', 'staff', 'person'))
);

CREATE TABLE identity.token (
    token_hash   bytea            NOT NULL,
    sign_in_name text COLLATE "C" NOT NULL,
    issued_at    timestamptz      NOT NULL,
    expires_at   timestamptz      NOT NULL,
    CONSTRAINT token_pkey PRIMARY KEY (token_hash),
    CONSTRAINT token_sign_in FOREIGN KEY (sign_in_name) REFERENCES identity.sign_in (name) ON DELETE CASCADE,
    CONSTRAINT token_hash_length CHECK (octet_length(token_hash) = 32)
);
CREATE INDEX token_sign_in_name ON identity.token (sign_in_name);
CREATE INDEX token_expires_at ON identity.token (expires_at);

-- The installation's own ledger has no parent that could name it: the first start draws its id, every other finds it here.
CREATE TABLE identity.installation (
    single    boolean NOT NULL DEFAULT true,
    ledger_id uuid    NOT NULL,
    CONSTRAINT installation_pkey PRIMARY KEY (single),
    CONSTRAINT installation_is_one CHECK (single)
);
