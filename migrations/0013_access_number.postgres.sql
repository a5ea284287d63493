-- The number is not raised here: a row that every such transaction changes would make them wait for
-- each other. A server on PostgreSQL remembers nobody and reads who asks with each request.
CREATE TABLE access_number (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT;
INSERT INTO access_number (id, number) VALUES (1, 0);
