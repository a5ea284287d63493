-- Workbooks of records brought in: what each row became, so that an import can be undone and its
-- refused rows given back. Records that an import made are seen once it has finished.

CREATE TABLE record_import (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    state TEXT NOT NULL,          -- running, finished, refused (all or nothing), undone, broken
    account INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    file_name TEXT,
    file_digest TEXT NOT NULL,    -- SHA-256, hex
    whole INTEGER NOT NULL,       -- 0, 1: all rows or none
    started_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    kept INTEGER NOT NULL         -- by an undo: changed by somebody since
) STRICT;
CREATE INDEX record_import_account ON record_import (account);

CREATE TABLE record_import_row (
    import_id INTEGER NOT NULL REFERENCES record_import (id),
    number INTEGER NOT NULL,      -- from 1, in the order of the file
    sheet TEXT NOT NULL,
    row INTEGER NOT NULL,         -- as a person counts
    record_id INTEGER,            -- NULL: refused
    version_before INTEGER,       -- 0: made by this import
    version_after INTEGER,
    reason TEXT,                  -- why it was refused
    cells TEXT,                   -- of a refused row, JSON array of texts
    PRIMARY KEY (import_id, number)
) STRICT, WITHOUT ROWID;
