-- Packs that count here, how they are read, and what was decided by them (src/decide).

-- The files of a pack by which something was decided: they can be read again for ever.
CREATE TABLE pack_files (
    digest TEXT PRIMARY KEY,      -- SHA-256 of content
    pack TEXT NOT NULL,
    pack_version TEXT NOT NULL,
    content TEXT NOT NULL,        -- policy/packs.h: packs_archive
    kept_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A version of a pack that two persons made count here.
CREATE TABLE pack_activation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,          -- active, over
    pack TEXT NOT NULL,
    pack_version TEXT NOT NULL,
    digest TEXT NOT NULL REFERENCES pack_files (digest),
    signer TEXT,                  -- name of the key that signed the files; NULL: they came with the program
    proposed_by INTEGER NOT NULL REFERENCES account (id),
    confirmed_by INTEGER NOT NULL REFERENCES account (id),
    from_ms INTEGER NOT NULL,
    to_ms INTEGER                 -- NULL: it lasts
) STRICT;
CREATE UNIQUE INDEX pack_activation_active ON pack_activation (pack) WHERE state = 'active';

-- The reading of an unclear clause that was chosen instead of the usual one.
CREATE TABLE pack_reading (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    pack TEXT NOT NULL,
    ambiguity TEXT NOT NULL,
    reading TEXT NOT NULL,
    reason TEXT NOT NULL,
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL REFERENCES account (id)
) STRICT;
CREATE UNIQUE INDEX pack_reading_of ON pack_reading (pack, ambiguity);

-- A verdict that something rests on, with all that it takes to say it again.
CREATE TABLE decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,          -- stands, amended
    party TEXT NOT NULL,          -- unified social credit code, or how else the subject is known
    type TEXT,                    -- the record it is about; NULL: none
    record_id INTEGER,
    question TEXT NOT NULL,
    pack TEXT NOT NULL,
    pack_version TEXT NOT NULL,
    pack_digest TEXT NOT NULL REFERENCES pack_files (digest),
    as_of TEXT NOT NULL,
    facts TEXT NOT NULL,          -- the facts document
    facts_digest TEXT NOT NULL,   -- SHA-256 of it
    verdict TEXT NOT NULL,        -- pass, fail, unknown
    answer TEXT NOT NULL,         -- the verdict whole, as `zhiyun check --json` prints it
    calendar_year INTEGER NOT NULL, -- the last year whose working days were known
    amends INTEGER REFERENCES decision (id),
    decided_ms INTEGER NOT NULL,
    decided_by INTEGER            -- account; NULL: the program
) STRICT;
CREATE INDEX decision_pack ON decision (pack, id) WHERE state = 'stands';
CREATE INDEX decision_party ON decision (party);
