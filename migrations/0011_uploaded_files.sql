-- Uploaded files: whose they are, and where the blob store keeps them (src/model/file.h).
CREATE TABLE file (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,          -- active; ended: nothing named it and its content is gone
    owner_unit INTEGER NOT NULL REFERENCES unit (id),
    owner_city TEXT,
    owner_province TEXT NOT NULL,
    secrecy INTEGER NOT NULL,
    published INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    created_by INTEGER NOT NULL,  -- who uploaded it
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL,
    ended_ms INTEGER,
    import_id INTEGER,
    digest TEXT NOT NULL,         -- SHA-256 of what was uploaded, hex
    blob TEXT NOT NULL,           -- its name in the blob store: the same, or of the sealed content
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,       -- as uploaded
    kind TEXT NOT NULL,           -- pdf, docx … (src/model/file_kind.h)
    media_type TEXT NOT NULL,
    file_key TEXT,                -- secret files: the key of the content, sealed; NULL: not sealed
    kept_ms INTEGER               -- since when a record names it, or a version of one; NULL: none did
) STRICT;
CREATE UNIQUE INDEX file_digest ON file (digest, owner_unit) WHERE ended_ms IS NULL;
CREATE INDEX file_blob ON file (blob);
CREATE INDEX file_owner ON file (owner_unit, created_ms);

-- Uploads in pieces that are not whole yet.
CREATE TABLE file_upload (
    id TEXT PRIMARY KEY,          -- random
    upload TEXT,                  -- the blob store's own name of it; NULL: no byte is there yet
    account INTEGER NOT NULL REFERENCES account (id),
    unit INTEGER NOT NULL REFERENCES unit (id),
    name TEXT NOT NULL,
    secrecy INTEGER NOT NULL,
    bytes INTEGER NOT NULL,       -- as uploaded so far
    file_key TEXT,                -- secret: the key of the content, sealed
    tail TEXT,                    -- secret: what does not fill a chunk yet, sealed
    digest TEXT,                  -- it is whole: as of a file; NULL: it is not
    blob TEXT,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX file_upload_changed ON file_upload (changed_ms);
CREATE INDEX file_upload_unit ON file_upload (unit);
