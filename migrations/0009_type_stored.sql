-- What the record types of types/*.yaml looked like when their tables were last brought to them:
-- compared at every start (src/record/ddl_migrate.c).
CREATE TABLE type_stored (
    name TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,         -- SHA-256 of the file
    description TEXT NOT NULL     -- what the tables and the rules on stored values follow from, JSON
) STRICT;
