-- purpose: name the installation's ledger, once
-- locks: the one row
-- index: installation_pkey
INSERT INTO identity.installation (ledger_id) VALUES ($1) ON CONFLICT DO NOTHING
