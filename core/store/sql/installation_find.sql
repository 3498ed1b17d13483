-- purpose: the installation's ledger
-- locks: none
-- index: installation_pkey
SELECT ledger_id FROM identity.installation
