-- What an instance decides by its policy packs (src/decide).

-- Working days announced since the program was made: a whole year's table each.
CREATE TABLE calendar_year (
    year INTEGER PRIMARY KEY,
    digest TEXT NOT NULL,         -- SHA-256 of content
    content TEXT NOT NULL,        -- policy/calendar.h: calendar_text
    imported_ms INTEGER NOT NULL,
    imported_by INTEGER           -- account; NULL: the program
) STRICT, WITHOUT ROWID;

-- A day that was told to somebody. It never moves but by a version of its own, with old and new day.
CREATE TABLE deadline (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,          -- open, over
    type TEXT NOT NULL,           -- what it is about: a record
    record_id INTEGER NOT NULL,
    title TEXT NOT NULL,          -- for its holder
    pack TEXT NOT NULL,
    pack_version TEXT NOT NULL,
    pack_digest TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    rule TEXT NOT NULL,           -- "WD5": counted again without the pack
    carries INTEGER NOT NULL,     -- 1: a last day that is a day off moves on
    from_date TEXT NOT NULL,
    entered INTEGER NOT NULL,     -- 1: an officer chose the day
    due_date TEXT NOT NULL,
    count_by TEXT,                -- provisional: when to count it again; NULL: it is certain
    clause TEXT NOT NULL,
    quote TEXT,
    holder_account INTEGER REFERENCES account (id),
    holder_unit INTEGER,          -- one of the two, or neither
    issued_ms INTEGER NOT NULL,
    issued_by INTEGER             -- account; NULL: the program
) STRICT;
CREATE INDEX deadline_record ON deadline (type, record_id);
CREATE INDEX deadline_due ON deadline (due_date) WHERE state = 'open';
CREATE INDEX deadline_provisional ON deadline (count_by, id) WHERE state = 'open' AND count_by IS NOT NULL;
CREATE INDEX deadline_account ON deadline (holder_account);
