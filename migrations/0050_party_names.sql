-- By which rule the names of parties are compared in the merged documents and in the index (NAME_RULE of
-- src/model/normal.h), and up to which publication they were made again by the present one (src/model/patent_names.c).
CREATE TABLE publication_name_rule (
    id INTEGER PRIMARY KEY,       -- 1
    rule TEXT NOT NULL,
    done INTEGER NOT NULL         -- publication id
) STRICT;
INSERT INTO publication_name_rule (id, rule, done) VALUES (1, '1', 0);
