-- Publications, what their sources said, how they are found, and what followers read.
--
-- For SQLite; names, columns and keys are the same on every engine. Each primary key and unique
-- index of a large table holds that table's partition key, which is never updated:
--   publication, publication_source, publication_document  by publication id
--   publication_key, publication_number                    by number key
-- No column ever holds '' (the binding layer makes it NULL). Dates are ISO texts, a day or month
-- that is not known is left out ("1998-05", "1998"). JSON is text.

-- One document. AUTOINCREMENT: an id that was given out is never given out again.
CREATE TABLE publication (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number_key TEXT NOT NULL,     -- identity; unique through publication_key
    number TEXT,                  -- as people read it; NULL: 无号
    office TEXT,                  -- ST.3
    kind TEXT,                    -- ST.16
    title TEXT,                   -- as patent_title() chooses it
    applicant TEXT,               -- first one, as written
    first_class TEXT,             -- first IPC, else CPC, else Locarno symbol
    publication_date TEXT,
    application_date TEXT,
    type TEXT,                    -- patent_type_name(); NULL: unknown
    status TEXT                   -- patent_status_name(); NULL: unknown
) STRICT;

-- Identity key to document: exactly one.
CREATE TABLE publication_key (
    number_key TEXT NOT NULL PRIMARY KEY,
    publication_id INTEGER NOT NULL REFERENCES publication (id)
) STRICT, WITHOUT ROWID;

-- Every other number by which a document is found (application, first publication).
CREATE TABLE publication_number (
    number_key TEXT NOT NULL,
    publication_id INTEGER NOT NULL REFERENCES publication (id),
    PRIMARY KEY (number_key, publication_id)
) STRICT, WITHOUT ROWID;

-- What each source said, in its own canonical JSON. Only added to: the merged document is a
-- function of this set, whatever the order in which it came.
CREATE TABLE publication_source (
    publication_id INTEGER NOT NULL REFERENCES publication (id),
    ordinal INTEGER NOT NULL,     -- order of arrival, from 1
    digest BLOB NOT NULL,         -- SHA-256 of content
    source TEXT,
    source_id TEXT,
    file_name TEXT,               -- where it was read, for people
    file_row INTEGER,
    received_ms INTEGER NOT NULL, -- since 1970-01-01T00:00:00Z
    content TEXT NOT NULL,
    PRIMARY KEY (publication_id, ordinal)
) STRICT;

-- The merged canonical JSON, for documents with more than one source; with one source its
-- content is the document.
CREATE TABLE publication_document (
    publication_id INTEGER PRIMARY KEY REFERENCES publication (id),
    content TEXT NOT NULL
) STRICT;

-- Files being imported, by content and by the options that change what is read from them.
CREATE TABLE import_file (
    digest TEXT NOT NULL,         -- SHA-256 of the file, hex
    options TEXT NOT NULL,        -- canonical text; '-': none
    name TEXT NOT NULL,
    format TEXT NOT NULL,
    records_done INTEGER NOT NULL,
    finished INTEGER NOT NULL,    -- 0, 1
    PRIMARY KEY (digest, options)
) STRICT, WITHOUT ROWID;

-- What the index follows: numbered without gap, in the order of commits.
CREATE TABLE change (
    seq INTEGER PRIMARY KEY,
    publication_id INTEGER NOT NULL,
    removed INTEGER NOT NULL      -- 0, 1
) STRICT;
