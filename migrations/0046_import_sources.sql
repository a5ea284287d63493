-- Imports of publications: who brought what in, which records each of them states, and what was
-- taken back (src/model/patent_undo.c).

-- One import: a file by its content and by what else decides its reading. Its number is that of
-- import_file, and is never given out twice.
CREATE TABLE publication_import (
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL,          -- held, undoing, undone; earlier: from before this was kept
    digest TEXT NOT NULL,         -- SHA-256 of the file, hex
    name TEXT NOT NULL,           -- of the file, for people; no path
    source TEXT,                  -- the office or vendor that was named; NULL: the file itself
    account INTEGER NOT NULL,     -- who began it; 0: the program itself
    unit INTEGER NOT NULL,        -- 0: none
    begun_ms INTEGER,             -- NULL: not known
    records INTEGER,              -- undoing, undone: that it had brought; else import_file knows
    entry TEXT,                   -- log_entry.uid of its first batch; NULL: nothing was stored, or not known
    undone_ms INTEGER,
    undone_by INTEGER,
    undone_entry TEXT             -- log_entry.uid of the act of taking it back
) STRICT;
INSERT INTO publication_import (id, state, digest, name, account, unit)
    SELECT number, 'earlier', min(digest), 'import ' || number, 0, 0 FROM import_file
    WHERE number > 0 GROUP BY number;

-- The first import that states a record; NULL: from before this was kept.
ALTER TABLE publication_source ADD COLUMN import_number INTEGER;
CREATE INDEX publication_source_import ON publication_source (import_number);

-- Further imports that state the same record.
CREATE TABLE publication_again (
    publication_id INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,     -- of publication_source
    import_number INTEGER NOT NULL,
    PRIMARY KEY (publication_id, ordinal, import_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX publication_again_import ON publication_again (import_number);

-- Records that no import states any more: their content stays what the log commits to.
CREATE TABLE publication_withdrawn (
    publication_id INTEGER NOT NULL,  -- whose it was
    ordinal INTEGER NOT NULL,
    digest BLOB NOT NULL,
    content TEXT NOT NULL,
    import_number INTEGER NOT NULL,   -- the last that stated it
    batch INTEGER,                    -- that brought it
    withdrawn_batch INTEGER NOT NULL, -- that took it back
    PRIMARY KEY (publication_id, ordinal, withdrawn_batch)
) STRICT;
CREATE INDEX publication_withdrawn_batch ON publication_withdrawn (batch);
CREATE INDEX publication_withdrawn_withdrawn ON publication_withdrawn (withdrawn_batch);
