-- Codes of rows under a key outside of the database (src/db/row_mac.h): of each row of a table,
-- by its key; as the rows named '*' the sum of a table's codes.
CREATE TABLE row_mac (
    name TEXT NOT NULL,           -- of the table
    key TEXT NOT NULL,            -- of the row
    code BLOB NOT NULL,
    PRIMARY KEY (name, key)
) STRICT, WITHOUT ROWID;
