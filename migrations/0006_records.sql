-- What the record kernel keeps beside the tables of the types.

-- Requests that were done, by the key that their sender gave them: the same request again changes
-- nothing and is answered alike. Kept for some days (record/write.c).
CREATE TABLE request_done (
    account INTEGER NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,         -- SHA-256 of what was asked, hex
    at_ms INTEGER NOT NULL,
    record_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    entry TEXT NOT NULL,          -- log_entry.uid
    proposal INTEGER,             -- it waits for a second person
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_done_at ON request_done (at_ms);

-- What the search over records reads: the search fields of a type, folded (text/unicode.h).
CREATE TABLE record_text (
    type TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (type, record_id)
) STRICT, WITHOUT ROWID;

-- Which fields of which records were erased by law: what is shown there instead of a value.
CREATE TABLE record_erasure (
    type TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    field TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    entry TEXT NOT NULL,          -- log_entry.uid
    PRIMARY KEY (type, record_id, field)
) STRICT, WITHOUT ROWID;
