-- purpose: the units that have one of some codes
-- locks: none
-- index: unit_by_code
SELECT
    unit_id, account_id, code AS "code: _", kind AS "kind: _", building AS "building: _", entrance AS "entrance: _",
    floor AS "floor: _", status AS "status: _", status_from, owner_party_id, owner_from, developer_party_id,
    tenant_party_id, tenant_from, tenant_until, building_area_sqm AS "building_area_sqm: _",
    inner_area_sqm AS "inner_area_sqm: _", area_from
FROM read_model.unit
WHERE ledger_id = $1 AND generation = $2 AND code = ANY($3)
ORDER BY code
