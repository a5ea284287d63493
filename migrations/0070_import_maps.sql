-- The mapping of its headers, a JSON list of "header=column"; what the unit's next import proposes.
ALTER TABLE record_import ADD COLUMN maps TEXT; -- NULL: none
