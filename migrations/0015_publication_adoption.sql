-- Publications from before the log knew of imports (0012) are adopted by entries of it, once
-- (src/ingest/adopt.h); what comes later without a batch never is.
CREATE TABLE publication_adoption (
    id INTEGER PRIMARY KEY,       -- 1
    waiting INTEGER NOT NULL      -- records that no entry names yet, of those that were there then
) STRICT;
INSERT INTO publication_adoption (id, waiting)
    SELECT 1, count(*) FROM publication_source WHERE batch IS NULL;
